-- The three days with the most events.
SELECT event_day, sum(events) AS events
  FROM orders.event_type_daily
 GROUP BY event_day
 ORDER BY events DESC, event_day
 LIMIT 3;
