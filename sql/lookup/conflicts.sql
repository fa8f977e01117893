-- The newest conflicts of the whole database, as one JSON value: /api/conflicts of order-monitor. The role orders_reader may run it.
SELECT json_build_object('conflicts', coalesce(json_agg(c), '[]'))::text
  FROM (SELECT v.order_id AS "order", v.event_type::text AS "eventType", v.event_at AS "eventAt", v.event_id AS "eventId",
               v.applied_payload AS "appliedPayload", v.other_payload AS "otherPayload", v.topic, v.kafka_partition AS partition,
               v.kafka_offset AS "offset", v.noted_at AS "notedAt"
          FROM orders.conflicts v
         ORDER BY v.noted_at DESC, v.order_id
         LIMIT 50) c
