-- The tables. Applied once, by scripts/migrate, in a transaction of its own.

-- Empty: scripts/migrate adds the types of the lifecycle file when all migrations are applied. (Databases of versions 1 and 2
-- were made with Olist's five; 003_lifecycle.sql tells these from those by the labels.)
CREATE TYPE orders.event_type AS ENUM ();
COMMENT ON TYPE orders.event_type IS 'What happened to an order, in the order of its life cycle.';

-- What was applied -----------------------------------------------------------------------------------------

CREATE TABLE orders.processed_events (
    event_id        uuid NOT NULL,
    event_type      orders.event_type NOT NULL,
    event_at        timestamp(3) without time zone NOT NULL,
    order_id        text COLLATE "C" NOT NULL,
    region          text COLLATE "C",
    payload_hash    bigint NOT NULL,
    kafka_partition integer NOT NULL,
    CONSTRAINT processed_events_pkey PRIMARY KEY (event_id)
);
COMMENT ON TABLE orders.processed_events IS 'Every event that was applied, once: the store that makes a replay harmless. All aggregates derive from it.';
COMMENT ON COLUMN orders.processed_events.event_id IS 'UUID version 8 of the fact: the same event has the same id in every replay.';
COMMENT ON COLUMN orders.processed_events.event_type IS 'What happened.';
COMMENT ON COLUMN orders.processed_events.event_at IS 'When it happened, as recorded in the source, which has no time zone.';
COMMENT ON COLUMN orders.processed_events.order_id IS 'The order that it happened to.';
COMMENT ON COLUMN orders.processed_events.region IS 'The customer''s state; NULL where the replay had no customers file, or no such customer.';
COMMENT ON COLUMN orders.processed_events.payload_hash IS 'XXH3-64 of the payload (compact JSON, sorted keys): tells a conflict from a duplicate.';
COMMENT ON COLUMN orders.processed_events.kafka_partition IS 'The partition that it came by first.';

-- Aggregates: one row a key and partition, so consumers never wait for each other's rows. ---------------------
-- Every batch updates the same few rows: half-empty pages keep those updates HOT (no index writes, no bloat).

CREATE TABLE orders.event_type_counts (
    event_type      orders.event_type NOT NULL,
    kafka_partition integer NOT NULL,
    events          bigint NOT NULL,
    CONSTRAINT event_type_counts_pkey PRIMARY KEY (event_type, kafka_partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE orders.event_type_counts IS 'Events by type and partition; read event_type_totals.';
COMMENT ON COLUMN orders.event_type_counts.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_type_counts.kafka_partition IS 'The partition that the events came by.';
COMMENT ON COLUMN orders.event_type_counts.events IS 'How many distinct events.';

CREATE TABLE orders.event_day_counts (
    event_day       date NOT NULL,
    event_type      orders.event_type NOT NULL,
    kafka_partition integer NOT NULL,
    events          bigint NOT NULL,
    CONSTRAINT event_day_counts_pkey PRIMARY KEY (event_day, event_type, kafka_partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE orders.event_day_counts IS 'Events by day, type and partition; read event_type_daily.';
COMMENT ON COLUMN orders.event_day_counts.event_day IS 'The day of the event time.';
COMMENT ON COLUMN orders.event_day_counts.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_day_counts.kafka_partition IS 'The partition that the events came by.';
COMMENT ON COLUMN orders.event_day_counts.events IS 'How many distinct events.';

CREATE TABLE orders.event_region_counts (
    region          text COLLATE "C",
    event_type      orders.event_type NOT NULL,
    kafka_partition integer NOT NULL,
    events          bigint NOT NULL,
    CONSTRAINT event_region_counts_key UNIQUE NULLS NOT DISTINCT (region, event_type, kafka_partition)
) WITH (fillfactor = 50);
COMMENT ON TABLE orders.event_region_counts IS 'Events by region, type and partition; read event_type_by_region.';
COMMENT ON COLUMN orders.event_region_counts.region IS 'The customer''s state; NULL where it is not known.';
COMMENT ON COLUMN orders.event_region_counts.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_region_counts.kafka_partition IS 'The partition that the events came by.';
COMMENT ON COLUMN orders.event_region_counts.events IS 'How many distinct events.';

-- How far each partition was read -----------------------------------------------------------------------------

CREATE TABLE orders.partition_progress (
    consumer_group     text NOT NULL,
    topic              text NOT NULL,
    log                integer NOT NULL,
    kafka_partition    integer NOT NULL,
    first_offset       bigint NOT NULL,
    next_offset        bigint NOT NULL,
    received           bigint NOT NULL DEFAULT 0,
    applied            bigint NOT NULL DEFAULT 0,
    duplicate          bigint NOT NULL DEFAULT 0,
    redelivered        bigint NOT NULL DEFAULT 0,
    quarantined        bigint NOT NULL DEFAULT 0,
    latest_append_time timestamp with time zone NOT NULL DEFAULT '-infinity',
    end_offset         bigint,
    last_batch_at      timestamp with time zone,
    CONSTRAINT partition_progress_pkey PRIMARY KEY (consumer_group, topic, kafka_partition, log)
) WITH (fillfactor = 50);
COMMENT ON TABLE orders.partition_progress IS 'How far each partition was read and what became of its records: received = applied + duplicate + redelivered + quarantined, and applied + duplicate + quarantined = next_offset - first_offset.';
COMMENT ON COLUMN orders.partition_progress.consumer_group IS 'Kafka consumer group.';
COMMENT ON COLUMN orders.partition_progress.topic IS 'Kafka topic.';
COMMENT ON COLUMN orders.partition_progress.log IS 'Life of the topic, from 1: a topic that was deleted and made anew starts its offsets again.';
COMMENT ON COLUMN orders.partition_progress.kafka_partition IS 'Kafka partition.';
COMMENT ON COLUMN orders.partition_progress.first_offset IS 'Offset of the first record that was ever received.';
COMMENT ON COLUMN orders.partition_progress.next_offset IS 'Offset after the last record that was received; never goes back.';
COMMENT ON COLUMN orders.partition_progress.received IS 'Records received.';
COMMENT ON COLUMN orders.partition_progress.applied IS 'New offset, new event: counted in the aggregates.';
COMMENT ON COLUMN orders.partition_progress.duplicate IS 'New offset, known event: a producer sent it again.';
COMMENT ON COLUMN orders.partition_progress.redelivered IS 'Offset that was received before: Kafka delivered it again.';
COMMENT ON COLUMN orders.partition_progress.quarantined IS 'New offset, not a valid event: kept in quarantined_records.';
COMMENT ON COLUMN orders.partition_progress.latest_append_time IS 'Latest time at which the broker appended one of the records; a later one at a lower offset starts a new log.';
COMMENT ON COLUMN orders.partition_progress.end_offset IS 'End of the partition as the consumer last saw it; NULL before it did.';
COMMENT ON COLUMN orders.partition_progress.last_batch_at IS 'When the last batch with records of this partition was applied.';

-- What could not be applied -----------------------------------------------------------------------------------

CREATE TABLE orders.quarantined_records (
    consumer_group  text NOT NULL,
    topic           text NOT NULL,
    log             integer NOT NULL,
    kafka_partition integer NOT NULL,
    kafka_offset    bigint NOT NULL,
    key             bytea,
    payload         bytea,
    reason          text NOT NULL,
    append_time     timestamp with time zone,
    quarantined_at  timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT quarantined_records_pkey PRIMARY KEY (consumer_group, topic, log, kafka_partition, kafka_offset)
);
COMMENT ON TABLE orders.quarantined_records IS 'Records that are not valid events, as received, once an offset.';
COMMENT ON COLUMN orders.quarantined_records.consumer_group IS 'Kafka consumer group.';
COMMENT ON COLUMN orders.quarantined_records.topic IS 'Kafka topic.';
COMMENT ON COLUMN orders.quarantined_records.log IS 'Life of the topic, from 1.';
COMMENT ON COLUMN orders.quarantined_records.kafka_partition IS 'Kafka partition.';
COMMENT ON COLUMN orders.quarantined_records.kafka_offset IS 'Kafka offset.';
COMMENT ON COLUMN orders.quarantined_records.key IS 'The record''s key, its bytes; NULL where it had none.';
COMMENT ON COLUMN orders.quarantined_records.payload IS 'The record''s value, its bytes; NULL for a tombstone.';
COMMENT ON COLUMN orders.quarantined_records.reason IS 'Why it is not a valid event.';
COMMENT ON COLUMN orders.quarantined_records.append_time IS 'When the broker appended it.';
COMMENT ON COLUMN orders.quarantined_records.quarantined_at IS 'When it was put here.';

CREATE TABLE orders.event_conflicts (
    event_id           uuid NOT NULL,
    payload_hash       bigint NOT NULL,
    known_payload_hash bigint NOT NULL,
    event_type         orders.event_type NOT NULL,
    order_id           text COLLATE "C" NOT NULL,
    topic              text NOT NULL,
    kafka_partition    integer NOT NULL,
    kafka_offset       bigint NOT NULL,
    noted_at           timestamp with time zone NOT NULL DEFAULT now(),
    CONSTRAINT event_conflicts_pkey PRIMARY KEY (event_id, payload_hash)
);
COMMENT ON TABLE orders.event_conflicts IS 'Known events that came again with another payload: counted as duplicates, the first payload stays.';
COMMENT ON COLUMN orders.event_conflicts.event_id IS 'The event.';
COMMENT ON COLUMN orders.event_conflicts.payload_hash IS 'Hash of the payload that differs.';
COMMENT ON COLUMN orders.event_conflicts.known_payload_hash IS 'Hash of the payload that was applied.';
COMMENT ON COLUMN orders.event_conflicts.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_conflicts.order_id IS 'The order that it happened to.';
COMMENT ON COLUMN orders.event_conflicts.topic IS 'Topic of the first record that differed so.';
COMMENT ON COLUMN orders.event_conflicts.kafka_partition IS 'Its partition.';
COMMENT ON COLUMN orders.event_conflicts.kafka_offset IS 'Its offset.';
COMMENT ON COLUMN orders.event_conflicts.noted_at IS 'When it was noted.';
