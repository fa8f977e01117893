-- The query of order-monitor --check about applied records. Its rows are as in server.sql. $1 group, $2 topic, $3 its partitions, or -1
-- if Kafka does not tell. The role orders_reader may run it.
SELECT CASE WHEN $3::integer < 0 THEN 'unknown' WHEN p.seen > $3::integer THEN 'fail' ELSE 'ok' END, 'partitions that were read',
       CASE WHEN p.seen = 0 THEN 'none yet'
            WHEN $3::integer < 0 THEN format('%s; how many the topic has is unknown', p.seen)
            WHEN p.seen > $3::integer THEN format('the database has read %s partitions, and the topic has %s: it was recreated with fewer, or is another one',
                                                  p.seen, $3::integer)
            ELSE format('%s of %s', p.seen, $3::integer) END,
       CASE WHEN p.seen > $3::integer THEN 'name the right topic or group, or use another database' END
  FROM (SELECT coalesce(max(s.kafka_partition) + 1, 0) FROM orders.pipeline_status s
         WHERE s.newest AND s.consumer_group = $1::text AND s.topic = $2::text) AS p (seen)
UNION ALL
SELECT CASE WHEN $3::integer < 0 THEN 'unknown' WHEN c.partitions = $3::integer THEN 'ok' ELSE 'fail' END, 'cluster of databases',
       CASE WHEN c.partitions = $3::integer THEN format('%s nodes, for %s partitions', c.nodes, c.partitions)
            ELSE format('it was made for %s partitions, and the topic has %s', c.partitions, $3::integer) END,
       CASE WHEN c.partitions <> $3::integer THEN format('use a topic with %s partitions, or make a new cluster', c.partitions) END
  FROM (SELECT min(r.nodes), min(r.partitions) FROM orders.read_cluster() r) AS c (nodes, partitions)
 WHERE c.partitions IS NOT NULL
UNION ALL
SELECT CASE WHEN d.deleted > 0 THEN 'warn' ELSE 'ok' END, 'deleted records',
       CASE WHEN d.deleted > 0 THEN format('%s records were deleted before they were read', d.deleted) ELSE 'none' END,
       CASE WHEN d.deleted > 0 THEN 'replay their files: scripts/verify names the events that are missing' END
  FROM (SELECT coalesce(sum(s.deleted), 0) FROM orders.pipeline_status s
         WHERE s.newest AND s.consumer_group = $1::text AND s.topic = $2::text) AS d (deleted)
