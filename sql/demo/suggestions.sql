-- For the commands that the demo suggests: an order (one that missed a deadline where there is any), thirty days from the middle of the event time,
-- and the speed at which their replay takes ten seconds. The id has no characters that are special in a shell or in SQL.
WITH middle AS (
    SELECT date_trunc('day', min(event_at) + (max(event_at) - min(event_at)) / 2) AS day FROM orders.processed_events
)
SELECT (SELECT order_id FROM orders.processed_events WHERE order_id ~ '^[A-Za-z0-9][A-Za-z0-9_.-]*$'
         ORDER BY event_type::text IN (SELECT name FROM orders.lifecycle WHERE kind = 'deadline') DESC, order_id LIMIT 1),
       to_char(day, 'YYYY-MM-DD"T"HH24:MI:SS'), to_char(day + interval '30 days', 'YYYY-MM-DD"T"HH24:MI:SS'), 30 * 24 * 60 * 60 / 10
  FROM middle;
