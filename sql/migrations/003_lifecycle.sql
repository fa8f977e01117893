-- The lifecycle that the database keeps. A database of version 1 or 2 has event types already, and they are Olist's: its
-- lifecycle is the one that was built in then. A new one is empty until scripts/migrate applies a lifecycle file.

CREATE TABLE orders.lifecycle (
    no     integer NOT NULL,
    kind   text NOT NULL,
    name   text NOT NULL,
    source text NOT NULL,
    rule   text NOT NULL,
    stage  text NOT NULL,
    CONSTRAINT lifecycle_pkey PRIMARY KEY (no),
    CONSTRAINT lifecycle_key UNIQUE (kind, name)
);
COMMENT ON TABLE orders.lifecycle IS 'What an order of this database goes through: the rows of the lifecycle file that scripts/migrate applied, with the defaults filled in.';
COMMENT ON COLUMN orders.lifecycle.no IS 'Place in the file, from 1; that of the types is the lifecycle order.';
COMMENT ON COLUMN orders.lifecycle.kind IS 'file, id, event, deadline, unless (the exception of a deadline) or payload.';
COMMENT ON COLUMN orders.lifecycle.name IS 'Of the file, the event type or the field.';
COMMENT ON COLUMN orders.lifecycle.source IS 'The column that it is read from; for a file its name in a folder.';
COMMENT ON COLUMN orders.lifecycle.rule IS 'How it is read; empty where there is nothing to say.';
COMMENT ON COLUMN orders.lifecycle.stage IS 'Of events and deadlines: the word for it in order_timeline; otherwise empty.';

\ir ../lifecycle/version_2.sql
INSERT INTO orders.lifecycle (no, kind, name, source, rule, stage)
SELECT no, kind, name, source, rule, stage
  FROM pg_temp.version_2
 WHERE EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = 'orders.event_type'::regtype);
