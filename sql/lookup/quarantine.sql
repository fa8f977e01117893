-- The newest quarantined records of group $1 and topic $2, as one JSON value: /api/quarantine of order-monitor. The role orders_reader
-- may run it. Keys and payloads are untrusted bytes: the view escapes them.
SELECT json_build_object('records', coalesce(json_agg(q), '[]'))::text
  FROM (SELECT v.log, v.kafka_partition AS partition, v.kafka_offset AS "offset", left(v.reason, 500) AS reason, v.key,
               v.payload_bytes AS "payloadBytes", v.payload_start AS "payloadStart", v.append_time AS "appendTime",
               v.quarantined_at AS "quarantinedAt", v.requeued_at AS "requeuedAt"
          FROM orders.quarantine v
         WHERE v.consumer_group = $1::text AND v.topic = $2::text
         ORDER BY v.quarantined_at DESC, v.kafka_partition, v.kafka_offset DESC
         LIMIT 50) q
