-- Checks the bookkeeping: the outcome of each offset, in all logs of all groups, and Kafka's watermarks for :group and :topic.

CREATE TEMP VIEW progress AS
SELECT p.*, (consumer_group, topic) = (:'group', :'topic') AS is_ours,
       format('%spartition %s log %s', CASE WHEN (consumer_group, topic) <> (:'group', :'topic') THEN format('group %s topic %s ', consumer_group, topic) END,
              kafka_partition, log) AS item,
       log = first_value(log) OVER (PARTITION BY consumer_group, topic, kafka_partition ORDER BY last_batch_at DESC NULLS LAST, log DESC) AS is_current,
       applied::numeric + duplicate + redelivered + quarantined + retired AS became,
       applied::numeric + duplicate + quarantined + retired + absent + deleted AS counted
  FROM orders.partition_progress p;
SELECT concat(format('%s rows of group %s, topic %s', count(*) FILTER (WHERE is_ours), :'group', :'topic'),
              ', ' || nullif(count(*) FILTER (WHERE NOT is_ours), 0) || ' of others') AS compared,
       coalesce(sum(absent), 0) AS absent, coalesce(sum(deleted), 0) AS deleted, count(*) FILTER (WHERE is_ours) > 0 AS has_progress FROM progress \gset

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'partition_progress', format('rows of group %s and topic %s', :'group', :'topic'), 'none' WHERE NOT :'has_progress'
UNION ALL
(SELECT count(*) OVER (), item, format('received = applied + duplicate + redelivered + quarantined + retired = %s', became), received::text
  FROM progress WHERE received <> became ORDER BY is_ours DESC, item LIMIT 10)
UNION ALL
(SELECT count(*) OVER (), item, 'nothing retired, as there is no horizon', retired::text
  FROM progress WHERE retired <> 0 AND NOT :'has_horizon' ORDER BY is_ours DESC, item LIMIT 10);
\set check 'received records are accounted for'
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'partition_progress', format('rows of group %s and topic %s', :'group', :'topic'), 'none' WHERE NOT :'has_progress'
UNION ALL
(SELECT count(*) OVER (), item, format('applied + duplicate + quarantined + retired + absent + deleted = next_offset - first_offset = %s', next_offset::numeric - first_offset),
        counted::text
  FROM progress WHERE counted <> next_offset::numeric - first_offset ORDER BY is_ours DESC, item LIMIT 10);
\set check 'offsets are accounted for'
\ir report.sql

-- An event applied from a record below next_offset is counted as redelivered. The record may have been quarantined before.
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), format('partition %s', kafka_partition), concat(coalesce(p.applied, 0), ' to ' || nullif(p.applied + p.redelivered, p.applied), ' events'), format('%s events', coalesce(e.events, 0))
  FROM (SELECT kafka_partition, sum(applied) AS applied, sum(redelivered) AS redelivered FROM progress GROUP BY kafka_partition) p
  FULL JOIN (SELECT kafka_partition, sum(events) AS events FROM partition_counts GROUP BY kafka_partition) e USING (kafka_partition)
 WHERE coalesce(e.events, 0) NOT BETWEEN coalesce(p.applied, 0) AND coalesce(p.applied + p.redelivered, 0)
 ORDER BY kafka_partition LIMIT 10;
\set check 'applied in each partition'
SELECT format('%s events, in partition_progress and %s', pg_temp.thousands(coalesce(sum(events), 0)::bigint), :'source') AS compared FROM partition_counts \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), coalesce(item, format('group %s topic %s partition %s log %s', consumer_group, topic, kafka_partition, log)),
       concat(coalesce(p.quarantined, 0), ' to ' || nullif(p.quarantined::numeric + p.redelivered, p.quarantined), ' records'),
       concat(coalesce(q.records, 0), ' records', ', offsets ' || first || ' to ' || last)
  FROM progress p
  FULL JOIN (SELECT consumer_group, topic, log, kafka_partition, count(*) AS records, min(kafka_offset) AS first, max(kafka_offset) AS last
               FROM orders.quarantined_records GROUP BY 1, 2, 3, 4) q USING (consumer_group, topic, log, kafka_partition)
 WHERE coalesce(q.records, 0) NOT BETWEEN coalesce(p.quarantined, 0) AND coalesce(p.quarantined::numeric + p.redelivered, 0)
    OR q.first < p.first_offset OR q.last >= p.next_offset
 ORDER BY 2 LIMIT 10;
\set check 'quarantined records'
SELECT pg_temp.thousands(count(*)) || ' in quarantined_records, in partition_progress' AS compared FROM orders.quarantined_records \gset
\ir report.sql

\if :has_kafka
-- Records that Kafka has deleted were read before, provided that reading did not begin later. If nothing is left to read, a log
-- proves nothing more, even if it is another log. Kafka never removes partitions: partitions past the last one of a recreated
-- topic belong to the former topic.
CREATE TEMP VIEW watermarks AS SELECT * FROM jsonb_to_recordset(:'watermarks') AS k (kafka_partition int, low bigint, high bigint);
CREATE TEMP VIEW former AS
SELECT DISTINCT kafka_partition
  FROM progress
 WHERE is_ours AND kafka_partition > (SELECT max(kafka_partition) FROM watermarks)
   AND (EXISTS (SELECT FROM progress WHERE is_ours AND log > 1) OR NOT EXISTS (SELECT FROM watermarks WHERE low < high));

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), format('partition %s', coalesce(k.kafka_partition, p.kafka_partition)),
       CASE WHEN k.kafka_partition IS NULL THEN 'no such partition' ELSE format('offsets %s to %s', k.low, k.high) END,
       CASE WHEN p.kafka_partition IS NULL THEN 'no progress' ELSE format('offsets %s to %s', p.first_offset, p.next_offset) END
  FROM watermarks k
  FULL JOIN (SELECT * FROM progress WHERE is_ours AND is_current AND kafka_partition NOT IN (TABLE former)) p USING (kafka_partition)
 WHERE k.kafka_partition IS NULL OR k.low < k.high AND (p.first_offset <= k.low AND p.next_offset = k.high) IS NOT TRUE
 ORDER BY 2 LIMIT 10;
\set check 'read from Kafka''s beginning to its end'
SELECT concat(format('%s partitions of topic %s', (SELECT count(*) FROM watermarks), :'topic'),
              (SELECT format(', not %s of a former one', count(*)) FROM former HAVING count(*) > 0)) AS compared,
       (SELECT coalesce(sum(greatest(k.high - greatest(p.next_offset, k.low), 0)), 0)
          FROM watermarks k LEFT JOIN progress p ON is_ours AND is_current AND p.kafka_partition = k.kafka_partition) AS unread \gset
\ir report.sql
\else
INSERT INTO report (line) VALUES ('skipped Kafka''s watermarks (--no-kafka)');
SELECT coalesce(sum(greatest(end_offset - next_offset, 0)), 0) AS unread FROM progress WHERE is_ours AND is_current \gset
\endif

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_id), 'payload ' || pg_temp.hash(known_payload_hash),
       format('payload %s at %s [%s] offset %s', pg_temp.hash(payload_hash), topic, kafka_partition, kafka_offset)
  FROM orders.event_conflicts ORDER BY order_id, event_type, event_id, payload_hash LIMIT 10;
\set check 'no conflicts'
SELECT pg_temp.thousands(count(*)) || ' in event_conflicts' AS compared FROM orders.event_conflicts \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), c.event_id::text,
       CASE WHEN e.event_id IS NULL THEN 'an event' ELSE concat_ws(' ', e.order_id, e.event_type, 'payload', pg_temp.hash(e.payload_hash)) END,
       concat_ws(' ', c.order_id, c.event_type, 'payload', pg_temp.hash(c.known_payload_hash), 'and another,', pg_temp.hash(c.payload_hash))
  FROM orders.event_conflicts c LEFT JOIN orders.processed_events e USING (event_id)
 WHERE (c.order_id, c.event_type, c.known_payload_hash) IS DISTINCT FROM (e.order_id, e.event_type, e.payload_hash) OR c.payload_hash = c.known_payload_hash
 ORDER BY 2 LIMIT 10;
\set check 'conflicts and their events'
SELECT pg_temp.thousands(count(*)) || ' in event_conflicts, in processed_events' AS compared FROM orders.event_conflicts \gset
\ir report.sql

SELECT count(*) AS quarantined FROM orders.quarantined_records WHERE consumer_group = :'group' AND topic = :'topic' \gset
INSERT INTO report (line)
SELECT format('absent  %s offsets that hold no record for consumers', pg_temp.thousands(:absent)) WHERE :absent > 0
UNION ALL
SELECT format('warning %s records were deleted before they were read; what they held is here, if no event is missing', pg_temp.thousands(:deleted)) WHERE :deleted > 0
UNION ALL
SELECT format('warning quarantined_records holds %s records of group %s, topic %s', pg_temp.thousands(:quarantined), :'group', :'topic') WHERE :quarantined > 0;
\ir print.sql
