-- Reads events.csv from standard input into the temporary table records: where they are in three partitions, and what ids and
-- hashes they have by docs/EVENTS.md.
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
CREATE TEMP TABLE records AS
SELECT ascii(substr(order_id, 3)) % 3 AS kafka_partition,
       row_number() OVER (PARTITION BY ascii(substr(order_id, 3)) % 3 ORDER BY event_at) - 1 AS kafka_offset,
       (lpad(to_hex((extract(epoch FROM event_at) * 1000)::bigint), 12, '0') || '8' || substr(fact, 14, 3)
        || to_hex(8 | (('x' || substr(fact, 17, 1))::bit(4)::int & 3)) || substr(fact, 18))::uuid AS event_id,
       event_type, event_at, order_id, region, ('x' || hash)::bit(64)::bigint AS payload_hash
  FROM hashed;
