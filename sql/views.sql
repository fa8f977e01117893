-- The views for users of psql. scripts/migrate applies this file whenever it has changed. (To drop or rename a column of a view, write
-- a numbered migration that drops the view first: CREATE OR REPLACE can only add columns at the end.) The view order_timeline depends
-- on the lifecycle: migrate/order_timeline.sql creates it.

CREATE OR REPLACE VIEW orders.event_type_totals AS
SELECT c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_type_counts c
 GROUP BY c.event_type
 ORDER BY c.event_type;
COMMENT ON VIEW orders.event_type_totals IS 'Events by type.';
COMMENT ON COLUMN orders.event_type_totals.event_type IS 'What happened, in the order of the life cycle.';
COMMENT ON COLUMN orders.event_type_totals.events IS 'Number of distinct events.';

CREATE OR REPLACE VIEW orders.event_type_daily AS
SELECT c.event_day, c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_day_counts c
 GROUP BY c.event_day, c.event_type
 ORDER BY c.event_day, c.event_type;
COMMENT ON VIEW orders.event_type_daily IS 'Events by day of the event time and type.';
COMMENT ON COLUMN orders.event_type_daily.event_day IS 'The day of the event time.';
COMMENT ON COLUMN orders.event_type_daily.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_type_daily.events IS 'Number of distinct events.';

CREATE OR REPLACE VIEW orders.event_type_by_region AS
SELECT c.region, c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_region_counts c
 GROUP BY c.region, c.event_type
 ORDER BY c.region, c.event_type;
COMMENT ON VIEW orders.event_type_by_region IS 'Events by region and type.';
COMMENT ON COLUMN orders.event_type_by_region.region IS 'The payload''s field region; NULL where it is absent.';
COMMENT ON COLUMN orders.event_type_by_region.event_type IS 'What happened.';
COMMENT ON COLUMN orders.event_type_by_region.events IS 'Number of distinct events.';

CREATE OR REPLACE VIEW orders.pipeline_status AS
SELECT p.consumer_group, p.topic, p.log, p.kafka_partition,
       p.received, p.applied, p.duplicate, p.redelivered, p.quarantined,
       p.next_offset, p.end_offset,
       CASE WHEN p.end_offset IS NOT NULL THEN greatest(p.end_offset - p.next_offset, 0) END AS lag,
       round(extract(epoch FROM clock_timestamp() - p.last_batch_at), 1) AS seconds_since_batch,
       p.received = p.applied + p.duplicate + p.redelivered + p.quarantined + p.retired
           AND p.applied + p.duplicate + p.quarantined + p.retired + p.absent + p.deleted = p.next_offset - p.first_offset
           AND p.deleted = 0 AS complete,
       p.log = first_value(p.log) OVER (PARTITION BY p.consumer_group, p.topic, p.kafka_partition
                                        ORDER BY p.last_batch_at DESC NULLS LAST, p.log DESC) AS newest,
       p.absent, p.deleted, p.cluster_id, p.retired,
       abs(p.received - (p.applied + p.duplicate + p.redelivered + p.quarantined + p.retired))
           + abs(p.next_offset - p.first_offset - (p.applied + p.duplicate + p.quarantined + p.retired + p.absent + p.deleted)) AS uncounted
  FROM orders.partition_progress p
 ORDER BY p.consumer_group, p.topic, p.log, p.kafka_partition;
COMMENT ON VIEW orders.pipeline_status IS 'For each partition the outcomes of its records, how far it was read, and whether the counts add up.';
COMMENT ON COLUMN orders.pipeline_status.consumer_group IS 'Kafka consumer group.';
COMMENT ON COLUMN orders.pipeline_status.topic IS 'Kafka topic.';
COMMENT ON COLUMN orders.pipeline_status.log IS 'Number of the log, from 1.';
COMMENT ON COLUMN orders.pipeline_status.kafka_partition IS 'Kafka partition.';
COMMENT ON COLUMN orders.pipeline_status.received IS 'Records received.';
COMMENT ON COLUMN orders.pipeline_status.applied IS 'New offset, new event.';
COMMENT ON COLUMN orders.pipeline_status.duplicate IS 'New offset, known event: a producer sent it again.';
COMMENT ON COLUMN orders.pipeline_status.redelivered IS 'Offset that was received before: Kafka delivered it again.';
COMMENT ON COLUMN orders.pipeline_status.quarantined IS 'New offset, not a valid event.';
COMMENT ON COLUMN orders.pipeline_status.next_offset IS 'All offsets before this one are counted.';
COMMENT ON COLUMN orders.pipeline_status.end_offset IS 'End of the partition as the consumer last saw it.';
COMMENT ON COLUMN orders.pipeline_status.lag IS 'Offsets that the consumer had still to read when it last looked.';
COMMENT ON COLUMN orders.pipeline_status.seconds_since_batch IS 'Seconds since the last batch.';
COMMENT ON COLUMN orders.pipeline_status.complete IS 'Whether every record has exactly one outcome, every offset is counted once, and no record was deleted before it was read.';
COMMENT ON COLUMN orders.pipeline_status.newest IS 'Whether this is the most recently read log of the partition.';
COMMENT ON COLUMN orders.pipeline_status.absent IS 'Offsets without a record for consumers: transaction markers, aborted or compacted records.';
COMMENT ON COLUMN orders.pipeline_status.deleted IS 'Offsets whose records were deleted before they were read.';
COMMENT ON COLUMN orders.pipeline_status.cluster_id IS 'Id of the Kafka cluster; NULL where it is not known.';
COMMENT ON COLUMN orders.pipeline_status.retired IS 'New offset, an event before the horizon.';
COMMENT ON COLUMN orders.pipeline_status.uncounted IS 'Records and offsets that the counts miss: 0 unless something is wrong.';

CREATE OR REPLACE VIEW orders.horizon AS
SELECT (SELECT max(r.before) FROM orders.retirements r) AS before,
       (SELECT coalesce(sum(c.events), 0) FROM orders.retired_counts c)::bigint AS events;
COMMENT ON VIEW orders.horizon IS 'The events that scripts/retire has removed: one row.';
COMMENT ON COLUMN orders.horizon.before IS 'Events before this day are retired; NULL if no events are.';
COMMENT ON COLUMN orders.horizon.events IS 'How many events were removed from processed_events; the aggregates still count them.';

-- Untrusted bytes as printable text: PostgreSQL's own escapes, and a dot for each control character, which they leave alone.
CREATE OR REPLACE VIEW orders.quarantine AS
SELECT q.consumer_group, q.topic, q.log, q.kafka_partition, q.kafka_offset, q.reason,
       translate(encode(substr(q.key, 1, 80), 'escape'), c.controls, repeat('.', length(c.controls))) AS key,
       length(q.payload) AS payload_bytes,
       translate(encode(substr(q.payload, 1, 80), 'escape'), c.controls, repeat('.', length(c.controls))) AS payload_start,
       q.append_time, q.quarantined_at, q.requeued_at
  FROM orders.quarantined_records q,
       (SELECT string_agg(chr(code), '') AS controls FROM (SELECT generate_series(1, 31) UNION ALL SELECT 127) AS g (code)) c
 ORDER BY q.consumer_group, q.topic, q.log, q.kafka_partition, q.kafka_offset;
COMMENT ON VIEW orders.quarantine IS 'Records that are not valid events, in readable form; quarantined_records has all their bytes.';
COMMENT ON COLUMN orders.quarantine.consumer_group IS 'Kafka consumer group.';
COMMENT ON COLUMN orders.quarantine.topic IS 'Kafka topic.';
COMMENT ON COLUMN orders.quarantine.log IS 'Number of the log, from 1.';
COMMENT ON COLUMN orders.quarantine.kafka_partition IS 'Kafka partition.';
COMMENT ON COLUMN orders.quarantine.kafka_offset IS 'Kafka offset.';
COMMENT ON COLUMN orders.quarantine.reason IS 'Why it is not a valid event.';
COMMENT ON COLUMN orders.quarantine.key IS 'The first 80 bytes of the key, escaped; NULL if the record has no key.';
COMMENT ON COLUMN orders.quarantine.payload_bytes IS 'Length of the value; NULL for a tombstone.';
COMMENT ON COLUMN orders.quarantine.payload_start IS 'The first 80 bytes of the value, escaped; NULL for a tombstone.';
COMMENT ON COLUMN orders.quarantine.append_time IS 'When the broker appended it.';
COMMENT ON COLUMN orders.quarantine.quarantined_at IS 'When it was quarantined.';
COMMENT ON COLUMN orders.quarantine.requeued_at IS 'When scripts/requeue last sent it to the topic again; NULL if never.';

CREATE OR REPLACE VIEW orders.conflicts AS
SELECT c.order_id, c.event_type, e.event_at, c.event_id, e.region,
       lpad(to_hex(c.known_payload_hash), 16, '0') AS applied_payload, lpad(to_hex(c.payload_hash), 16, '0') AS other_payload,
       c.topic, c.kafka_partition, c.kafka_offset, c.noted_at
  FROM orders.event_conflicts c
  LEFT JOIN orders.processed_events e USING (event_id)
 ORDER BY c.order_id, c.event_type, e.event_at, c.noted_at;
COMMENT ON VIEW orders.conflicts IS 'Known events that arrived again with a different payload. The first payload was applied and is kept.';
COMMENT ON COLUMN orders.conflicts.order_id IS 'The order.';
COMMENT ON COLUMN orders.conflicts.event_type IS 'What happened to it.';
COMMENT ON COLUMN orders.conflicts.event_at IS 'When it happened.';
COMMENT ON COLUMN orders.conflicts.event_id IS 'The event.';
COMMENT ON COLUMN orders.conflicts.region IS 'The region that was applied.';
COMMENT ON COLUMN orders.conflicts.applied_payload IS 'Hash of the payload that was applied.';
COMMENT ON COLUMN orders.conflicts.other_payload IS 'Hash of the payload that differs.';
COMMENT ON COLUMN orders.conflicts.topic IS 'Topic of the first record with this payload.';
COMMENT ON COLUMN orders.conflicts.kafka_partition IS 'Its partition.';
COMMENT ON COLUMN orders.conflicts.kafka_offset IS 'Its offset: read it with kcat -C -o OFFSET -c 1.';
COMMENT ON COLUMN orders.conflicts.noted_at IS 'When it was recorded.';

CREATE OR REPLACE VIEW orders.order_events AS
SELECT e.order_id, e.event_type, e.event_at, e.event_id, e.region,
       lpad(to_hex(e.payload_hash), 16, '0') AS payload, e.kafka_partition
  FROM orders.processed_events e;
COMMENT ON VIEW orders.order_events IS 'The events that were applied. In no order: add ORDER BY.';
COMMENT ON COLUMN orders.order_events.order_id IS 'The order.';
COMMENT ON COLUMN orders.order_events.event_type IS 'What happened to it.';
COMMENT ON COLUMN orders.order_events.event_at IS 'When it happened.';
COMMENT ON COLUMN orders.order_events.event_id IS 'The event.';
COMMENT ON COLUMN orders.order_events.region IS 'The payload''s field region; NULL where it is absent.';
COMMENT ON COLUMN orders.order_events.payload IS 'Hash of the payload that was applied.';
COMMENT ON COLUMN orders.order_events.kafka_partition IS 'The partition that the event was first read from.';

-- A view of its own, for a query that runs every second: to count the view above would join and sort all conflicts.
CREATE OR REPLACE VIEW orders.conflict_count AS
SELECT count(*) AS conflicts FROM orders.event_conflicts;
COMMENT ON VIEW orders.conflict_count IS 'The number of conflicts.';
COMMENT ON COLUMN orders.conflict_count.conflicts IS 'Payloads that differ from the one that was applied.';
