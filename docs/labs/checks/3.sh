# shellcheck shell=bash
# Lab 3: the sample with its keys in one topic, without them in another, and what the consumer makes of both.
topic_lines() { kcat -b "$KAFKA_BROKERS" -C -e -q -t "$1" -f "$2" 2>/dev/null || true; } # topic_lines TOPIC FORMAT
# orders_in TOPIC 'CONDITION': how many orders have their records in n partitions, for an n of the condition
orders_in() {
    topic_lines "$1" '%p %s\n' | sed -nE 's/^([0-9]+) .*"orderId":"([^"]*)".*/\2 \1/p' | sort -u | cut -d ' ' -f 1 | uniq -c |
        awk "{ n = \$1 } $2 { ++orders } END { print orders + 0 }"
}
of_topic() { sql "SELECT sum($2) FROM orders.pipeline_status WHERE (consumer_group, topic) = ('lab3', '$1')"; } # of_topic TOPIC OUTCOME

expect 'records in topic lab3' "$(records lab3)" 8030 \
    'Send the sample once, with build/order-producer. If there are more records, begin again with scripts/lab start 3.'
expect 'orders of lab3 with all records in one partition' "$(orders_in lab3 'n == 1')" 2000 \
    'The producer uses the order id as the key, so an order has one partition. Other programs have written to lab3, or its number of partitions has changed: scripts/lab start 3.'
expect 'events applied from lab3' "$(of_topic lab3 applied)" 8030 \
    'build/order-consumer applies the records of lab3. The records without keys are to be compared with these.'
expect_at_least 'records without a key in topic lab3-nokey' "$(topic_lines lab3-nokey '%K\n' | grep -c '^-1$')" 8030 \
    'kcat -C prints only values if it has no -f or -K, and kcat -P then sends them without a key. Copy lab3 to lab3-nokey in this way.'
expect_at_least 'orders of lab3-nokey with records in several partitions' "$(orders_in lab3-nokey 'n > 1')" 1000 \
    'Most orders are still in one partition: lab3-nokey has too few partitions, or kcat did not choose one for each record (-X sticky.partitioning.linger.ms=0).'
expect_at_least 'records of lab3-nokey in quarantine' "$(of_topic lab3-nokey quarantined)" 8030 \
    'The consumer has not read lab3-nokey to its end. It does so with --topic lab3-nokey, as the group lab3.'
