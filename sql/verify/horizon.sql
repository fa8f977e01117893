-- Ids of events before the horizon are removed, and only the aggregates count those events. This sets horizon, has_horizon, and since, a
-- text. It creates kept_events, the ids that can be compared, and retired_events, the removed events inside and outside the window. It
-- may refuse, with status 64.
SELECT coalesce(max(before)::text, '-infinity') AS horizon, max(before) IS NOT NULL AS has_horizon, concat(' since ' || max(before)) AS since FROM orders.retirements \gset
CREATE FUNCTION pg_temp.is_kept(timestamp) RETURNS boolean IMMUTABLE
RETURN $1 >= :'horizon'::timestamp OR $1 < '1970-01-01' OR $1 >= '10000-01-01';
CREATE TEMP VIEW kept_events AS SELECT * FROM orders.processed_events WHERE pg_temp.is_kept(event_at);
CREATE TEMP VIEW retired_events AS
SELECT *, pg_temp.in_window(event_day) AS inside, pg_temp.in_window(event_day) <> pg_temp.in_window(event_day + time '23:59:59.999') AS is_cut FROM orders.retired_counts;

SELECT coalesce(min(event_day)::text, '') AS cut_day, count(*) > 0 AS is_cut FROM retired_events WHERE is_cut \gset
\if :is_cut
    \warn verify: the window cuts the day :cut_day, whose events are retired and counted by day: give --from and --to at midnight
    \set refused 64
    \quit
\endif
INSERT INTO report (line)
SELECT format('retired %s events before %s, which only their counts tell of', pg_temp.thousands((SELECT coalesce(sum(events), 0) FROM orders.retired_counts)::bigint), :'horizon') WHERE :'has_horizon'
UNION ALL
SELECT format('warning %s events before %s are there: scripts/retire was interrupted, run it again', pg_temp.thousands(count(*)), :'horizon')
  FROM orders.processed_events WHERE NOT pg_temp.is_kept(event_at) HAVING count(*) > 0;
