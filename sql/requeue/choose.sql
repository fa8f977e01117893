-- The quarantined records that scripts/requeue sends again: a line each, with the record's place, whether it has a value, and its
-- bytes in hex, framed for kcat. Variables: group, topic, reason, partition, offset ('' for any), again; key_end and
-- record_end, delimiters that no record contains. The bytes are never converted to text on the way.
\set ON_ERROR_STOP on
COPY (
    SELECT q.log, q.kafka_partition, q.kafka_offset, q.payload IS NOT NULL,
           upper(encode(coalesce(q.key || convert_to(:'key_end', 'UTF8'), '') || coalesce(q.payload, '')
                        || convert_to(:'record_end', 'UTF8'), 'hex'))
      FROM orders.quarantined_records q
     WHERE (q.consumer_group, q.topic) = (:'group', :'topic')
       AND (q.requeued_at IS NULL OR :'again')
       AND (:'reason' = '' OR strpos(q.reason, :'reason') > 0)
       AND (:'partition' = '' OR q.kafka_partition = nullif(:'partition', '')::integer)
       AND (:'offset' = '' OR q.kafka_offset = nullif(:'offset', '')::bigint)
       AND length(coalesce(q.key, '')) + length(coalesce(q.payload, '')) > 0   -- there is nothing to send
     ORDER BY q.log, q.kafka_partition, q.kafka_offset
) TO STDOUT (DELIMITER ' ');
