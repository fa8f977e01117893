-- What a database of version 2 had, beside the tables: order_timeline as views.sql made it, and what is remembered of it.
CREATE VIEW orders.order_timeline AS
SELECT t.order_id, t.region, t.placed_at, t.approved_at, t.handed_to_carrier_at, t.delivered_at, t.late_detected_at,
       CASE WHEN t.delivered_at IS NOT NULL THEN 'DELIVERED'
            WHEN t.handed_to_carrier_at IS NOT NULL THEN 'HANDED_TO_CARRIER'
            WHEN t.approved_at IS NOT NULL THEN 'APPROVED'
            WHEN t.placed_at IS NOT NULL THEN 'PLACED' END AS state,
       t.late_detected_at IS NOT NULL AS late
  FROM (SELECT e.order_id,
               min(e.region) AS region,
               min(e.event_at) FILTER (WHERE e.event_type = 'ORDER_PLACED')      AS placed_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'ORDER_APPROVED')    AS approved_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'HANDED_TO_CARRIER') AS handed_to_carrier_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'DELIVERED')         AS delivered_at,
               min(e.event_at) FILTER (WHERE e.event_type = 'LATE_DETECTED')     AS late_detected_at
          FROM orders.processed_events e
         GROUP BY e.order_id) t;
INSERT INTO orders.schema_migrations (version, name) VALUES (1, 'migrations/001_schema.sql'), (2, 'migrations/002_requeue.sql');
INSERT INTO orders.schema_scripts (name, checksum) VALUES ('apply_batch.sql', 'of version 2'), ('views.sql', 'of version 2');
