-- What the database knows about order $1, as one JSON value: /api/order of order-monitor. Text is limited, and so are the rows. The
-- role orders_reader may run it. processed_events has no index on order_id, so this reads the whole table; statement_timeout limits it.
SELECT json_build_object(
    'order', $1::text,
    'events', (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT v.event_type::text AS "eventType", v.event_at AS "eventAt", v.event_id AS "eventId", left(v.region, 100) AS region,
               v.kafka_partition AS partition
          FROM orders.order_events v
         WHERE v.order_id = $1::text
         ORDER BY v.event_at, v.event_type
         LIMIT 200) e),
    'conflicts', (SELECT coalesce(json_agg(c), '[]') FROM (
        SELECT v.event_type::text AS "eventType", v.event_at AS "eventAt", v.applied_payload AS "appliedPayload",
               v.other_payload AS "otherPayload", v.topic, v.kafka_partition AS partition, v.kafka_offset AS "offset", v.noted_at AS "notedAt"
          FROM orders.conflicts v
         WHERE v.order_id = $1::text
         ORDER BY v.noted_at DESC
         LIMIT 50) c),
    'quarantined', (SELECT coalesce(json_agg(q), '[]') FROM (
        SELECT v.topic, v.kafka_partition AS partition, v.kafka_offset AS "offset", left(v.reason, 500) AS reason,
               v.quarantined_at AS "quarantinedAt", v.requeued_at AS "requeuedAt"
          FROM orders.quarantine v
         WHERE v.key = $1::text
         ORDER BY v.quarantined_at DESC
         LIMIT 50) q))::text
