-- What a database of version 2 had, beside the tables: its functions (without what they did), its views, and what is remembered of them.
CREATE FUNCTION orders.apply_batch(
    consumer_group text, topic text, partitions integer[], offsets bigint[], append_times timestamptz[], event_ids uuid[], event_types text[],
    event_ats timestamp[], order_ids text[], regions text[], payload_hashes bigint[], reasons text[], keys bytea[], payloads bytea[],
    owned_partitions integer[], read_from bigint[], end_offsets bigint[]
) RETURNS TABLE (received bigint, applied bigint, duplicate bigint, redelivered bigint, quarantined bigint, outcomes text) LANGUAGE sql AS '';
CREATE FUNCTION orders.start_positions(consumer_group text, topic text) RETURNS TABLE (kafka_partition integer, next_offset bigint) LANGUAGE sql AS '';
CREATE FUNCTION orders.schema_version() RETURNS integer LANGUAGE sql AS 'SELECT max(version) FROM orders.schema_migrations';

CREATE VIEW orders.event_type_totals AS
SELECT c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_type_counts c
 GROUP BY c.event_type
 ORDER BY c.event_type;

CREATE VIEW orders.event_type_daily AS
SELECT c.event_day, c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_day_counts c
 GROUP BY c.event_day, c.event_type
 ORDER BY c.event_day, c.event_type;

CREATE VIEW orders.event_type_by_region AS
SELECT c.region, c.event_type, sum(c.events)::bigint AS events
  FROM orders.event_region_counts c
 GROUP BY c.region, c.event_type
 ORDER BY c.region, c.event_type;

CREATE VIEW orders.pipeline_status AS
SELECT p.consumer_group, p.topic, p.log, p.kafka_partition,
       p.received, p.applied, p.duplicate, p.redelivered, p.quarantined,
       p.next_offset, p.end_offset,
       CASE WHEN p.end_offset IS NOT NULL THEN greatest(p.end_offset - p.next_offset, 0) END AS lag,
       round(extract(epoch FROM clock_timestamp() - p.last_batch_at), 1) AS seconds_since_batch,
       p.received = p.applied + p.duplicate + p.redelivered + p.quarantined
           AND p.applied + p.duplicate + p.quarantined = p.next_offset - p.first_offset AS complete,
       p.log = max(p.log) OVER (PARTITION BY p.consumer_group, p.topic, p.kafka_partition) AS newest
  FROM orders.partition_progress p
 ORDER BY p.consumer_group, p.topic, p.log, p.kafka_partition;

CREATE VIEW orders.quarantine AS
SELECT q.consumer_group, q.topic, q.log, q.kafka_partition, q.kafka_offset, q.reason,
       translate(encode(substr(q.key, 1, 80), 'escape'), c.controls, repeat('.', length(c.controls))) AS key,
       length(q.payload) AS payload_bytes,
       translate(encode(substr(q.payload, 1, 80), 'escape'), c.controls, repeat('.', length(c.controls))) AS payload_start,
       q.append_time, q.quarantined_at, q.requeued_at
  FROM orders.quarantined_records q,
       (SELECT string_agg(chr(code), '') AS controls FROM (SELECT generate_series(1, 31) UNION ALL SELECT 127) AS g (code)) c
 ORDER BY q.consumer_group, q.topic, q.log, q.kafka_partition, q.kafka_offset;

CREATE VIEW orders.conflicts AS
SELECT c.order_id, c.event_type, e.event_at, c.event_id, e.region,
       to_hex(c.known_payload_hash) AS applied_payload, to_hex(c.payload_hash) AS other_payload,
       c.topic, c.kafka_partition, c.kafka_offset, c.noted_at
  FROM orders.event_conflicts c
  LEFT JOIN orders.processed_events e USING (event_id)
 ORDER BY c.order_id, c.event_type, e.event_at, c.noted_at;

CREATE VIEW orders.conflict_count AS
SELECT count(*) AS conflicts FROM orders.event_conflicts;

CREATE VIEW orders.order_timeline AS
SELECT t.order_id, t.region, t.placed_at, t.approved_at, t.handed_to_carrier_at, t.delivered_at, t.late_detected_at,
       CASE WHEN t.delivered_at IS NOT NULL THEN 'DELIVERED'
            WHEN t.handed_to_carrier_at IS NOT NULL THEN 'HANDED_TO_CARRIER'
            WHEN t.approved_at IS NOT NULL THEN 'APPROVED'
            WHEN t.placed_at IS NOT NULL THEN 'PLACED' END AS state,
       t.late_detected_at IS NOT NULL AS late
  FROM (SELECT e.order_id,
               min(e.region) AS region,
               min(e.event_at) FILTER (WHERE e.event_type = 'ORDER_PLACED')      AS placed_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'ORDER_APPROVED')    AS approved_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'HANDED_TO_CARRIER') AS handed_to_carrier_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'DELIVERED')         AS delivered_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'LATE_DETECTED')     AS late_detected_at
          FROM orders.processed_events e
         GROUP BY e.order_id) t;
INSERT INTO orders.schema_migrations (version, name) VALUES (1, 'migrations/001_schema.sql'), (2, 'migrations/002_requeue.sql');
INSERT INTO orders.schema_scripts (name, checksum) VALUES ('apply_batch.sql', 'of version 2'), ('views.sql', 'of version 2');
