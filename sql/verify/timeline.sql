-- Compares order_timeline with the columns of the orders file (for a repeated order the earliest times). Events outside of the window
-- are taken from processed_events. Before the horizon, only events that scripts/retire has not removed yet are expected.
SELECT string_agg(format('min(%I) AS %1$I', moment), ', ' ORDER BY n) AS folded,
       string_agg(format('CASE WHEN pg_temp.in_window(%I) AND pg_temp.is_kept(%1$I) THEN %1$I END AS %1$I', moment), ', ' ORDER BY n) AS inside,
       string_agg(format('CASE event_type WHEN %L THEN event_at END', name), ', ' ORDER BY n) AS outside,
       format('CASE %s END', string_agg(format('WHEN %I IS NOT NULL THEN %L', moment, state), ' ' ORDER BY n DESC) FILTER (WHERE state IS NOT NULL)) AS state,
       coalesce(string_agg(format(', %I IS NOT NULL AS %I', moment, flag), '' ORDER BY n) FILTER (WHERE flag IS NOT NULL), '') AS flags,
       concat(string_agg(format('e.%I', moment), ', ' ORDER BY n), ', e.state', string_agg(', e.' || quote_ident(flag), '' ORDER BY n)) AS expected,
       concat(string_agg(format('t.%I', moment), ', ' ORDER BY n), ', t.state::text', string_agg(', t.' || quote_ident(flag), '' ORDER BY n)) AS found
  FROM type_moments \gset timeline_

CREATE TEMP TABLE expected_timeline AS
SELECT *, :timeline_state AS state :timeline_flags
  FROM (SELECT order_id, min(region) AS region, :timeline_folded
          FROM (SELECT order_id, region, :timeline_inside FROM expected_orders
                UNION ALL
                SELECT order_id, region, :timeline_outside FROM orders.processed_events
                 WHERE NOT (pg_temp.in_window(event_at) AND pg_temp.is_kept(event_at))) parts
         WHERE num_nonnulls(:moment_names) > 0
         GROUP BY order_id) folded;
ANALYZE expected_timeline;

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), order_id,
       CASE WHEN e."?here" THEN format('%L %s', e.region, ROW(:timeline_expected)) ELSE 'none' END,
       CASE WHEN t."?here" THEN format('%L %s', t.region, ROW(:timeline_found)) ELSE 'none' END
  FROM (SELECT *, true AS "?here" FROM expected_timeline) e
  FULL JOIN (SELECT *, true AS "?here" FROM orders.order_timeline) t USING (order_id)
 WHERE (e."?here", e.region, :timeline_expected) IS DISTINCT FROM (t."?here", t.region, :timeline_found)
 ORDER BY order_id LIMIT 10;
\set check 'order_timeline with the CSV'
SELECT pg_temp.thousands(count(*)) || ' orders' AS compared FROM expected_timeline \gset
\ir report.sql
