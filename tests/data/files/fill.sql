-- Empties the results, and applies events, JSON lines that are read from standard input, as a consumer of one partition
-- does. (A JSON line holds no control characters: COPY is given some that cannot occur.)
\set ON_ERROR_STOP on
SET client_min_messages = warning;
TRUNCATE orders.processed_events, orders.event_type_counts, orders.event_day_counts, orders.event_region_counts,
         orders.partition_progress, orders.event_conflicts;
CREATE TEMP TABLE lines (no bigint GENERATED ALWAYS AS IDENTITY, event json);
\copy lines (event) FROM pstdin WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03')
-- The payload's hash is that of its compact form with sorted keys.
CREATE TEMP VIEW unhashed AS
SELECT no, 'xxh3-64:' || encode(convert_to('{' || (SELECT coalesce(string_agg(to_json(key) || ':' || value, ',' ORDER BY key COLLATE "C"), '')
                                                     FROM json_each(event->'payload')) || '}', 'UTF8'), 'hex')
  FROM lines;
CREATE TEMP TABLE hashed (no bigint, hash text);
\set file `mktemp`
\setenv HASHED :file
\copy (TABLE unhashed) TO PROGRAM 'perl sql/verify/xxh3.pl >"$HASHED"'
\copy hashed FROM PROGRAM 'cat "$HASHED"; rm "$HASHED"'
SELECT received
  FROM (SELECT count(*)::integer AS events,
               array_agg((event->>'eventId')::uuid ORDER BY no) AS ids, enum_range(NULL::orders.event_type)::text[] AS types,
               array_agg(array_position(enum_range(NULL::orders.event_type)::text[], event->>'eventType')::smallint ORDER BY no) AS numbers,
               array_agg((event->>'eventAt')::timestamp ORDER BY no) AS ats, array_agg(event->>'orderId' ORDER BY no) AS order_ids,
               array_agg(event->'payload'->>'region' ORDER BY no) AS regions,
               array_agg(('x' || hash)::bit(64)::bigint ORDER BY no) AS hashes
          FROM lines JOIN hashed USING (no) HAVING count(*) > 0) batch,
       LATERAL orders.apply_batch('order-aggregator', 'order-events', NULL, NULL, false, '{0}', '{0}', ARRAY[events], ids, types, numbers, ats,
                                  order_ids, regions, hashes, '{}', '{}', '{}', '{}', '{}', '{}', '{0}', '{1}', '{0}', '{NULL}', '{NULL}',
                                  ARRAY[events], '{NULL}', ARRAY[now()], '{0}');
