-- What the figures of the database alone need, in a database that has been filled from the very records once:
-- the batches, ready to be handed over, and loops that run in the server.
--   records   the file with a line a record, of bench-apply
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA bench;

CREATE UNLOGGED TABLE bench.lines (kafka_partition integer, kafka_offset bigint, append_time bigint, key text, value jsonb,
                                   line bigint GENERATED ALWAYS AS IDENTITY);
\set copy '\\copy bench.lines (kafka_partition, kafka_offset, append_time, key, value) FROM ' :'records' ' (FORMAT csv, DELIMITER E''\\t'', QUOTE E''\\x01'')'
:copy

CREATE UNLOGGED TABLE bench.batches AS
SELECT n,
       array_agg(l.kafka_partition ORDER BY line)                           AS partitions,
       array_agg(e.event_id ORDER BY line)                                  AS event_ids,
       enum_range(NULL::orders.event_type)::text[]                          AS type_names,
       array_agg(array_position(enum_range(NULL::orders.event_type), e.event_type)::smallint ORDER BY line) AS event_types,
       array_agg(e.event_at::timestamp ORDER BY line)                       AS event_ats,
       array_agg(e.order_id::text COLLATE "default" ORDER BY line)          AS order_ids,
       array_agg(e.region::text COLLATE "default" ORDER BY line)            AS regions,
       array_agg(e.payload_hash ORDER BY line)                              AS payload_hashes
  FROM (SELECT *, (line - 1) / 5000 AS n FROM bench.lines) l
  JOIN orders.processed_events e ON e.event_id = (l.value ->> 'eventId')::uuid
 GROUP BY n;
ALTER TABLE bench.batches ADD PRIMARY KEY (n);

-- The records of each batch that follow one another in a partition.
CREATE UNLOGGED TABLE bench.runs AS
SELECT n, array_agg(kafka_partition ORDER BY line) AS run_partitions, array_agg(kafka_offset ORDER BY line) AS run_offsets,
       array_agg(records ORDER BY line) AS run_lengths
  FROM (SELECT n, kafka_partition, min(line) AS line, min(kafka_offset) AS kafka_offset, count(*)::integer AS records
          FROM (SELECT (line - 1) / 5000 AS n, kafka_partition, kafka_offset, line,
                       kafka_offset - row_number() OVER (PARTITION BY (line - 1) / 5000 ORDER BY line) AS run
                  FROM bench.lines) l
         GROUP BY n, kafka_partition, run) r
 GROUP BY n;
ALTER TABLE bench.runs ADD PRIMARY KEY (n);

-- Of each batch's partitions; a log begins with the first batch that has it.
CREATE UNLOGGED TABLE bench.spans AS
SELECT n,
       array_agg(kafka_partition ORDER BY kafka_partition)                        AS owned_partitions,
       array_agg(1)                                                               AS logs,
       array_agg(CASE WHEN begins THEN first_offset END ORDER BY kafka_partition) AS first_offsets,
       array_agg(NULL::bigint)                                                    AS unknown,
       array_agg(next_offset ORDER BY kafka_partition)                            AS next_offsets,
       array_agg(now())                                                           AS seam_times,
       array_agg(0::bigint)                                                       AS seam_hashes
  FROM (SELECT (line - 1) / 5000 AS n, kafka_partition, min(kafka_offset) AS first_offset, max(kafka_offset) + 1 AS next_offset,
               (line - 1) / 5000 = min((line - 1) / 5000) OVER (PARTITION BY kafka_partition) AS begins
          FROM bench.lines
         GROUP BY 1, 2) s
 GROUP BY n;
ALTER TABLE bench.spans ADD PRIMARY KEY (n);

-- The rows as they go into the table, for COPY: in the order in which they come.
CREATE TABLE bench.copied (LIKE orders.processed_events INCLUDING ALL);
CREATE UNLOGGED TABLE bench.rows AS
SELECT e.* FROM bench.lines l JOIN orders.processed_events e ON e.event_id = (l.value ->> 'eventId')::uuid ORDER BY l.line;
DROP TABLE bench.lines;

-- ids and one small aggregate, in the same form: the least that an idempotent consumer with totals does.
CREATE FUNCTION bench.ids_and_types(
    partitions integer[], event_ids uuid[], type_names text[], event_types smallint[], event_ats timestamp[], order_ids text[], regions text[],
    payload_hashes bigint[]
) RETURNS TABLE (received bigint) LANGUAGE plpgsql SET enable_seqscan = off SET enable_nestloop = off SET jit = off AS $$
DECLARE
    types orders.event_type[] := type_names::orders.event_type[];
BEGIN
    WITH fresh AS (
        INSERT INTO orders.processed_events AS e
               (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition)
        SELECT r.event_id, types[r.event_type], r.event_at, r.order_id, r.region, r.payload_hash, r.kafka_partition
          FROM unnest(event_ids, event_types, event_ats, order_ids, regions, payload_hashes, partitions)
               AS r (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition)
         ORDER BY r.event_id
        ON CONFLICT ON CONSTRAINT processed_events_pkey DO NOTHING
        RETURNING e.event_type, e.kafka_partition
    )
    INSERT INTO orders.event_type_counts AS c (event_type, kafka_partition, events)
    SELECT f.event_type, f.kafka_partition, count(*)
      FROM fresh f
     GROUP BY f.event_type, f.kafka_partition
     ORDER BY f.event_type, f.kafka_partition
    ON CONFLICT ON CONSTRAINT event_type_counts_pkey DO UPDATE SET events = c.events + excluded.events;
    RETURN QUERY SELECT cardinality(partitions)::bigint;
END
$$;

-- Events a second, of all batches through one of the two functions, each in a transaction of its own.
CREATE PROCEDURE bench.loop(name text, INOUT rate double precision DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
    call text := CASE name
        WHEN 'ids and types' THEN 'bench.ids_and_types($1, $5, $6, $7, $8, $9, $10, $11)'
        WHEN 'apply_batch' THEN 'orders.apply_batch(''bench'', ''bench'', NULL, NULL, false, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
            ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', ''{}'', $12, $13, $14, $15, $15, $16, $15, $17, $18)'
    END;
    batch bench.batches;
    runs bench.runs;
    spans bench.spans;
    began timestamptz := clock_timestamp();
    events bigint := 0;
    received bigint;
BEGIN
    FOR i IN 0 .. (SELECT max(n) FROM bench.batches) LOOP
        SELECT * INTO batch FROM bench.batches b WHERE b.n = i;
        SELECT * INTO runs FROM bench.runs r WHERE r.n = i;
        SELECT * INTO spans FROM bench.spans s WHERE s.n = i;
        EXECUTE 'SELECT received FROM ' || call
           INTO received
          USING batch.partitions, runs.run_partitions, runs.run_offsets, runs.run_lengths, batch.event_ids, batch.type_names, batch.event_types,
                batch.event_ats, batch.order_ids, batch.regions, batch.payload_hashes,
                spans.owned_partitions, spans.logs, spans.first_offsets, spans.unknown, spans.next_offsets, spans.seam_times, spans.seam_hashes;
        COMMIT;
        events := events + received;
    END LOOP;
    ASSERT events = (SELECT count(*) FROM orders.processed_events);
    rate := events / extract(epoch FROM clock_timestamp() - began);
END
$$;

-- Empty, and with nothing left to write that belongs to what ran before.
CREATE PROCEDURE bench.clean() LANGUAGE plpgsql AS $$
BEGIN
    TRUNCATE orders.processed_events, orders.event_type_counts, orders.event_day_counts, orders.event_region_counts,
             orders.partition_progress, orders.quarantined_records, orders.event_conflicts, bench.copied;
END
$$;
