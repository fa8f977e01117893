-- schema.sql - the tables that consumer.sh writes to. The tables of an earlier run are dropped.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS lab CASCADE;
CREATE SCHEMA lab;

-- The events that were received.
CREATE TABLE lab.events (
    event_id   uuid NOT NULL,
    event_type text NOT NULL
);

-- How many events of each type there are.
CREATE TABLE lab.counts (
    event_type text PRIMARY KEY,
    events     bigint NOT NULL
);
INSERT INTO lab.counts
SELECT unnest('{ORDER_PLACED, ORDER_APPROVED, HANDED_TO_CARRIER, DELIVERED, LATE_DETECTED}'::text[]), 0;

-- The partitions that are read, and where to read on.
CREATE TABLE lab.offsets (
    kafka_partition integer PRIMARY KEY,
    next_offset     bigint NOT NULL
);
INSERT INTO lab.offsets SELECT generate_series(0, 5), 0;
