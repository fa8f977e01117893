# shellcheck shell=bash
# Lab 1: the sample is sent once and applied.
expect 'records in topic lab1' "$(records lab1)" 8030 \
    'build/order-producer reads the files of a folder and sends the events; it finds the topic by ORDER_TOPIC.'
expect 'events applied to the database' "$(sql 'SELECT sum(events) FROM orders.event_type_totals')" 8030 \
    'The records are in Kafka until a consumer has read them: build/order-consumer applies them to Postgres.'
expect 'the sum of the offsets that the group has committed' "$(watched /api/status '[.kafka.partitions[].committed // 0] | add')" 8030 \
    'A consumer commits offsets after its transaction. If it was killed in between, start it again.'
