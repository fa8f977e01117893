-- The outcomes of the demo's records: of each partition, and of all together.
SELECT coalesce(kafka_partition::text, 'all') AS partition, sum(received) AS received, sum(applied) AS applied,
       sum(duplicate) AS duplicate, sum(redelivered) AS redelivered, sum(quarantined) AS quarantined, bool_and(complete) AS complete
  FROM orders.pipeline_status
 GROUP BY ROLLUP (kafka_partition)
 ORDER BY kafka_partition;
