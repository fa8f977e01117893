-- Applies events.csv (read from standard input) as a consumer of three partitions does. Any version 8 id with the right
-- time will do for verify, so the rest of it is a plain MD5.
\set ON_ERROR_STOP on
CREATE TEMP TABLE events (order_id text, event_type text, event_at timestamp, region text);
\copy events FROM pstdin WITH (FORMAT csv, HEADER)
SELECT received, applied
  FROM (SELECT array_agg(kafka_partition) AS partitions, array_agg(kafka_offset) AS offsets,
               array_agg(now()) AS append_times, array_agg(id) AS ids, array_agg(event_type) AS types, array_agg(row_number::smallint) AS numbers, array_agg(event_at) AS ats,
               array_agg(order_id) AS order_ids, array_agg(region) AS regions, array_agg(1::bigint) AS hashes,
               array_agg(NULL::text) AS reasons, array_agg(NULL::bytea) AS nothing,
               ARRAY(SELECT count(*) FILTER (WHERE ascii(substr(order_id, 3)) % 3 = p) FROM events, generate_series(0, 2) p
                      GROUP BY p ORDER BY p) AS ends
          FROM (SELECT e.*, row_number() OVER (ORDER BY event_at), ascii(substr(order_id, 3)) % 3 AS kafka_partition,
                       row_number() OVER (PARTITION BY ascii(substr(order_id, 3)) % 3 ORDER BY event_at) - 1 AS kafka_offset,
                       (lpad(to_hex((extract(epoch FROM event_at) * 1000)::bigint), 12, '0') || '8' || left(md5(order_id || event_type), 3)
                        || 'a' || right(md5(order_id || event_type), 15))::uuid AS id
                  FROM events e ORDER BY event_at) records) batch,
       LATERAL orders.apply_batch('order-aggregator', 'order-events', NULL, NULL, false, partitions, offsets, append_times, ids, types, numbers, ats,
                                  order_ids, regions, hashes, reasons, nothing, nothing, '{0,1,2}', '{1,1,1}', '{0,0,0}', '{NULL,NULL,NULL}',
                                  '{NULL,NULL,NULL}', ends, ends, array_fill(now(), '{3}'), '{0,0,0}');
