-- An order that was late, if there is one; the month after the middle of the event time, as a window; and how many seconds of event
-- time a second make a scaled replay of it last ten seconds.
WITH middle AS (
    SELECT date_trunc('day', min(event_at) + (max(event_at) - min(event_at)) / 2) AS day FROM orders.processed_events
)
SELECT (SELECT order_id FROM orders.processed_events ORDER BY event_type = 'LATE_DETECTED' DESC, order_id LIMIT 1),
       to_char(day, 'YYYY-MM-DD"T00:00:00"'), to_char(day + interval '30 days', 'YYYY-MM-DD"T00:00:00"'), 30 * 24 * 60 * 60 / 10
  FROM middle;
