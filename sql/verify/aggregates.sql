-- Checks of the views with what the CSV gives and with processed_events. What lies outside of the window is taken
-- from processed_events in both: an aggregate cannot be cut.

CREATE TEMP VIEW outside_events AS
SELECT order_id, event_type, event_at, region FROM orders.processed_events WHERE NOT pg_temp.in_window(event_at);

CREATE TEMP TABLE counts AS
SELECT 'the CSV' AS source, event_at::date AS event_day, event_type, region, count(*) AS events
  FROM (TABLE expected_events UNION ALL TABLE outside_events) e GROUP BY 2, 3, 4
UNION ALL
SELECT 'processed_events', event_at::date, event_type, region, count(*) FROM orders.processed_events GROUP BY 2, 3, 4;

CREATE TEMP VIEW expected_rows AS
SELECT source, 'event_type_totals' AS name, event_type::text AS key, sum(events) AS events FROM counts GROUP BY 1, 2, 3
UNION ALL
SELECT source, 'event_type_daily', concat_ws(' ', event_day, event_type), sum(events) FROM counts GROUP BY 1, 2, 3
UNION ALL
SELECT source, 'event_type_by_region', format('%L %s', region, event_type), sum(events) FROM counts GROUP BY 1, 2, 3;

CREATE TEMP VIEW found_rows AS
SELECT 'event_type_totals' AS name, event_type::text AS key, events FROM orders.event_type_totals
UNION ALL
SELECT 'event_type_daily', concat_ws(' ', event_day, event_type), events FROM orders.event_type_daily
UNION ALL
SELECT 'event_type_by_region', format('%L %s', region, event_type), events FROM orders.event_type_by_region;

\set view event_type_totals
\set source 'the CSV'
\ir aggregate.sql
\set source processed_events
\ir aggregate.sql
\set view event_type_daily
\set source 'the CSV'
\ir aggregate.sql
\set source processed_events
\ir aggregate.sql
\set view event_type_by_region
\set source 'the CSV'
\ir aggregate.sql
\set source processed_events
\ir aggregate.sql
