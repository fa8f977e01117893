-- Records which quarantined records were sent again, in one transaction. Variables: group, topic. The places come from
-- standard input, a line each: log, partition, offset.
\set ON_ERROR_STOP on
CREATE TEMP TABLE sent (log integer, kafka_partition integer, kafka_offset bigint) ON COMMIT DROP;
\copy sent FROM pstdin (DELIMITER ' ')
UPDATE orders.quarantined_records AS q
   SET requeued_at = now()
  FROM sent s
 WHERE (q.consumer_group, q.topic, q.log, q.kafka_partition, q.kafka_offset)
     = (:'group', :'topic', s.log, s.kafka_partition, s.kafka_offset);
