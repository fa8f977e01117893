-- Checks of processed_events against expected_events, within the window.

SELECT pg_temp.thousands((SELECT count(*) FROM expected_events)) AS expected,
       pg_temp.thousands((SELECT count(*) FROM expected_events WHERE pg_temp.is_kept(event_at))) AS expected_kept,
       pg_temp.thousands((SELECT count(*) FROM kept_events WHERE pg_temp.in_window(event_at))) AS processed \gset

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'events of the orders file' || CASE WHEN :'windowed' THEN ' in the window' ELSE '' END, 'some', 'none'
 WHERE NOT EXISTS (SELECT FROM expected_events);
\set check 'something to compare'
SELECT format('%s expected events', :'expected') AS compared \gset
\ir report.sql

CREATE TEMP TABLE event_differences AS
SELECT order_id, event_type, event_at, p.here IS NULL AS is_missing, e.here IS NULL AS is_unexpected,
       e.region AS expected_region, p.region AS found_region, e.event_id AS expected_id, p.event_id AS found_id,
       e.payload_hash AS expected_hash, p.payload_hash AS found_hash
  FROM (SELECT *, true AS here FROM expected_events WHERE pg_temp.is_kept(event_at)) e
  FULL JOIN (SELECT *, true AS here FROM kept_events WHERE pg_temp.in_window(event_at)) p
       USING (order_id, event_type, event_at)
 WHERE (e.here, e.region, e.event_id, e.payload_hash) IS DISTINCT FROM (p.here, p.region, p.event_id, p.payload_hash);

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'an event', 'none'
  FROM event_differences WHERE is_missing ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'no event is missing'
SELECT format('%s expected%s, in processed_events', :'expected_kept', :'since') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'none', 'an event'
  FROM event_differences WHERE is_unexpected ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'no event is unexpected'
SELECT format('%s in processed_events%s, in the CSV', :'processed', :'since') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), format('%L', expected_region), format('%L', found_region)
  FROM event_differences WHERE NOT is_missing AND NOT is_unexpected AND expected_region IS DISTINCT FROM found_region
 ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'regions of the events'
SELECT format('%s in processed_events with %s', :'processed', :'region_source') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'one event', format('%s events', count(*))
  FROM kept_events WHERE pg_temp.in_window(event_at)
 GROUP BY order_id, event_type, event_at HAVING count(*) > 1 ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'each event once'
SELECT format('%s in processed_events', :'processed') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), expected_id::text, found_id::text
  FROM event_differences WHERE NOT is_missing AND NOT is_unexpected AND expected_id IS DISTINCT FROM found_id
 ORDER BY order_id, event_type, event_at, found_id LIMIT 10;
\set check 'ids of the events'
SELECT format('%s in processed_events with hashes of what they stand for', :'processed') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'payload ' || pg_temp.hash(expected_hash), 'payload ' || pg_temp.hash(found_hash)
  FROM event_differences WHERE NOT is_missing AND NOT is_unexpected AND expected_hash IS DISTINCT FROM found_hash
 ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'payloads of the events'
SELECT format('%s in processed_events with hashes of what the files give', :'processed') AS compared \gset
\ir report.sql
