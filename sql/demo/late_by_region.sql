-- The regions with the largest share of late orders (orders that missed a deadline) among the orders that began there.
SELECT coalesce(region, '(not known)') AS region, late, placed, round(100.0 * late / nullif(placed, 0), 1) AS late_percent
  FROM (SELECT region,
               coalesce(sum(events) FILTER (WHERE event_type::text IN (SELECT name FROM orders.lifecycle WHERE kind = 'deadline')), 0) AS late,
               coalesce(sum(events) FILTER (WHERE event_type::text = (
                   SELECT name FROM orders.lifecycle WHERE kind = 'event' ORDER BY no LIMIT 1)), 0) AS placed
          FROM orders.event_type_by_region
         GROUP BY region) regions
 ORDER BY late_percent DESC NULLS LAST, late DESC, region
 LIMIT 3;
