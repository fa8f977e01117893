-- Applies events.csv (read from standard input) as a consumer of three partitions does, with the ids and hashes of docs/EVENTS.md.
\set ON_ERROR_STOP on
CREATE TEMP TABLE events (order_id text, event_type text, event_at timestamp, region text, payload text);
\copy events FROM pstdin WITH (FORMAT csv, HEADER)
CREATE TEMP VIEW unhashed AS
SELECT order_id, event_type, event_at, region, 'xxh3-64:' || encode(convert_to(payload, 'UTF8'), 'hex') AS hash,
       'xxh3-128:' || encode(convert_to(concat_ws(E'\n', 'order-replay/1', order_id, event_type,
           replace(to_char(event_at, 'YYYY-MM-DD"T"HH24:MI:SS.MS'), '.000', '')), 'UTF8'), 'hex') AS fact
  FROM events;
CREATE TEMP TABLE hashed (order_id text, event_type text, event_at timestamp, region text, hash text, fact text);
\set file `mktemp`
\setenv HASHED :file
\copy (TABLE unhashed) TO PROGRAM 'perl sql/verify/xxh3.pl >"$HASHED"'
\copy hashed FROM PROGRAM 'cat "$HASHED"; rm "$HASHED"'
SELECT received, applied
  FROM (SELECT array_agg(kafka_partition) AS partitions, array_agg(kafka_offset) AS offsets,
               array_agg(now()) AS append_times, array_agg(id) AS ids, array_agg(event_type) AS types, array_agg(event_at) AS ats,
               array_agg(order_id) AS order_ids, array_agg(region) AS regions, array_agg(('x' || hash)::bit(64)::bigint) AS hashes,
               array_agg(NULL::text) AS reasons, array_agg(NULL::bytea) AS nothing,
               ARRAY(SELECT count(*) FILTER (WHERE ascii(substr(order_id, 3)) % 3 = p) FROM events, generate_series(0, 2) p
                      GROUP BY p ORDER BY p) AS ends
          FROM (SELECT e.*, ascii(substr(order_id, 3)) % 3 AS kafka_partition,
                       row_number() OVER (PARTITION BY ascii(substr(order_id, 3)) % 3 ORDER BY event_at) - 1 AS kafka_offset,
                       (lpad(to_hex((extract(epoch FROM event_at) * 1000)::bigint), 12, '0') || '8' || substr(fact, 14, 3)
                        || to_hex(8 | (('x' || substr(fact, 17, 1))::bit(4)::int & 3)) || substr(fact, 18))::uuid AS id
                  FROM hashed e ORDER BY event_at) records) batch,
       LATERAL orders.apply_batch('order-aggregator', 'order-events', NULL, NULL, false, partitions, offsets, append_times, ids, types,
                                  ARRAY(SELECT generate_subscripts(types, 1)::smallint), ats,
                                  order_ids, regions, hashes, reasons, nothing, nothing, '{0,1,2}', '{1,1,1}', '{0,0,0}', '{NULL,NULL,NULL}',
                                  '{NULL,NULL,NULL}', ends, ends, array_fill(now(), '{3}'), '{0,0,0}');
