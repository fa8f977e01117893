-- Ids of events before a day that the user declares can be removed: records that hold such events are retired.

DROP FUNCTION IF EXISTS orders.apply_batch(text, text, text, text, boolean, integer[], bigint[], integer[], uuid[], text[], smallint[],
                                           timestamp[], text[], text[], bigint[], integer[], bigint[], timestamptz[], text[], bytea[], bytea[],
                                           integer[], integer[], bigint[], bigint[], bigint[], bigint[], bigint[], timestamptz[], bigint[]);

CREATE TABLE orders.retirements (
    before     date NOT NULL,
    retired_at timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT retirements_pkey PRIMARY KEY (before),
    CONSTRAINT retirements_days CHECK (before BETWEEN '1970-01-01' AND '9999-12-31')
);
COMMENT ON TABLE orders.retirements IS 'The days that scripts/retire was given. The latest is the horizon: no event before it is applied any more.';
COMMENT ON COLUMN orders.retirements.before IS 'Events before this day are retired.';
COMMENT ON COLUMN orders.retirements.retired_at IS 'When it was declared.';

CREATE TABLE orders.retired_counts (
    event_day       date NOT NULL,
    event_type      orders.event_type NOT NULL,
    region          text COLLATE "C",
    kafka_partition integer NOT NULL,
    events          bigint NOT NULL,
    CONSTRAINT retired_counts_key UNIQUE NULLS NOT DISTINCT (event_day, event_type, region, kafka_partition)
);
COMMENT ON TABLE orders.retired_counts IS 'What was removed from processed_events: with the events that are there it gives the aggregates.';
COMMENT ON COLUMN orders.retired_counts.event_day IS 'The day of the event time.';
COMMENT ON COLUMN orders.retired_counts.event_type IS 'What happened.';
COMMENT ON COLUMN orders.retired_counts.region IS 'The customer''s state; NULL where it is not known.';
COMMENT ON COLUMN orders.retired_counts.kafka_partition IS 'The partition that the events came by.';
COMMENT ON COLUMN orders.retired_counts.events IS 'How many events.';

ALTER TABLE orders.partition_progress
    ADD COLUMN retired bigint NOT NULL DEFAULT 0,
    DROP CONSTRAINT partition_progress_counts,
    ADD CONSTRAINT partition_progress_counts CHECK (least(kafka_partition, log - 1, first_offset, next_offset - first_offset, received, applied,
                                                          duplicate, redelivered, quarantined, retired, absent, deleted) >= 0);
COMMENT ON COLUMN orders.partition_progress.retired IS 'New offset, an event before the horizon: not applied, whether or not it ever was.';
COMMENT ON TABLE orders.partition_progress IS 'How far each partition was read and what each offset became: received = applied + duplicate + redelivered + quarantined + retired, and applied + duplicate + quarantined + retired + absent + deleted = next_offset - first_offset.';
