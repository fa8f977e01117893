-- Checks the aggregates: compares the views with the CSV, and their tables, partition by partition, with processed_events. An aggregate
-- cannot be limited to the window, so both sides take events outside of it from processed_events. retired_counts has the events
-- that were removed from processed_events: days before the horizon are compared with the CSV like the others.

CREATE TEMP VIEW outside_events AS
SELECT order_id, event_type, event_at, region FROM orders.processed_events WHERE NOT pg_temp.in_window(event_at);

CREATE TEMP TABLE counts AS
SELECT event_at::date AS event_day, event_type, region, count(*) AS events
  FROM (SELECT order_id, event_type, event_at, region FROM expected_events UNION ALL TABLE outside_events) e GROUP BY 1, 2, 3
UNION ALL
SELECT event_day, event_type, region, events FROM retired_events WHERE NOT inside;
CREATE TEMP TABLE partition_counts AS
SELECT event_at::date AS event_day, event_type, region, kafka_partition, count(*) AS events FROM orders.processed_events GROUP BY 1, 2, 3, 4
UNION ALL
SELECT event_day, event_type, region, kafka_partition, events FROM orders.retired_counts;

CREATE TEMP VIEW expected_rows AS
SELECT 'event_type_totals' AS name, event_type::text AS key, sum(events) AS events FROM counts GROUP BY 2
UNION ALL
SELECT 'event_type_daily', concat_ws(' ', event_day, event_type), sum(events) FROM counts GROUP BY 2
UNION ALL
SELECT 'event_type_by_region', format('%L %s', region, event_type), sum(events) FROM counts GROUP BY 2
UNION ALL
SELECT 'event_type_counts', concat_ws(' ', event_type, 'partition', kafka_partition), sum(events) FROM partition_counts GROUP BY 2
UNION ALL
SELECT 'event_day_counts', concat_ws(' ', event_day, event_type, 'partition', kafka_partition), sum(events) FROM partition_counts GROUP BY 2
UNION ALL
SELECT 'event_region_counts', format('%L %s partition %s', region, event_type, kafka_partition), sum(events) FROM partition_counts GROUP BY 2;

-- A relation that cannot be read, for example because its sums overflow, counts as a difference.
CREATE FUNCTION pg_temp.rows_of(query text) RETURNS TABLE (key text, events text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE query;
EXCEPTION WHEN OTHERS THEN
    RETURN QUERY SELECT 'to be read', SQLERRM;
END $$;

\set source 'the CSV'
\set relation event_type_totals
\set key event_type::text
\ir aggregate.sql
\set relation event_type_daily
\set key 'concat_ws('' '', event_day, event_type)'
\ir aggregate.sql
\set relation event_type_by_region
\set key 'format(''%L %s'', region, event_type)'
\ir aggregate.sql
SELECT concat('processed_events', CASE WHEN :'has_horizon' THEN ' and retired_counts' END) AS source \gset
\set relation event_type_counts
\set key 'concat_ws('' '', event_type, ''partition'', kafka_partition)'
\ir aggregate.sql
\set relation event_day_counts
\set key 'concat_ws('' '', event_day, event_type, ''partition'', kafka_partition)'
\ir aggregate.sql
\set relation event_region_counts
\set key 'format(''%L %s partition %s'', region, event_type, kafka_partition)'
\ir aggregate.sql
