-- The regions with the most late orders, and their share of the orders placed there.
SELECT coalesce(region, '(not known)') AS region, late, placed, round(100.0 * late / nullif(placed, 0), 1) AS late_percent
  FROM (SELECT region,
               coalesce(sum(events) FILTER (WHERE event_type = 'LATE_DETECTED'), 0) AS late,
               coalesce(sum(events) FILTER (WHERE event_type = 'ORDER_PLACED'), 0)  AS placed
          FROM orders.event_type_by_region
         GROUP BY region) regions
 ORDER BY late DESC, region
 LIMIT 3;
