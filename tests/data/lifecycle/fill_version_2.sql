-- Writes events.csv (read from standard input) into a database of version 2, as the function of that time did.
\ir ../verify/records.sql
INSERT INTO orders.processed_events (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition)
SELECT event_id, event_type::orders.event_type, event_at, order_id, region, payload_hash, kafka_partition FROM records;
INSERT INTO orders.event_type_counts SELECT event_type, kafka_partition, count(*) FROM orders.processed_events GROUP BY 1, 2;
INSERT INTO orders.event_day_counts SELECT event_at::date, event_type, kafka_partition, count(*) FROM orders.processed_events GROUP BY 1, 2, 3;
INSERT INTO orders.event_region_counts SELECT region, event_type, kafka_partition, count(*) FROM orders.processed_events GROUP BY 1, 2, 3;
INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, applied,
                                       latest_append_time, end_offset, last_batch_at)
SELECT 'order-aggregator', 'order-events', 1, kafka_partition, 0, count(*), count(*), count(*), now(), count(*), now() FROM records GROUP BY kafka_partition;
