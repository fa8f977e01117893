-- The functions that the consumer calls: apply_batch (applies a batch), start_positions, schema_version, read_cluster, read_lifecycle.
-- scripts/migrate applies this file whenever it has changed.

-- A call is one statement and therefore one whole transaction: a consumer that is paused, killed or disconnected holds no lock.
-- Each statement inside takes its own snapshot (READ COMMITTED). All statements after the lock therefore see what a concurrent
-- owner of the same partition committed while this call waited for the lock.
--
-- All calls take their locks in the same order, so no two calls can deadlock: progress rows (partition, log), events (id),
-- aggregates, quarantine and conflicts (each in key order).
--
-- Parameters, in arrays:
--   run_partitions, run_offsets, run_lengths   where the valid events are: runs of consecutive records of a partition, each with
--                   its first offset; the runs of a partition in the order of their offsets
--   event_ids … payload_hashes   these events, an element each, in the order of the runs; event_types are indexes into type_names, from 1
--   bad_partitions … payloads   the records that are not valid events, an element each
-- Then the partitions that the caller owns, each with the span of offsets that this call covers:
--   logs            the log that is read, as its number in partition_progress
--   first_offsets   where the log begins, if the caller found a log that has no number yet; otherwise NULL. Its number is then
--                   the next one. The call fails if another caller has taken that number.
--   read_from       all records before this offset must have been counted; NULL: nothing is expected
--   readable_from   the first offset that could be read; missing offsets before it were deleted. NULL: no deletion is known
--   next_offsets    the offset to read next; each new offset before it is one of the records, absent or deleted
--   end_offsets     the end of the partition; NULL if it is not known
--   seam_times, seam_hashes   of the partition's last record in the batch; NULL if it has none
-- is_compared: the caller has compared the seams of these logs with Kafka since its last call.
--
-- Statements that read all records unnest their arrays side by side in a SELECT list. In a FROM clause each array would be
-- materialized before the first row is returned, which takes a tenth of a batch's time.
--
-- The planner settings below exist because a session keeps its plans, even one made while a table was empty or for the default
-- estimate of ten elements an array. Without sequential scans and nested loops the plan suits any size.

-- The outcome of a record. Seen: the group has counted this record before, so it is redelivered. A duplicate is another record of a
-- known event. Not an event: the record could not be decoded. The function has no SET clause, so that it can be inlined.
CREATE OR REPLACE FUNCTION orders.record_outcome(is_seen boolean, is_retired boolean, is_inserted boolean, is_event boolean)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN is_seen THEN 'r'     -- redelivered
                WHEN is_retired THEN 't'  -- retired
                WHEN is_inserted THEN 'a' -- applied
                WHEN is_event THEN 'd'    -- duplicate
                ELSE 'q' END              -- quarantined
$$;
REVOKE ALL ON FUNCTION orders.record_outcome FROM PUBLIC;
COMMENT ON FUNCTION orders.record_outcome IS 'The outcome of a record as a letter, see apply_batch.';

CREATE OR REPLACE FUNCTION orders.apply_batch(
    consumer_group   text,
    topic            text,
    cluster_id       text,
    topic_id         text,
    is_compared      boolean,
    run_partitions   integer[],
    run_offsets      bigint[],
    run_lengths      integer[],
    event_ids        uuid[],
    type_names       text[],
    event_types      smallint[],
    event_ats        timestamp without time zone[],
    order_ids        text[],
    regions          text[],
    payload_hashes   bigint[],
    bad_partitions   integer[],
    bad_offsets      bigint[],
    append_times     timestamp with time zone[],
    reasons          text[],
    keys             bytea[],
    payloads         bytea[],
    owned_partitions integer[],
    logs             integer[],
    first_offsets    bigint[],
    read_from        bigint[],
    readable_from    bigint[],
    next_offsets     bigint[],
    end_offsets      bigint[],
    seam_times       timestamp with time zone[],
    seam_hashes      bigint[]
) RETURNS TABLE (received bigint, applied bigint, duplicate bigint, redelivered bigint, quarantined bigint, retired bigint,
                 absent bigint, deleted bigint, conflicts bigint, outcomes text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_nestloop = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    events     integer := cardinality(event_ids);
    records    integer := cardinality(event_ids) + cardinality(reasons);
    types      orders.event_type[];          -- of type_names
    partitions integer[];                    -- of each event
    offsets    bigint[];                     -- of each event, where they have to be looked at one by one
    spans      record;                       -- of the records: an array each of their partitions and what it has of them
    locked     orders.partition_progress[];  -- the logs of the partitions
    current    orders.partition_progress[];  -- the log of each partition, not yet counting this batch
    gap        record;
    horizon    timestamp;                    -- events before it are retired
    old        integer;                      -- how many of the events are
    known      bigint[] := '{}';             -- the payload hash of each event that was there already, in input order
    inserted   integer;                      -- events that were not known
    fresh_ids  uuid[];                       -- their ids
    some_seen  boolean;                      -- of this batch's records, by this group
    all_seen   boolean;
    kind       text;                         -- the outcome, if it is the same for all records
    fits       boolean;                      -- no record is behind its span
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'apply_batch needs isolation level read committed, not %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state',
                  HINT = 'Leave default_transaction_isolation at "read committed" for the consumer.';
    END IF;
    IF num_nulls(consumer_group, topic, is_compared, run_partitions, run_offsets, run_lengths, event_ids, type_names, event_types,
                 event_ats, order_ids, regions, payload_hashes, bad_partitions, bad_offsets, append_times, reasons, keys, payloads,
                 owned_partitions, logs, first_offsets, read_from, readable_from, next_offsets, end_offsets, seam_times, seam_hashes) > 0 THEN
        RAISE EXCEPTION 'apply_batch: a parameter is NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    IF EXISTS (SELECT FROM orders.cluster c, unnest(owned_partitions) AS o
                WHERE o % c.nodes IS DISTINCT FROM c.node OR o >= c.partitions) THEN
        RAISE EXCEPTION 'apply_batch: a partition does not belong to this database, which is %',
                        (SELECT CASE WHEN c.node IS NULL THEN 'the front of a cluster'
                                     ELSE format('node %s of %s, of a topic with %s partitions', c.node, c.nodes, c.partitions) END
                           FROM orders.cluster c)
            USING ERRCODE = 'OR002', HINT = 'Connect the consumer to the front. A topic with a different number of partitions needs a new cluster.';
    END IF;
    IF cardinality(run_partitions) <> ANY (ARRAY[cardinality(run_offsets), cardinality(run_lengths)])
       OR events <> (SELECT coalesce(sum(l), 0) FROM unnest(run_lengths) AS l)
       OR events <> ANY (ARRAY[cardinality(event_types), cardinality(event_ats), cardinality(order_ids), cardinality(regions),
            cardinality(payload_hashes)])
       OR cardinality(reasons) <> ANY (ARRAY[cardinality(bad_partitions), cardinality(bad_offsets), cardinality(append_times),
            cardinality(keys), cardinality(payloads)])
       OR cardinality(owned_partitions) <> ANY (ARRAY[cardinality(logs), cardinality(first_offsets), cardinality(read_from),
            cardinality(readable_from), cardinality(next_offsets), cardinality(end_offsets), cardinality(seam_times),
            cardinality(seam_hashes)]) THEN
        RAISE EXCEPTION 'apply_batch: arrays differ in length' USING ERRCODE = 'array_subscript_error';
    END IF;
    IF num_nonnulls(array_position(run_partitions, NULL), array_position(run_offsets, NULL), array_position(run_lengths, NULL),
                    array_position(event_ids, NULL), array_position(event_types, NULL), array_position(event_ats, NULL),
                    array_position(order_ids, NULL), array_position(payload_hashes, NULL), array_position(bad_partitions, NULL),
                    array_position(bad_offsets, NULL), array_position(append_times, NULL), array_position(reasons, NULL)) > 0 THEN
        RAISE EXCEPTION 'apply_batch: an element is NULL' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    -- Checks the text of the whole array in one pass. It quotes elements that contain characters special to arrays, and empty ones.
    IF order_ids::text COLLATE "C" !~ E'^\\{(([!#-+\\--\\[\\]-z|~]{1,64}|"([!#-\\[\\]-~]|\\\\["\\\\]){1,64}")[,}])*\\}?$' THEN
        RAISE EXCEPTION 'apply_batch: an order id is not 1 to 64 printable ASCII characters' USING ERRCODE = 'data_exception';
    END IF;
    types := type_names::orders.event_type[];
    SELECT array_agg(s.kafka_partition) AS partitions, array_agg(s.received) AS received, array_agg(s.first_offset) AS first_offsets,
           array_agg(s.last_offset) AS last_offsets, coalesce(bool_and(s.is_valid), true) AS are_valid
      INTO spans
      FROM (SELECT r.kafka_partition, sum(r.records) AS received, min(r.first_offset) AS first_offset, max(r.last_offset) AS last_offset,
                   bool_and(r.records > 0 AND r.first_offset > r.last_before AND r.ordinal >= r.latest_before) AS is_valid
              FROM (SELECT u.kafka_partition, u.first_offset, u.records, u.ordinal, u.first_offset + u.records - 1 AS last_offset,
                           lag(u.first_offset + u.records - 1, 1, -1::bigint) OVER by_offset AS last_before,
                           coalesce(max(u.ordinal) OVER by_offset, 0) AS latest_before
                      FROM (SELECT * FROM unnest(run_partitions, run_offsets, run_lengths) WITH ORDINALITY
                             UNION ALL
                            SELECT b.*, 1, NULL FROM unnest(bad_partitions, bad_offsets) AS b)
                           AS u (kafka_partition, first_offset, records, ordinal)
                    WINDOW by_offset AS (PARTITION BY u.kafka_partition ORDER BY u.first_offset)) AS r
             GROUP BY r.kafka_partition) AS s;
    IF NOT spans.are_valid THEN
        RAISE EXCEPTION 'apply_batch: an offset is repeated, negative or out of order, or a run has no records';
    END IF;
    partitions := ARRAY(SELECT unnest(array_fill(r.kafka_partition, ARRAY[r.records]))
                          FROM unnest(run_partitions, run_lengths) AS r (kafka_partition, records));

    -- 1. Become the only owner of the partitions. The rows of their logs are the mutex, and only locked rows are updated. The next
    --    statement takes a new snapshot, so it sees a log that the previous owner began while this call waited.
    SELECT coalesce(array_agg(l.p), '{}') INTO locked
      FROM (SELECT p
              FROM orders.partition_progress p
             WHERE p.consumer_group = apply_batch.consumer_group AND p.topic = apply_batch.topic
               AND p.kafka_partition = ANY (owned_partitions)
             ORDER BY p.kafka_partition, p.log
               FOR UPDATE) AS l;

    -- 2. Insert the new logs that have offsets to count.
    WITH inserted AS (
        INSERT INTO orders.partition_progress AS p
               (consumer_group, topic, log, kafka_partition, first_offset, next_offset, cluster_id, topic_id)
        SELECT apply_batch.consumer_group, apply_batch.topic, o.log, o.kafka_partition, o.first_offset, o.first_offset,
               apply_batch.cluster_id, apply_batch.topic_id
          FROM unnest(owned_partitions, logs, first_offsets, next_offsets) AS o (kafka_partition, log, first_offset, next_offset)
         WHERE o.next_offset > o.first_offset
           AND o.log = 1 + coalesce((SELECT max(k.log)
                                       FROM orders.partition_progress k
                                      WHERE (k.consumer_group, k.topic, k.kafka_partition)
                                          = (apply_batch.consumer_group, apply_batch.topic, o.kafka_partition)), 0)
         ORDER BY o.kafka_partition
        ON CONFLICT DO NOTHING
        RETURNING p
    )
    SELECT coalesce(array_agg(c.p), '{}') INTO current
      FROM (SELECT i.p FROM inserted i
             UNION ALL
            SELECT p
              FROM unnest(locked) AS p
              JOIN unnest(owned_partitions, logs, first_offsets) AS o (kafka_partition, log, first_offset)
                ON (o.kafka_partition, o.log) = (p.kafka_partition, p.log)
             WHERE o.first_offset IS NULL) AS c;

    -- 3. Refuse a position that this database never reached, as it would leave a gap. The database was emptied or restored while
    --    the consumer ran, or another consumer has begun the log that this one wants to begin.
    SELECT o.kafka_partition, o.read_from, o.log, p.next_offset INTO gap
      FROM unnest(owned_partitions, logs, first_offsets, read_from, next_offsets) AS o (kafka_partition, log, first_offset, read_from, next_offset)
      LEFT JOIN unnest(current) AS p ON p.kafka_partition = o.kafka_partition
     WHERE CASE WHEN o.first_offset IS NULL THEN p.kafka_partition IS NULL OR o.read_from > p.next_offset
                ELSE p.kafka_partition IS NULL AND o.next_offset > o.first_offset END
     ORDER BY o.kafka_partition
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', CASE WHEN gap.next_offset IS NOT NULL
                                  THEN format('records of %s-%s before offset %s are missing in this database: it ends at %s', topic,
                                              gap.kafka_partition, gap.read_from, gap.next_offset)
                                  ELSE format('log %s of %s-%s does not match this database', gap.log, topic, gap.kafka_partition) END
            USING ERRCODE = 'OR001',
                  HINT = 'The database was emptied or restored, or another consumer continued: read again from orders.start_positions.';
    END IF;
    IF cardinality(owned_partitions) <> (SELECT count(DISTINCT o) FROM unnest(owned_partitions) o) THEN
        RAISE EXCEPTION 'apply_batch: owned_partitions has a partition twice';
    END IF;
    IF NOT coalesce(spans.partitions, '{}') <@ (SELECT coalesce(array_agg(p.kafka_partition), '{}') FROM unnest(current) p) THEN
        RAISE EXCEPTION 'apply_batch: a record belongs to no partition of owned_partitions';
    END IF;

    -- 4. Events before the horizon are not applied, because their ids may have been removed. The table is locked in the mode of an
    --    INSERT. scripts/retire moves the horizon under a lock that conflicts with it, so no batch inserts by an outdated horizon.
    LOCK TABLE orders.processed_events IN ROW EXCLUSIVE MODE;
    horizon := coalesce((SELECT max(t.before) FROM orders.retirements t), '-infinity');
    old := CASE WHEN isfinite(horizon) THEN (SELECT count(*) FROM unnest(event_ats) AS at WHERE at < horizon) ELSE 0 END;

    -- 5. Events and aggregates. A batch that begins with a known event is most likely a replay: to look each event up is cheaper
    --    than to insert it and hit a conflict. The other events are inserted in key order, only the first occurrence of each. The
    --    aggregates count the rows that the INSERT returned and nothing else, so processed_events and the totals cannot disagree.
    --    One pass over these rows makes the groups by day and by region. The totals by type are sums of the days.
    IF EXISTS (SELECT FROM orders.processed_events e WHERE e.event_id = event_ids[1]) THEN
        known := ARRAY(SELECT (SELECT e.payload_hash FROM orders.processed_events e WHERE e.event_id = r.event_id)
                         FROM unnest(event_ids) AS r (event_id));
    END IF;
    WITH fresh AS (
        INSERT INTO orders.processed_events AS e
               (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition)
        SELECT r.event_id, types[r.event_type], r.event_at, r.order_id, r.region, r.payload_hash, r.kafka_partition
          FROM (SELECT unnest(event_ids) AS event_id, unnest(event_types) AS event_type, unnest(event_ats) AS event_at,
                       unnest(order_ids) AS order_id, unnest(regions) AS region, unnest(payload_hashes) AS payload_hash,
                       unnest(partitions) AS kafka_partition, unnest(known) AS known_payload_hash,
                       generate_series(1, events) AS ordinal) AS r
         WHERE r.known_payload_hash IS NULL AND r.event_at >= horizon
         ORDER BY r.event_id, r.kafka_partition, r.ordinal
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

    -- 6. Outcomes. In most batches all records have the same outcome. Only the other batches are examined record by record.
    SELECT bool_or(b.first_offset < p.next_offset), bool_and(b.last_offset < p.next_offset) INTO some_seen, all_seen
      FROM unnest(spans.partitions, spans.first_offsets, spans.last_offsets) AS b (kafka_partition, first_offset, last_offset)
      JOIN unnest(current) AS p ON p.kafka_partition = b.kafka_partition;
    IF all_seen OR NOT coalesce(some_seen, false) AND (records IN (inserted, old) OR inserted + old = 0 AND events IN (0, records)) THEN
        kind := orders.record_outcome(all_seen, old = records, inserted = records, events > 0);
    END IF;
    IF kind IS NULL OR inserted + old < events AND known IS DISTINCT FROM payload_hashes THEN
        offsets := ARRAY(SELECT generate_series(r.first_offset, r.first_offset + r.records - 1)
                           FROM unnest(run_offsets, run_lengths) AS r (first_offset, records));
    END IF;
    IF kind IS NOT NULL THEN
        outcomes := CASE WHEN records > 0 THEN kind ELSE '' END;
    ELSE
        WITH valid AS MATERIALIZED (
            SELECT v.*
              FROM unnest(partitions, offsets, event_ids, event_ats) WITH ORDINALITY
                   AS v (kafka_partition, kafka_offset, event_id, event_at, ordinal)
        ), applied AS (
            SELECT DISTINCT ON (v.event_id) v.ordinal
              FROM valid v
              JOIN unnest(fresh_ids) AS f (event_id) ON f.event_id = v.event_id
             ORDER BY v.event_id, v.kafka_partition, v.ordinal
        ), batch AS (
            SELECT v.kafka_partition, v.kafka_offset, v.ordinal, true AS is_valid, v.event_at < horizon AS is_old
              FROM valid v
             UNION ALL
            SELECT b.kafka_partition, b.kafka_offset, events + b.ordinal, false, false
              FROM unnest(bad_partitions, bad_offsets) WITH ORDINALITY AS b (kafka_partition, kafka_offset, ordinal)
        )
        SELECT string_agg(orders.record_outcome(r.kafka_offset < p.next_offset, r.is_old, a.ordinal IS NOT NULL, r.is_valid),
                          '' ORDER BY r.ordinal)
          INTO outcomes
          FROM batch r
          LEFT JOIN applied a ON a.ordinal = r.ordinal
          LEFT JOIN unnest(current) AS p ON p.kafka_partition = r.kafka_partition;
    END IF;

    -- 7. Records that could not be decoded are kept unchanged.
    IF events < records THEN
        INSERT INTO orders.quarantined_records
               (consumer_group, topic, log, kafka_partition, kafka_offset, key, payload, reason, append_time)
        SELECT apply_batch.consumer_group, apply_batch.topic, p.log, r.kafka_partition, r.kafka_offset, r.key, r.payload, r.reason,
               r.append_time
          FROM unnest(bad_partitions, bad_offsets, keys, payloads, reasons, append_times)
               AS r (kafka_partition, kafka_offset, key, payload, reason, append_time)
          JOIN unnest(current) AS p ON p.kafka_partition = r.kafka_partition
         ORDER BY p.log, r.kafka_partition, r.kafka_offset
        ON CONFLICT ON CONSTRAINT quarantined_records_pkey DO NOTHING;
    END IF;

    -- 8. A known id with a different payload is a conflict, unless it is retired. Events that were unknown above are looked up with a
    --    new snapshot. It has the rows that this batch inserted, and those that a concurrent owner of another partition committed
    --    while the INSERT waited for it.
    conflicts := 0;
    IF inserted + old < events AND known IS DISTINCT FROM payload_hashes THEN
        INSERT INTO orders.event_conflicts
               (event_id, payload_hash, known_payload_hash, event_type, order_id, topic, kafka_partition, kafka_offset)
        SELECT r.event_id, r.payload_hash, r.known_payload_hash, types[r.event_type], r.order_id, apply_batch.topic,
               r.kafka_partition, r.kafka_offset
          FROM (SELECT b.*, coalesce(b.known, (SELECT e.payload_hash FROM orders.processed_events e WHERE e.event_id = b.event_id))
                            AS known_payload_hash
                  FROM unnest(partitions, offsets, event_ids, event_types, event_ats, order_ids, payload_hashes, known,
                              string_to_array(CASE WHEN kind IS NULL THEN left(outcomes, events) END, NULL))
                       AS b (kafka_partition, kafka_offset, event_id, event_type, event_at, order_id, payload_hash, known, outcome)
                 WHERE b.event_at >= horizon AND b.outcome IS DISTINCT FROM 'a') r
         WHERE r.payload_hash <> r.known_payload_hash
         ORDER BY r.event_id, r.payload_hash, r.kafka_partition, r.kafka_offset
        ON CONFLICT ON CONSTRAINT event_conflicts_pkey DO NOTHING;
        GET DIAGNOSTICS conflicts = ROW_COUNT;
    END IF;

    -- 9. Count. If the outcomes differ, they are counted one by one. The number received comes from the arrays, so a lost record
    --    shows as a difference. A new offset without a record is deleted if it is before the first readable one, otherwise absent.
    WITH outcome_counts AS (
        SELECT b.kafka_partition, kind AS outcome, b.received AS records
          FROM unnest(spans.partitions, spans.received) AS b (kafka_partition, received)
         WHERE kind IS NOT NULL
         UNION ALL
        SELECT r.kafka_partition, r.outcome, count(*)
          FROM unnest(partitions || bad_partitions, string_to_array(outcomes, NULL)) AS r (kafka_partition, outcome)
         WHERE kind IS NULL
         GROUP BY r.kafka_partition, r.outcome
    ), kinds AS (
        SELECT o.kafka_partition,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'a'), 0) AS applied,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'd'), 0) AS duplicate,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'r'), 0) AS redelivered,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 'q'), 0) AS quarantined,
               coalesce(sum(o.records) FILTER (WHERE o.outcome = 't'), 0) AS retired
          FROM outcome_counts o
         GROUP BY o.kafka_partition
    ), tally AS MATERIALIZED (
        SELECT p.kafka_partition, p.log, p.next_offset AS next_before, greatest(o.next_offset, p.next_offset) AS next_offset,
               p.seam_offset IS NOT NULL AS had_seam, p.anchor_offset IS NOT NULL AS had_anchor,
               o.end_offset, o.seam_time, o.seam_hash, b.last_offset, coalesce(b.received, 0) AS received,
               coalesce(r.applied, 0) AS applied, coalesce(r.duplicate, 0) AS duplicate,
               coalesce(r.redelivered, 0) AS redelivered, coalesce(r.quarantined, 0) AS quarantined, coalesce(r.retired, 0) AS retired,
               CASE WHEN o.readable_from > p.next_offset AND o.next_offset > p.next_offset
                    THEN least(o.readable_from, o.next_offset) - p.next_offset
                         - (SELECT coalesce(sum(greatest(least(e.first_offset + e.records, o.readable_from)
                                                         - greatest(e.first_offset, p.next_offset), 0)), 0)
                              FROM (SELECT * FROM unnest(run_partitions, run_offsets, run_lengths)
                                     UNION ALL
                                    SELECT *, 1 FROM unnest(bad_partitions, bad_offsets)) AS e (kafka_partition, first_offset, records)
                             WHERE e.kafka_partition = p.kafka_partition)
                    ELSE 0 END AS deleted
          FROM unnest(current) AS p
          JOIN unnest(owned_partitions, readable_from, next_offsets, end_offsets, seam_times, seam_hashes)
               AS o (kafka_partition, readable_from, next_offset, end_offset, seam_time, seam_hash) ON o.kafka_partition = p.kafka_partition
          LEFT JOIN unnest(spans.partitions, spans.received, spans.last_offsets) AS b (kafka_partition, received, last_offset)
            ON b.kafka_partition = p.kafka_partition
          LEFT JOIN kinds r ON r.kafka_partition = p.kafka_partition
    ), whole AS MATERIALIZED (
        SELECT t.*, t.next_offset - t.next_before - t.applied - t.duplicate - t.quarantined - t.retired - t.deleted AS absent,
               coalesce(t.last_offset < t.next_offset, true) AS fits,
               coalesce(t.last_offset >= t.next_before, false) AS has_seam,
               CASE WHEN is_compared AND t.had_seam THEN 'old seam'
                    WHEN NOT t.had_anchor AND t.last_offset >= t.next_before THEN 'new seam' END AS anchor
          FROM tally t
    ), counted AS (
        UPDATE orders.partition_progress AS p
           SET received      = p.received + t.received,
               applied       = p.applied + t.applied,
               duplicate     = p.duplicate + t.duplicate,
               redelivered   = p.redelivered + t.redelivered,
               quarantined   = p.quarantined + t.quarantined,
               retired       = p.retired + t.retired,
               absent        = p.absent + t.absent,
               deleted       = p.deleted + t.deleted,
               next_offset   = t.next_offset,
               end_offset    = coalesce(t.end_offset, p.end_offset),
               last_batch_at = CASE WHEN t.received > 0 OR t.next_offset > t.next_before THEN clock_timestamp() ELSE p.last_batch_at END,
               cluster_id    = coalesce(p.cluster_id, CASE WHEN is_compared THEN apply_batch.cluster_id END),
               topic_id      = coalesce(p.topic_id, CASE WHEN is_compared THEN apply_batch.topic_id END),
               anchor_offset = CASE t.anchor WHEN 'old seam' THEN p.seam_offset WHEN 'new seam' THEN t.last_offset ELSE p.anchor_offset END,
               anchor_time   = CASE t.anchor WHEN 'old seam' THEN p.seam_time WHEN 'new seam' THEN t.seam_time ELSE p.anchor_time END,
               anchor_hash   = CASE t.anchor WHEN 'old seam' THEN p.seam_hash WHEN 'new seam' THEN t.seam_hash ELSE p.anchor_hash END,
               seam_offset   = CASE WHEN t.has_seam THEN t.last_offset ELSE p.seam_offset END,
               seam_time     = CASE WHEN t.has_seam THEN t.seam_time ELSE p.seam_time END,
               seam_hash     = CASE WHEN t.has_seam THEN t.seam_hash ELSE p.seam_hash END
          FROM whole t
         WHERE (p.consumer_group, p.topic, p.kafka_partition, p.log) = (apply_batch.consumer_group, apply_batch.topic, t.kafka_partition, t.log)
           AND t.fits
           AND (t.received > 0 OR t.next_offset > t.next_before OR is_compared
                OR t.end_offset IS NOT NULL AND t.end_offset IS DISTINCT FROM p.end_offset)
    )
    SELECT coalesce(sum(t.received), 0), coalesce(sum(t.applied), 0), coalesce(sum(t.duplicate), 0), coalesce(sum(t.redelivered), 0),
           coalesce(sum(t.quarantined), 0), coalesce(sum(t.retired), 0), coalesce(sum(t.absent), 0), coalesce(sum(t.deleted), 0),
           coalesce(bool_and(t.fits), true)
      INTO received, applied, duplicate, redelivered, quarantined, retired, absent, deleted, fits
      FROM whole t;
    IF NOT fits THEN
        RAISE EXCEPTION 'apply_batch: a record is at or after next_offsets';
    END IF;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION orders.apply_batch FROM PUBLIC;
COMMENT ON FUNCTION orders.apply_batch IS 'Applies one batch of records: events, aggregates, quarantine, conflicts and progress in one transaction. It is idempotent. Returns the counters, the number of new conflicts, and one letter for each record, events first: a applied, d duplicate, r redelivered, q quarantined, t retired. Returns a single letter if all outcomes are the same. Raises OR001 and writes nothing if records before read_from are missing in this database, or if it has another log; OR002 if a partition does not belong to this database.';

CREATE OR REPLACE FUNCTION orders.start_positions(consumer_group text, topic text)
RETURNS TABLE (kafka_partition integer, log integer, next_offset bigint, cluster_id text, topic_id text,
               seam_offset bigint, seam_time timestamp with time zone, seam_hash bigint,
               anchor_offset bigint, anchor_time timestamp with time zone, anchor_hash bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT p.kafka_partition, p.log, p.next_offset, p.cluster_id, p.topic_id, p.seam_offset, p.seam_time, p.seam_hash,
           p.anchor_offset, p.anchor_time, p.anchor_hash
      FROM orders.partition_progress p
     WHERE p.consumer_group = start_positions.consumer_group AND p.topic = start_positions.topic
     ORDER BY p.kafka_partition, p.last_batch_at DESC NULLS LAST, p.log DESC
$$;
REVOKE ALL ON FUNCTION orders.start_positions FROM PUBLIC;
COMMENT ON FUNCTION orders.start_positions IS 'The logs of each partition, the most recently read one first, with the offset up to which each is counted. Once a consumer has recognised the log, it starts at this offset or earlier.';

CREATE OR REPLACE FUNCTION orders.schema_version()
RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT max(m.version) FROM orders.schema_migrations m
$$;
REVOKE ALL ON FUNCTION orders.schema_version FROM PUBLIC;
COMMENT ON FUNCTION orders.schema_version IS 'The highest migration that was applied.';

CREATE OR REPLACE FUNCTION orders.read_cluster()
RETURNS TABLE (nodes integer, partitions integer, node integer, host text, port integer, dbname text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.nodes, c.partitions, coalesce(c.node, n.node), n.host, n.port, n.dbname
      FROM orders.cluster c
      LEFT JOIN orders.nodes n ON c.node IS NULL
     ORDER BY n.node
$$;
REVOKE ALL ON FUNCTION orders.read_cluster FROM PUBLIC;
COMMENT ON FUNCTION orders.read_cluster IS 'At the front of a cluster: one row for each node. On a node: its number, without a host. In any other database: no rows.';

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
