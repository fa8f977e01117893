-- Checks order_timeline with the orders file's own columns (of a repeated order the earliest). What lies outside of the
-- window is taken from processed_events.
CREATE TEMP TABLE expected_timeline AS
SELECT *, CASE WHEN delivered_at IS NOT NULL THEN 'DELIVERED' WHEN handed_to_carrier_at IS NOT NULL THEN 'HANDED_TO_CARRIER'
               WHEN approved_at IS NOT NULL THEN 'APPROVED' WHEN placed_at IS NOT NULL THEN 'PLACED' END AS state,
       late_detected_at IS NOT NULL AS late
  FROM (SELECT order_id, min(region) AS region, min(placed_at) AS placed_at, min(approved_at) AS approved_at,
               min(handed_to_carrier_at) AS handed_to_carrier_at, min(delivered_at) AS delivered_at, min(late_detected_at) AS late_detected_at
          FROM (SELECT order_id, region,
                       CASE WHEN pg_temp.in_window(placed_at) THEN placed_at END AS placed_at,
                       CASE WHEN pg_temp.in_window(approved_at) THEN approved_at END AS approved_at,
                       CASE WHEN pg_temp.in_window(handed_to_carrier_at) THEN handed_to_carrier_at END AS handed_to_carrier_at,
                       CASE WHEN pg_temp.in_window(delivered_at) THEN delivered_at END AS delivered_at,
                       CASE WHEN pg_temp.in_window(late_detected_at) THEN late_detected_at END AS late_detected_at
                  FROM expected_orders
                UNION ALL
                SELECT order_id, region, CASE event_type WHEN 'ORDER_PLACED' THEN event_at END, CASE event_type WHEN 'ORDER_APPROVED' THEN event_at END,
                       CASE event_type WHEN 'HANDED_TO_CARRIER' THEN event_at END, CASE event_type WHEN 'DELIVERED' THEN event_at END,
                       CASE event_type WHEN 'LATE_DETECTED' THEN event_at END
                  FROM outside_events) parts
         WHERE num_nonnulls(placed_at, approved_at, handed_to_carrier_at, delivered_at, late_detected_at) > 0
         GROUP BY order_id) folded;
ANALYZE expected_timeline;

INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), order_id,
       CASE WHEN e.here THEN format('%L %s', e.region, ROW(e.placed_at, e.approved_at, e.handed_to_carrier_at, e.delivered_at, e.late_detected_at, e.state, e.late)) ELSE 'none' END,
       CASE WHEN t.here THEN format('%L %s', t.region, ROW(t.placed_at, t.approved_at, t.handed_to_carrier_at, t.delivered_at, t.late_detected_at, t.state, t.late)) ELSE 'none' END
  FROM (SELECT *, true AS here FROM expected_timeline) e
  FULL JOIN (SELECT *, true AS here FROM orders.order_timeline) t USING (order_id)
 WHERE (e.here, e.region, e.placed_at, e.approved_at, e.handed_to_carrier_at, e.delivered_at, e.late_detected_at, e.state, e.late)
       IS DISTINCT FROM
       (t.here, t.region, t.placed_at, t.approved_at, t.handed_to_carrier_at, t.delivered_at, t.late_detected_at, t.state::text, t.late)
 ORDER BY order_id LIMIT 10;
\set check 'order_timeline with the CSV'
SELECT pg_temp.thousands(count(*)) || ' orders' AS compared FROM expected_timeline \gset
\ir report.sql
