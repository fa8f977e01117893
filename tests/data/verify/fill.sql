-- Applies events.csv (read from standard input) as a consumer of three partitions does, behind what was applied before.
\ir records.sql
SELECT received, applied
  FROM (SELECT array_agg(kafka_partition) AS partitions, array_agg(kafka_offset + coalesce(next_offset, 0)) AS offsets, array_agg(event_id) AS ids,
               array_agg(event_type) AS types, array_agg(event_at) AS ats, array_agg(order_id) AS order_ids, array_agg(region) AS regions,
               array_agg(payload_hash) AS hashes
          FROM (SELECT * FROM records LEFT JOIN orders.start_positions('order-aggregator', 'order-events') USING (kafka_partition) ORDER BY kafka_partition, kafka_offset) r) batch,
       (SELECT array_agg(p) AS partitions, array_agg(CASE WHEN next_offset IS NULL THEN 0 END) AS begins,
               array_agg(coalesce(next_offset, 0) + (SELECT count(*) FROM records r WHERE r.kafka_partition = p)) AS ends
          FROM generate_series(0, 2) p
          LEFT JOIN orders.start_positions('order-aggregator', 'order-events') s ON s.kafka_partition = p) owned,
       LATERAL orders.apply_batch('order-aggregator', 'order-events', NULL, NULL, false, batch.partitions, offsets,
                                  array_fill(1, ARRAY[cardinality(offsets)]), ids, types, ARRAY(SELECT generate_subscripts(types, 1)::smallint), ats,
                                  order_ids, regions, hashes, '{}', '{}', '{}', '{}', '{}', '{}', owned.partitions, '{1,1,1}', begins, '{NULL,NULL,NULL}', '{NULL,NULL,NULL}', ends, ends,
                                  array_fill(now(), '{3}'), '{0,0,0}');
