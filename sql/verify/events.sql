-- Checks of processed_events against expected_events, within the window.

SELECT pg_temp.thousands((SELECT count(*) FROM expected_events)) AS expected,
       pg_temp.thousands((SELECT count(*) FROM orders.processed_events p WHERE pg_temp.in_window(p.event_at))) AS processed \gset

INSERT INTO differences (total, item, expected, found)
SELECT 1, 'events of the orders file' || CASE WHEN :'windowed' THEN ' in the window' ELSE '' END, 'some', 'none'
 WHERE NOT EXISTS (SELECT FROM expected_events);
\set check 'something to compare'
SELECT format('%s expected events', :'expected') AS compared \gset
\ir report.sql

CREATE TEMP TABLE event_differences AS
SELECT order_id, event_type, event_at, e.region AS expected_region, p.region AS found_region,
       CASE WHEN p.here IS NULL THEN 'missing' WHEN e.here IS NULL THEN 'unexpected' ELSE 'region' END AS kind
  FROM (SELECT *, true AS here FROM expected_events) e
  FULL JOIN (SELECT order_id, event_type, event_at, region, true AS here FROM orders.processed_events WHERE pg_temp.in_window(event_at)) p
       USING (order_id, event_type, event_at)
 WHERE p.here IS NULL OR e.here IS NULL OR e.region IS DISTINCT FROM p.region;

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'an event', 'none'
  FROM event_differences WHERE kind = 'missing' ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'no event is missing'
SELECT format('%s expected, in processed_events', :'expected') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'none', 'an event'
  FROM event_differences WHERE kind = 'unexpected' ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'no event is unexpected'
SELECT format('%s in processed_events, in the CSV', :'processed') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), format('%L', expected_region), format('%L', found_region)
  FROM event_differences WHERE kind = 'region' ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'regions of the events'
SELECT format('%s in processed_events with %s', :'processed', :'region_source') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), 'one id', format('%s ids', count(*))
  FROM orders.processed_events WHERE pg_temp.in_window(event_at)
 GROUP BY order_id, event_type, event_at HAVING count(*) > 1 ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'one id an event'
SELECT format('%s in processed_events', :'processed') AS compared \gset
\ir report.sql

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), event_id::text, 'one event', format('%s events', count(*))
  FROM orders.processed_events WHERE pg_temp.in_window(event_at) GROUP BY event_id HAVING count(*) > 1 ORDER BY event_id LIMIT 10;
\set check 'one event an id'
\ir report.sql

-- RFC 9562: 48 bits of Unix milliseconds, version nibble 8, variant bits 10.
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), concat_ws(' ', order_id, event_type, event_at), format('%s-%s-8…-[89ab]…', left(prefix, 8), right(prefix, 4)), id
  FROM (SELECT order_id, event_type, event_at, event_id::text AS id, lpad(to_hex((extract(epoch FROM event_at) * 1000)::bigint), 12, '0') AS prefix
          FROM orders.processed_events WHERE pg_temp.in_window(event_at) OFFSET 0) p
 WHERE left(id, 8) || substr(id, 10, 4) <> prefix OR substr(id, 15, 1) <> '8' OR substr(id, 20, 1) NOT IN ('8', '9', 'a', 'b')
 ORDER BY order_id, event_type, event_at LIMIT 10;
\set check 'ids carry their time'
SELECT format('%s in processed_events', :'processed') AS compared \gset
\ir report.sql
