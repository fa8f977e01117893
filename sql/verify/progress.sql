-- Checks of the bookkeeping of :group and :topic: the invariants, Kafka's watermarks, conflicts, quarantine.

CREATE TEMP VIEW progress AS
SELECT p.*, format('partition %s log %s', kafka_partition, log) AS item, log = max(log) OVER (PARTITION BY kafka_partition) AS newest
  FROM orders.partition_progress p WHERE consumer_group = :'group' AND topic = :'topic';
SELECT format('%s rows of group %s, topic %s', count(*), :'group', :'topic') AS compared FROM progress \gset

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'partition_progress', format('rows of group %s and topic %s', :'group', :'topic'), 'none' WHERE NOT EXISTS (SELECT FROM progress)
UNION ALL
(SELECT count(*) OVER (), item, format('received = applied + duplicate + redelivered + quarantined = %s', applied + duplicate + redelivered + quarantined), received::text
  FROM progress WHERE received <> applied + duplicate + redelivered + quarantined ORDER BY kafka_partition, log LIMIT 10);
\set check 'received records are accounted for'
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'partition_progress', format('rows of group %s and topic %s', :'group', :'topic'), 'none' WHERE NOT EXISTS (SELECT FROM progress)
UNION ALL
(SELECT count(*) OVER (), item, format('applied + duplicate + quarantined = next_offset - first_offset = %s', next_offset - first_offset), (applied + duplicate + quarantined)::text
  FROM progress WHERE applied + duplicate + quarantined <> next_offset - first_offset ORDER BY kafka_partition, log LIMIT 10);
\set check 'offsets are accounted for'
\ir report.sql

\if :has_kafka
-- Kafka never takes partitions away: where the topic was made anew, those behind its last one are of the former topic.
CREATE TEMP VIEW watermarks AS SELECT * FROM jsonb_to_recordset(:'watermarks') AS k (kafka_partition int, low bigint, high bigint);
CREATE TEMP VIEW former AS
SELECT DISTINCT kafka_partition
  FROM progress
 WHERE kafka_partition > (SELECT max(kafka_partition) FROM watermarks) AND EXISTS (SELECT FROM progress WHERE log > 1);

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), format('partition %s', coalesce(k.kafka_partition, p.kafka_partition)),
       CASE WHEN k.kafka_partition IS NULL THEN 'no such partition' ELSE format('offsets %s to %s', k.low, k.high) END,
       CASE WHEN p.kafka_partition IS NULL THEN 'no progress' ELSE format('offsets %s to %s', p.first_offset, p.next_offset) END
  FROM watermarks k
  FULL JOIN (SELECT * FROM progress WHERE newest AND kafka_partition NOT IN (TABLE former)) p USING (kafka_partition)
 WHERE (p.first_offset, p.next_offset) IS DISTINCT FROM (k.low, k.high) AND NOT (p.kafka_partition IS NULL AND k.low = k.high)
 ORDER BY coalesce(k.kafka_partition, p.kafka_partition) LIMIT 10;
\set check 'read from Kafka''s beginning to its end'
SELECT concat(format('%s partitions of topic %s', (SELECT count(*) FROM watermarks), :'topic'),
              (SELECT format(', not %s of a former one', count(*)) FROM former HAVING count(*) > 0)) AS compared \gset
\ir report.sql
\else
\echo 'skipped Kafka''s watermarks (--no-kafka)'
\endif

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_id), format('payload %s', known_payload_hash),
       format('payload %s at %s [%s] offset %s', payload_hash, topic, kafka_partition, kafka_offset)
  FROM orders.event_conflicts ORDER BY order_id, event_type, event_id, payload_hash LIMIT 10;
\set check 'no conflicts'
SELECT pg_temp.thousands(count(*)) || ' in event_conflicts' AS compared FROM orders.event_conflicts \gset
\ir report.sql

SELECT format('warning quarantined_records holds %s records of group %s, topic %s', pg_temp.thousands(count(*)), :'group', :'topic')
  FROM orders.quarantined_records WHERE consumer_group = :'group' AND topic = :'topic' HAVING count(*) > 0;
