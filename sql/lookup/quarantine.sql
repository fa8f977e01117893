-- The newest quarantined records of group $1 and topic $2, as one JSON value: /api/quarantine of order-monitor. The role orders_reader
-- may run it. Keys and payloads are untrusted bytes: the view escapes them. That takes time, so the newest records are chosen first:
-- OFFSET 0 keeps the view from being evaluated for the others.
WITH newest AS (
    SELECT q.log, q.kafka_partition, q.kafka_offset
      FROM orders.quarantine q
     WHERE q.consumer_group = $1::text AND q.topic = $2::text
     ORDER BY q.quarantined_at DESC, q.kafka_partition, q.kafka_offset DESC
     LIMIT 50)
SELECT json_build_object('records', coalesce(json_agg(r), '[]'))::text
  FROM (SELECT v.log, v.kafka_partition AS partition, v.kafka_offset AS "offset", left(v.reason, 500) AS reason, v.key,
               v.payload_bytes AS "payloadBytes", v.payload_start AS "payloadStart", v.append_time AS "appendTime",
               v.quarantined_at AS "quarantinedAt", v.requeued_at AS "requeuedAt"
          FROM newest n,
               LATERAL (SELECT *
                          FROM orders.quarantine q
                         WHERE q.consumer_group = $1::text AND q.topic = $2::text AND q.log = n.log
                               AND q.kafka_partition = n.kafka_partition AND q.kafka_offset = n.kafka_offset
                        OFFSET 0) v
         ORDER BY v.quarantined_at DESC, v.kafka_partition, v.kafka_offset DESC) r
