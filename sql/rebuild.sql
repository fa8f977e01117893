-- Recomputes the aggregates from processed_events and corrects the rows that differ, in one transaction. Run by scripts/rebuild.
--
-- It is safe while consumers run. A batch locks processed_events before it touches an aggregate. Once this transaction holds
-- the lock, no batch is between the two, and later batches wait until it ends. The aggregates need no lock of their own, and
-- one would violate the order in which a batch takes its locks. The level is READ COMMITTED, so that the statements after
-- LOCK see what the last batch committed.
\set ON_ERROR_STOP on
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
LOCK TABLE orders.processed_events IN SHARE ROW EXCLUSIVE MODE;
SELECT before, before IS NOT NULL AS is_retired FROM orders.horizon \gset
\if :is_retired
    \warn rebuild: events before :before are retired: the aggregates count them, and cannot be computed from those that are left. Nothing was changed; replay into a new database
    \echo exit 78
    \quit
\endif

WITH wanted AS (
    SELECT event_type, kafka_partition, count(*) AS events
      FROM orders.processed_events
     GROUP BY event_type, kafka_partition
), removed AS (
    DELETE FROM orders.event_type_counts c
     WHERE NOT EXISTS (SELECT FROM wanted w WHERE (w.event_type, w.kafka_partition) = (c.event_type, c.kafka_partition))
    RETURNING 1
), written AS (
    INSERT INTO orders.event_type_counts AS c (event_type, kafka_partition, events)
    SELECT event_type, kafka_partition, events FROM wanted
    ON CONFLICT ON CONSTRAINT event_type_counts_pkey DO UPDATE SET events = excluded.events
     WHERE c.events <> excluded.events
    RETURNING 1
)
SELECT 'event_type_counts', (SELECT count(*) FROM wanted), (SELECT count(*) FROM written), (SELECT count(*) FROM removed);

WITH wanted AS (
    SELECT event_at::date AS event_day, event_type, kafka_partition, count(*) AS events
      FROM orders.processed_events
     GROUP BY event_at::date, event_type, kafka_partition
), removed AS (
    DELETE FROM orders.event_day_counts c
     WHERE NOT EXISTS (SELECT FROM wanted w WHERE (w.event_day, w.event_type, w.kafka_partition)
                                                = (c.event_day, c.event_type, c.kafka_partition))
    RETURNING 1
), written AS (
    INSERT INTO orders.event_day_counts AS c (event_day, event_type, kafka_partition, events)
    SELECT event_day, event_type, kafka_partition, events FROM wanted
    ON CONFLICT ON CONSTRAINT event_day_counts_pkey DO UPDATE SET events = excluded.events
     WHERE c.events <> excluded.events
    RETURNING 1
)
SELECT 'event_day_counts', (SELECT count(*) FROM wanted), (SELECT count(*) FROM written), (SELECT count(*) FROM removed);

WITH wanted AS (
    SELECT region, event_type, kafka_partition, count(*) AS events
      FROM orders.processed_events
     GROUP BY region, event_type, kafka_partition
), removed AS (
    DELETE FROM orders.event_region_counts c
     WHERE NOT EXISTS (SELECT FROM wanted w WHERE (w.event_type, w.kafka_partition) = (c.event_type, c.kafka_partition)
                                              AND w.region IS NOT DISTINCT FROM c.region)
    RETURNING 1
), written AS (
    INSERT INTO orders.event_region_counts AS c (region, event_type, kafka_partition, events)
    SELECT region, event_type, kafka_partition, events FROM wanted
    ON CONFLICT ON CONSTRAINT event_region_counts_key DO UPDATE SET events = excluded.events
     WHERE c.events <> excluded.events
    RETURNING 1
)
SELECT 'event_region_counts', (SELECT count(*) FROM wanted), (SELECT count(*) FROM written), (SELECT count(*) FROM removed);
