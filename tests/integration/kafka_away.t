#!/usr/bin/env bash
# A broker that is away for longer than the session timeout: running programs wait for it, and so does a consumer that starts
# meanwhile. AWAY_SECONDS=60 for a longer outage. The test has its own stack.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

seconds=${AWAY_SECONDS:-8}
session=(-X session.timeout.ms=6000)
use_orders 5000
events=$(expected_events)
new_case 6
start producer "${producer[@]}" --rate 2000
wait_until 30 logged producer 'sending in event-time order'
start consumer "${consumer[@]}" "${session[@]}" --batch-size 200
wait_until 30 progressed 1000
stack_stop_kafka KILL
stopped_at=$SECONDS
between 'it goes in the middle of the work' "$(progress)" 1000 $((events - 1))
ok '… and of the sending' alive producer

why='127\.0\.0\.1:[0-9]*/bootstrap: Connect to ipv4#127\.0\.0\.1:[0-9]* failed: Connection refused'
hint="is it running, and is that its address (-b or KAFKA_BROKERS)? brokers=$KAFKA_BROKERS"
start late_consumer "${consumer[@]}" "${session[@]}"
wait_until 30 logged late_consumer 'no answer from Kafka'
long_enough() { ((SECONDS - stopped_at >= seconds)); }
wait_until $((seconds + 1)) long_enough
for name in producer consumer late_consumer; do ok "$name waits" alive "$name"; done
is 'the producer says so once' "$(grep -c ' WARN  publisher: the broker does not answer, waiting for it: ' "$logs/producer.log")" 1
is '… the consumer too' "$(grep -c ' WARN  source: no broker can be reached, waiting until one answers: ' "$logs/consumer.log")" 1
is 'a consumer that starts meanwhile says once why it waits' \
    "$(grep -c " WARN  consumer: no answer from Kafka, waiting for one: $why; $hint\$" "$logs/late_consumer.log")" 1

succeed up scripts/up
diag "the broker was away for $((SECONDS - stopped_at)) s"
wait_until 30 logged late_consumer ' INFO  consumer: Kafka answers$'
await producer 60
is 'the producer carries on, to the end' "$status" 0
is '… and says that it does' "$(grep -c ' INFO  publisher: the broker answers again, the replay continues$' "$logs/producer.log")" 1
wait_until 60 applied_all
for name in consumer late_consumer; do
    end "$name" TERM 10
    is "$name ends in good order" "$status" 0
done
is 'the consumer says that a broker answers' "$(grep -c ' INFO  source: a broker answers again$' "$logs/consumer.log")" 1
is 'each event is applied once' "$(sum applied) $(sum quarantined)" "$events 0"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'
diag "$(counters)"

plan
