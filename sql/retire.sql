-- Moves the horizon, and removes the events before it. scripts/retire runs it, on each node of a cluster. Variables: before, a day; what:
-- dry-run, check (whether it would be refused), shrink or keep (the space); newest, the day of the newest event of a cluster, or ''.
-- Prints the number of events that each step removed, a line `size …`, and finally `exit STATUS`.
--
-- No batch can deadlock with it. The horizon moves under a lock of processed_events alone. That lock waits for the batches that insert
-- by the old horizon, and blocks later ones. After that only another retire touches the rows that this one removes, and both scan the
-- table from its beginning. Each step removes the events of some pages and counts them in the same transaction. So an interruption
-- leaves no step half done, and a snapshot always has each event in exactly one of the two tables.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET DateStyle = 'ISO, YMD';
SET default_transaction_isolation = 'read committed';
SET enable_seqscan = off;
SELECT pg_size_pretty(pg_total_relation_size('orders.processed_events')) AS size_before \gset
SELECT set_config('lock_timeout', '10s', false) WHERE current_setting('lock_timeout') = '0' \g /dev/null

SELECT :'what' = 'dry-run' AS is_dry, :'what' = 'check' AS is_check, :'what' = 'shrink' AS is_shrunk \gset
\if :is_dry
    SELECT coalesce(sum(d.events), 0) - (SELECT coalesce(sum(r.events), 0) FROM orders.retired_counts r WHERE r.event_day < :'before') AS events,
           (SELECT count(*) FROM orders.processed_events) AS known
      FROM orders.event_day_counts d WHERE d.event_day < :'before' \gset
    \warn retire: would remove :events of :known events
    \echo exit 0
    \quit
\endif

\set everything true
BEGIN;
\set ON_ERROR_STOP off
LOCK TABLE orders.processed_events IN SHARE ROW EXCLUSIVE MODE;
\set ON_ERROR_STOP on
\set locked :SQLSTATE
\if :ERROR
    ROLLBACK;
    \ir migrate/holders.sql
    SELECT CASE :'locked' WHEN '55P03' THEN 75 ELSE 70 END AS status, :'locked' = '55P03' AS is_held \gset
    \if :is_held
        \warn retire: nothing was changed, run it again; processed_events is held by :holders
    \endif
    \echo exit :status
    \quit
\endif
SELECT coalesce(day::text, 'none') AS newest, :'before' > coalesce(day + 1, '-infinity') AS is_ahead
  FROM (SELECT coalesce(nullif(:'newest', '')::date, max(event_day)) AS day FROM orders.event_day_counts) AS n \gset
SELECT count(*) AS conflicts, count(*) > 0 AS has_conflicts
  FROM orders.event_conflicts c JOIN orders.processed_events e USING (event_id) WHERE e.event_at < :'before' \gset
SELECT coalesce(max(before)::text, '') AS horizon, coalesce(max(before) > :'before', false) AS is_behind FROM orders.retirements \gset
\if :is_behind
    \warn retire: events before :horizon are retired already
    SELECT :'horizon' AS before \gset
\elif :is_ahead
    \warn retire: --before :before would retire events that have not arrived yet (day of the newest event: :newest). Nothing was changed
    \echo exit 78
    \quit
\elif :has_conflicts
    \warn retire: :conflicts conflicts concern events before :before: settle them first, with scripts/settle. Nothing was changed
    \echo exit 78
    \quit
\else
    INSERT INTO orders.retirements (before) VALUES (:'before') ON CONFLICT DO NOTHING;
\endif
\if :is_check
    ROLLBACK;
    \echo exit 0
    \quit
\endif
COMMIT;

SELECT format('WITH removed AS ('
              '    DELETE FROM orders.processed_events e'
              '     WHERE e.ctid >= %L AND e.ctid < %L AND e.event_at < %L'
              '    RETURNING e.event_at::date AS event_day, e.event_type, e.region, e.kafka_partition'
              '), counted AS ('
              '    INSERT INTO orders.retired_counts AS c (event_day, event_type, region, kafka_partition, events)'
              '    SELECT event_day, event_type, region, kafka_partition, count(*) FROM removed GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4'
              '    ON CONFLICT ON CONSTRAINT retired_counts_key DO UPDATE SET events = c.events + excluded.events'
              ') SELECT count(*) FROM removed', format('(%s,0)', page), format('(%s,0)', page + 1000), :'before')
  FROM generate_series(0, pg_relation_size('orders.processed_events') / current_setting('block_size')::bigint, 1000) AS page \gexec

-- Another retire may have rewritten the table meanwhile, and moved rows to pages that this one had not reached.
SELECT EXISTS (SELECT FROM orders.processed_events WHERE event_at < :'before') AS is_left \gset
\if :is_left
    \warn retire: events before :before remain, because another retire was running: run it again
    \echo exit 75
    \quit
\endif
\if :is_shrunk
    \set ON_ERROR_STOP off
    VACUUM (FULL, ANALYZE) orders.processed_events;
    \set ON_ERROR_STOP on
    \if :ERROR
        \ir migrate/holders.sql
        \warn retire: the events were removed, but their space was not returned to the disk: run it again. processed_events is held by :holders
        \echo exit 75
        \quit
    \endif
\else
    VACUUM (ANALYZE) orders.processed_events;
\endif
SELECT 'size ' || pg_size_pretty(pg_total_relation_size('orders.processed_events')) || ', ' || :'size_before' || ' before';
\echo exit 0
