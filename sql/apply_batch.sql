-- What the consumer calls: apply_batch (the meaning of a batch), start_positions, schema_version, read_lifecycle.
-- Applied by scripts/migrate whenever this file changed.

-- A call is one statement and so one transaction, and the whole of it: a consumer that is paused, killed or cut off
-- holds no lock. Each statement inside takes its own snapshot (READ COMMITTED), so what a concurrent owner of
-- the same partition committed while this call waited for its lock is seen by all that follow the lock.
--
-- Locks are taken in one order by everybody, so no two calls can deadlock: progress rows (partition, log), events (id),
-- aggregates, quarantine and conflicts (each in key order).
--
-- The planner settings below: a plan that was made while a table was empty, or for a guessed ten elements an array,
-- is kept for the session. With sequential scans and nested loops out of its reach it stays good for any size.
CREATE OR REPLACE FUNCTION orders.apply_batch(
    consumer_group   text,
    topic            text,
    partitions       integer[],
    offsets          bigint[],
    append_times     timestamp with time zone[],
    event_ids        uuid[],
    event_types      text[],
    event_ats        timestamp without time zone[],
    order_ids        text[],
    regions          text[],
    payload_hashes   bigint[],
    reasons          text[],
    keys             bytea[],
    payloads         bytea[],
    owned_partitions integer[],
    read_from        bigint[],
    end_offsets      bigint[]
) RETURNS TABLE (received bigint, applied bigint, duplicate bigint, redelivered bigint, quarantined bigint, outcomes text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    types      orders.event_type[];
    spans      record;                       -- of the batch: an array each of its partitions and what it has of them
    created    integer[];                    -- partitions that had no progress row before this call
    begun      integer[];                    -- partitions that begin a new log in this call
    newest     orders.partition_progress[];  -- each partition's newest log, not yet counting this batch
    gap        record;
    unreadable integer := cardinality(array_remove(reasons, NULL)); -- records that are not valid events
    known      bigint[] := '{}';             -- the payload hash of each event that was there already, in input order
    inserted   integer;                      -- events that were not known
    fresh_ids  uuid[];                       -- their ids
    some_seen  boolean;                      -- of this batch's records, by this group
    all_seen   boolean;
    kind       text;                         -- the outcome, where all records have the same
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'apply_batch needs isolation level read committed, not %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state',
                  HINT = 'Leave default_transaction_isolation at "read committed" for the consumer.';
    END IF;
    IF num_nulls(consumer_group, topic, partitions, offsets, append_times, event_ids, event_types, event_ats, order_ids,
                 regions, payload_hashes, reasons, keys, payloads, owned_partitions, read_from, end_offsets) > 0 THEN
        RAISE EXCEPTION 'apply_batch: a parameter is NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF cardinality(partitions) <> ANY (ARRAY[cardinality(offsets), cardinality(append_times), cardinality(event_ids),
            cardinality(event_types), cardinality(event_ats), cardinality(order_ids), cardinality(regions),
            cardinality(payload_hashes), cardinality(reasons), cardinality(keys), cardinality(payloads)])
       OR cardinality(owned_partitions) <> ANY (ARRAY[cardinality(read_from), cardinality(end_offsets)]) THEN
        RAISE EXCEPTION 'apply_batch: arrays differ in length' USING ERRCODE = 'array_subscript_error';
    END IF;
    types := event_types::orders.event_type[];
    SELECT array_agg(s.kafka_partition) AS partitions, array_agg(s.received) AS received, array_agg(s.first_offset) AS first_offsets,
           array_agg(s.last_offset) AS last_offsets, array_agg(s.latest_append_time) AS latest_append_times
      INTO spans
      FROM (SELECT r.kafka_partition, count(*) AS received, min(r.kafka_offset) AS first_offset, max(r.kafka_offset) AS last_offset,
                   max(r.append_time) AS latest_append_time
              FROM unnest(partitions, offsets, append_times) AS r (kafka_partition, kafka_offset, append_time)
             GROUP BY r.kafka_partition) s;

    -- 1. Become the only owner of the batch's partitions: the oldest log's row is the partition's mutex. The rows are read
    --    after the lock, by a statement of its own: a log that the previous owner began while we waited is seen.
    WITH inserted AS (
        INSERT INTO orders.partition_progress AS p
               (consumer_group, topic, log, kafka_partition, first_offset, next_offset)
        SELECT apply_batch.consumer_group, apply_batch.topic, 1, r.kafka_partition, r.first_offset, r.first_offset
          FROM unnest(spans.partitions, spans.first_offsets) AS r (kafka_partition, first_offset)
         WHERE NOT EXISTS (SELECT FROM orders.partition_progress k
                            WHERE (k.consumer_group, k.topic, k.kafka_partition)
                                = (apply_batch.consumer_group, apply_batch.topic, r.kafka_partition))
         ORDER BY r.kafka_partition
        ON CONFLICT DO NOTHING
        RETURNING p.kafka_partition
    )
    SELECT coalesce(array_agg(i.kafka_partition), '{}') INTO created FROM inserted i;

    PERFORM FROM orders.partition_progress p
      WHERE p.consumer_group = apply_batch.consumer_group AND p.topic = apply_batch.topic
        AND p.kafka_partition = ANY (partitions || owned_partitions)
      ORDER BY p.kafka_partition, p.log
        FOR UPDATE;

    -- 2. A record below next_offset that was appended later than all that were seen is the start of a new log. (A
    --    redelivered one was seen, so its append time is not later.)
    WITH inserted AS (
        INSERT INTO orders.partition_progress AS p
               (consumer_group, topic, log, kafka_partition, first_offset, next_offset)
        SELECT apply_batch.consumer_group, apply_batch.topic, k.log + 1, k.kafka_partition, r.first_offset, r.first_offset
          FROM unnest(spans.partitions, spans.first_offsets) AS r (kafka_partition, first_offset)
          JOIN (SELECT DISTINCT ON (l.kafka_partition) l.*
                  FROM orders.partition_progress l
                 WHERE l.consumer_group = apply_batch.consumer_group AND l.topic = apply_batch.topic
                 ORDER BY l.kafka_partition, l.log DESC) k
            ON k.kafka_partition = r.kafka_partition
         WHERE r.first_offset < k.next_offset
           AND k.latest_append_time < (SELECT b.append_time
                                         FROM unnest(partitions, offsets, append_times) AS b (kafka_partition, kafka_offset, append_time)
                                        WHERE (b.kafka_partition, b.kafka_offset) = (r.kafka_partition, r.first_offset)
                                        LIMIT 1)
         ORDER BY k.kafka_partition
        RETURNING p.kafka_partition
    )
    SELECT coalesce(array_agg(i.kafka_partition), '{}') INTO begun FROM inserted i;

    SELECT coalesce(array_agg(p), '{}') INTO newest
      FROM (SELECT DISTINCT ON (l.kafka_partition) l.*
              FROM orders.partition_progress l
             WHERE l.consumer_group = apply_batch.consumer_group AND l.topic = apply_batch.topic
               AND l.kafka_partition = ANY (partitions || owned_partitions)
             ORDER BY l.kafka_partition, l.log DESC) p;

    -- 3. A consumer that reads on from a position which this database never reached would leave a hole: the database was
    --    emptied or restored under it.
    SELECT o.kafka_partition, o.read_from, p.next_offset INTO gap
      FROM unnest(owned_partitions, read_from) AS o (kafka_partition, read_from)
      LEFT JOIN unnest(newest) AS p ON p.kafka_partition = o.kafka_partition AND p.kafka_partition <> ALL (created)
     WHERE o.kafka_partition <> ALL (begun)
       AND o.read_from > coalesce(p.next_offset, -1)
     ORDER BY o.kafka_partition
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'records of %-% before offset % are missing in this database: %', topic, gap.kafka_partition, gap.read_from,
                        coalesce('it ends at ' || gap.next_offset, 'it has none')
            USING ERRCODE = 'OR001',
                  HINT = 'It was emptied or restored: read again from orders.start_positions.';
    END IF;

    -- 4. Events and aggregates. A batch that begins with a known event is most likely a replay: a look for each is cheaper
    --    than an insert that comes to nothing. The others go in sorted, each by its first occurrence only; the aggregates
    --    count the rows that the insert returned and nothing else, so the dedup store and the totals cannot disagree. One
    --    pass over them makes the groups by day and by region; the types are the sums of the days.
    IF EXISTS (SELECT FROM orders.processed_events e WHERE e.event_id = event_ids[1]) THEN
        known := ARRAY(SELECT (SELECT e.payload_hash FROM orders.processed_events e WHERE e.event_id = r.event_id)
                         FROM unnest(event_ids) WITH ORDINALITY AS r (event_id, ordinal)
                        ORDER BY r.ordinal);
    END IF;
    WITH fresh AS (
        INSERT INTO orders.processed_events AS e
               (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition)
        SELECT r.event_id, r.event_type, r.event_at, r.order_id, r.region, r.payload_hash, r.kafka_partition
          FROM unnest(event_ids, types, event_ats, order_ids, regions, payload_hashes, partitions, offsets,
                      CASE WHEN unreadable > 0 THEN reasons END, known)
               AS r (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition, kafka_offset, reason,
                     known_payload_hash)
         WHERE r.reason IS NULL AND r.known_payload_hash IS NULL
         ORDER BY r.event_id, r.kafka_partition, r.kafka_offset
        ON CONFLICT ON CONSTRAINT processed_events_pkey DO NOTHING
        RETURNING e.event_id, e.event_type, e.event_at, e.region, e.kafka_partition
    ), groups AS (
        SELECT f.event_type, f.kafka_partition, f.event_at::date AS event_day, f.region, count(*) AS events,
               GROUPING(f.event_at::date) = 0 AS is_of_day
          FROM fresh f
         GROUP BY f.event_type, f.kafka_partition, GROUPING SETS (f.event_at::date, f.region)
    ), by_type AS (
        INSERT INTO orders.event_type_counts AS c (event_type, kafka_partition, events)
        SELECT g.event_type, g.kafka_partition, sum(g.events)
          FROM groups g
         WHERE g.is_of_day
         GROUP BY g.event_type, g.kafka_partition
         ORDER BY g.event_type, g.kafka_partition
        ON CONFLICT ON CONSTRAINT event_type_counts_pkey DO UPDATE SET events = c.events + excluded.events
    ), by_day AS (
        INSERT INTO orders.event_day_counts AS c (event_day, event_type, kafka_partition, events)
        SELECT g.event_day, g.event_type, g.kafka_partition, g.events
          FROM groups g
         WHERE g.is_of_day
         ORDER BY g.event_day, g.event_type, g.kafka_partition
        ON CONFLICT ON CONSTRAINT event_day_counts_pkey DO UPDATE SET events = c.events + excluded.events
    ), by_region AS (
        INSERT INTO orders.event_region_counts AS c (region, event_type, kafka_partition, events)
        SELECT g.region, g.event_type, g.kafka_partition, g.events
          FROM groups g
         WHERE NOT g.is_of_day
         ORDER BY g.region, g.event_type, g.kafka_partition
        ON CONFLICT ON CONSTRAINT event_region_counts_key DO UPDATE SET events = c.events + excluded.events
    )
    SELECT count(*), coalesce(array_agg(f.event_id), '{}') INTO inserted, fresh_ids FROM fresh f;

    -- 5. Outcomes, a letter a record. Most batches are of one kind; only the others have to be looked at record by record.
    SELECT bool_or(b.first_offset < p.next_offset), bool_and(b.last_offset < p.next_offset) INTO some_seen, all_seen
      FROM unnest(spans.partitions, spans.first_offsets, spans.last_offsets) AS b (kafka_partition, first_offset, last_offset)
      JOIN unnest(newest) AS p ON p.kafka_partition = b.kafka_partition;
    kind := CASE WHEN all_seen THEN 'r'
                 WHEN some_seen THEN NULL
                 WHEN inserted = cardinality(partitions) THEN 'a'
                 WHEN inserted + unreadable = 0 THEN 'd' END;
    IF kind IS NOT NULL THEN
        outcomes := repeat(kind, cardinality(partitions));
    ELSE
        WITH batch AS MATERIALIZED (
            SELECT r.*
              FROM unnest(partitions, offsets, event_ids, reasons) WITH ORDINALITY
                   AS r (kafka_partition, kafka_offset, event_id, reason, ordinal)
        ), applied AS (
            SELECT DISTINCT ON (b.event_id) b.ordinal
              FROM batch b
              JOIN unnest(fresh_ids) AS f (event_id) ON f.event_id = b.event_id
             WHERE b.reason IS NULL
             ORDER BY b.event_id, b.kafka_partition, b.kafka_offset
        )
        SELECT coalesce(string_agg(
                   CASE WHEN r.kafka_offset < p.next_offset THEN 'r'
                        WHEN a.ordinal IS NOT NULL THEN 'a'
                        WHEN r.reason IS NOT NULL THEN 'q'
                        ELSE 'd' END,
                   '' ORDER BY r.ordinal), '')
          INTO outcomes
          FROM batch r
          LEFT JOIN applied a ON a.ordinal = r.ordinal
          LEFT JOIN unnest(newest) AS p ON p.kafka_partition = r.kafka_partition;
    END IF;

    -- 6. What could not be decoded is kept as it came.
    IF unreadable > 0 THEN
        INSERT INTO orders.quarantined_records
               (consumer_group, topic, log, kafka_partition, kafka_offset, key, payload, reason, append_time)
        SELECT apply_batch.consumer_group, apply_batch.topic, p.log, r.kafka_partition, r.kafka_offset, r.key, r.payload, r.reason,
               r.append_time
          FROM unnest(partitions, offsets, keys, payloads, reasons, append_times)
               AS r (kafka_partition, kafka_offset, key, payload, reason, append_time)
          JOIN unnest(newest) AS p ON p.kafka_partition = r.kafka_partition
         WHERE r.reason IS NOT NULL
         ORDER BY p.log, r.kafka_partition, r.kafka_offset
        ON CONFLICT ON CONSTRAINT quarantined_records_pkey DO NOTHING;
    END IF;

    -- 7. A known id with another payload is a conflict. Those that were not known above are asked for with a snapshot that
    --    holds what this batch inserted and what a concurrent owner of another partition committed while the insert waited
    --    for it.
    IF inserted < cardinality(partitions) - unreadable AND known IS DISTINCT FROM payload_hashes THEN
        INSERT INTO orders.event_conflicts
               (event_id, payload_hash, known_payload_hash, event_type, order_id, topic, kafka_partition, kafka_offset)
        SELECT r.event_id, r.payload_hash, r.known_payload_hash, r.event_type, r.order_id, apply_batch.topic,
               r.kafka_partition, r.kafka_offset
          FROM (SELECT b.*, coalesce(b.known, (SELECT e.payload_hash FROM orders.processed_events e WHERE e.event_id = b.event_id))
                            AS known_payload_hash
                  FROM unnest(partitions, offsets, event_ids, types, order_ids, payload_hashes, reasons, known,
                              string_to_array(outcomes, NULL))
                       AS b (kafka_partition, kafka_offset, event_id, event_type, order_id, payload_hash, reason, known, outcome)
                 WHERE b.reason IS NULL AND b.outcome <> 'a') r
         WHERE r.payload_hash <> r.known_payload_hash
         ORDER BY r.event_id, r.payload_hash, r.kafka_partition, r.kafka_offset
        ON CONFLICT ON CONSTRAINT event_conflicts_pkey DO NOTHING;
    END IF;

    -- 8. Count. Where the outcomes differ they are counted, and received comes from the arrays: a record that got lost
    --    between them shows.
    WITH outcome_counts AS (
        SELECT b.kafka_partition, kind AS outcome, b.received AS records
          FROM unnest(spans.partitions, spans.received) AS b (kafka_partition, received)
         WHERE kind IS NOT NULL
         UNION ALL
        SELECT r.kafka_partition, r.outcome, count(*)
          FROM unnest(partitions, string_to_array(outcomes, NULL)) AS r (kafka_partition, outcome)
         WHERE kind IS NULL
         GROUP BY r.kafka_partition, r.outcome
    ), tally AS MATERIALIZED (
        SELECT b.kafka_partition, b.received, b.last_offset + 1 AS next_offset, b.latest_append_time,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'a'), 0) AS applied,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'd'), 0) AS duplicate,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'r'), 0) AS redelivered,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'q'), 0) AS quarantined
          FROM unnest(spans.partitions, spans.received, spans.last_offsets, spans.latest_append_times)
               AS b (kafka_partition, received, last_offset, latest_append_time)
          LEFT JOIN outcome_counts o ON o.kafka_partition = b.kafka_partition
         GROUP BY b.kafka_partition, b.received, b.last_offset, b.latest_append_time
    ), counted AS (
        UPDATE orders.partition_progress AS p
           SET received           = p.received + t.received,
               applied            = p.applied + t.applied,
               duplicate          = p.duplicate + t.duplicate,
               redelivered        = p.redelivered + t.redelivered,
               quarantined        = p.quarantined + t.quarantined,
               next_offset        = greatest(p.next_offset, t.next_offset),
               latest_append_time = greatest(p.latest_append_time, t.latest_append_time),
               last_batch_at      = clock_timestamp()
          FROM unnest(newest) AS n
          JOIN tally t ON t.kafka_partition = n.kafka_partition
         WHERE (p.consumer_group, p.topic, p.kafka_partition, p.log) = (n.consumer_group, n.topic, n.kafka_partition, n.log)
    )
    SELECT coalesce(sum(t.received), 0), coalesce(sum(t.applied), 0), coalesce(sum(t.duplicate), 0),
           coalesce(sum(t.redelivered), 0), coalesce(sum(t.quarantined), 0)
      INTO received, applied, duplicate, redelivered, quarantined
      FROM tally t;

    UPDATE orders.partition_progress AS p
       SET end_offset = o.end_offset
      FROM unnest(newest) AS n
      JOIN unnest(owned_partitions, end_offsets) AS o (kafka_partition, end_offset) ON o.kafka_partition = n.kafka_partition
     WHERE (p.consumer_group, p.topic, p.kafka_partition, p.log) = (n.consumer_group, n.topic, n.kafka_partition, n.log)
       AND p.end_offset IS DISTINCT FROM o.end_offset
       AND o.end_offset IS NOT NULL;

    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION orders.apply_batch FROM PUBLIC;
COMMENT ON FUNCTION orders.apply_batch IS 'Applies one batch of records, once in effect however often it is called: events, aggregates, quarantine, conflicts and progress in one transaction. Returns the counters, and a letter a record in input order: a applied, d duplicate, r redelivered, q quarantined. Raises OR001, and writes nothing, where records before read_from are missing in this database.';

CREATE OR REPLACE FUNCTION orders.start_positions(consumer_group text, topic text)
RETURNS TABLE (kafka_partition integer, next_offset bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT DISTINCT ON (p.kafka_partition) p.kafka_partition, p.next_offset
      FROM orders.partition_progress p
     WHERE p.consumer_group = start_positions.consumer_group AND p.topic = start_positions.topic
     ORDER BY p.kafka_partition, p.log DESC
$$;
REVOKE ALL ON FUNCTION orders.start_positions FROM PUBLIC;
COMMENT ON FUNCTION orders.start_positions IS 'The offset after the last applied record of each partition, in its newest log: a consumer starts no later than there.';

CREATE OR REPLACE FUNCTION orders.schema_version()
RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT max(m.version) FROM orders.schema_migrations m
$$;
REVOKE ALL ON FUNCTION orders.schema_version FROM PUBLIC;
COMMENT ON FUNCTION orders.schema_version IS 'The highest migration that was applied.';

CREATE OR REPLACE FUNCTION orders.read_lifecycle()
RETURNS TABLE (kind text, name text, source text, rule text, stage text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT l.kind, l.name, l.source, l.rule, l.stage
      FROM orders.lifecycle l
     ORDER BY l.no
$$;
REVOKE ALL ON FUNCTION orders.read_lifecycle FROM PUBLIC;
COMMENT ON FUNCTION orders.read_lifecycle IS 'The rows of the lifecycle, in the order of its file.';
