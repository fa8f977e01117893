# shellcheck shell=bash
# Lab 4: events that were sent again, records that were delivered again after a crash, and totals that count each event once.
total() { sql "SELECT sum($1) FROM orders.pipeline_status WHERE (consumer_group, topic) = ('lab4', 'lab4')"; } # total OUTCOME

expect_at_least 'records in topic lab4' "$(records lab4)" 16060 \
    'The sample has 8,030 events. Send it twice, with build/order-producer: every event is then in the topic twice.'
expect 'distinct events in the totals' "$(sql 'SELECT sum(events) FROM orders.event_type_totals')" 8030 \
    'Let build/order-consumer apply all records of lab4. However often an event was sent, the totals count it once.'
expect_at_least 'duplicates' "$(total duplicate)" 8030 \
    'The consumer has not read all records of the second replay yet: let it read to the end of the topic.'
expect_at_least 'redelivered records' "$(total redelivered)" 1 \
    'No record was delivered again. Send the sample once more, let build/failpoints/order-consumer crash after it has applied a batch (see FAILPOINT in the task), and start build/order-consumer again.'
expect 'lag' "$(watched /api/status '[.kafka.partitions[].lag] | add')" 0 \
    'Records are waiting, or a consumer has stopped before it committed their offsets to Kafka. Start a consumer without the fault, and let it read to the end.'
