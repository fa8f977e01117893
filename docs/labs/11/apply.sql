-- apply.sql - what consumer.sh does with a batch: standard input has an offset and an event in each line.
CREATE TEMP TABLE batch (kafka_offset bigint, event jsonb);
\copy batch FROM pstdin (FORMAT csv, DELIMITER E'\t', QUOTE E'\x01')

INSERT INTO lab.events (event_id, event_type)
SELECT (event->>'eventId')::uuid, event->>'eventType' FROM batch;

UPDATE lab.counts AS c SET events = c.events + n.events
  FROM (SELECT event->>'eventType' AS event_type, count(*) AS events FROM batch GROUP BY 1) AS n
 WHERE c.event_type = n.event_type;

UPDATE lab.offsets SET next_offset = (SELECT max(kafka_offset) + 1 FROM batch) WHERE kafka_partition = :partition;
