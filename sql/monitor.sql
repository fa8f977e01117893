-- The query that order-monitor runs once a second, for group $1 and topic $2. It is one statement, so all numbers are of one snapshot.
-- The role orders_reader may run it. The text is built into the program; in psql: PREPARE m(text, text) AS …; EXECUTE m(group, topic).
SELECT 'type' AS what, t.event_type::text AS type, NULL::integer AS kafka_partition, t.events AS received,
       NULL::bigint AS applied, NULL::bigint AS duplicate, NULL::bigint AS redelivered, NULL::bigint AS quarantined,
       NULL::bigint AS retired, NULL::bigint AS absent, NULL::bigint AS deleted, NULL::bigint AS uncounted,
       NULL::bigint AS next_offset
  FROM orders.event_type_totals t
UNION ALL
SELECT 'conflicts', NULL, NULL, (SELECT conflicts FROM orders.conflict_count), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
UNION ALL
(SELECT 'partition', NULL, p.kafka_partition, sum(p.received)::bigint, sum(p.applied)::bigint, sum(p.duplicate)::bigint,
        sum(p.redelivered)::bigint, sum(p.quarantined)::bigint,
        sum(p.retired)::bigint, sum(p.absent)::bigint, sum(p.deleted)::bigint, sum(p.uncounted)::bigint,
        max(p.next_offset) FILTER (WHERE p.newest)
   FROM orders.pipeline_status p
  WHERE p.consumer_group = $1::text AND p.topic = $2::text
  GROUP BY p.kafka_partition
  ORDER BY p.kafka_partition)
