#!/usr/bin/env bash
# What may happen to a topic: it is missing, it is deleted and recreated, it gets more partitions, it loses records. The
# programs report what that means for them, and nothing is lost silently.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)
quick=(-X topic.metadata.refresh.interval.ms=1000 -X heartbeat.interval.ms=200) # they hear sooner of what happened
times() { grep -c -- "$2" "$logs/$1.log" || true; } # times NAME PATTERN
newest_logs() { query "SELECT string_agg(DISTINCT log::text, ' ') FROM orders.pipeline_status WHERE newest AND topic = '$topic'"; }

# --- missing

new_case 6
for program in producer consumer; do
    declare -n command=$program
    arguments=()
    [[ $program == consumer ]] || arguments=("$orders")
    ORDER_TOPIC=$topic run missing "${command[0]}" "${arguments[@]}"
    is "a missing topic: the $program's status" "$status" 69
    is "… named by the environment, and told" "$(times missing " ERROR .*topic $topic .*--create-topic")" 1
done

# --- deleted, while both programs work on it

start producer "${producer[@]}" --rate 1000
wait_until 30 logged producer 'sending in event-time order'
start consumer "${consumer[@]}" "${quick[@]}" --verbose
wait_until 30 progressed 2000
delete_topic
ok 'deleted in the middle of the replay' alive producer
await producer 60
is 'the producer: status 69' "$status" 69
is '… and says why, once' "$(grep -c " ERROR publisher: topic $topic does not exist any more, so the replay ends; create it (--create-topic) and replay again\$" "$logs/producer.log")" 1
is '… and nothing else' "$(times producer 'ERROR\|WARN')" 1
wait_until 30 logged consumer "topic $topic does not exist any more; waiting for it\$"
ok 'the consumer waits for it' alive consumer
applied=$(sum applied)
between '… and keeps what it had' "$applied" 2001 $((events - 1))
wait_until 30 logged consumer 'partitions revoked'

# --- recreated

produce
wait_until 30 applied_all
is 'recreated: it is read from its beginning, as a new log' "$(newest_logs) $(sum duplicate)" "2 $applied"
is '… each event is applied once' "$(sum applied)" "$events"
is 'the consumer has said once that the topic was gone' "$(times consumer 'does not exist any more')" 1
is '… and never that brokers were' "$(times consumer 'no broker can be reached')()" '0()'
ok '--verbose tells where it starts' logged consumer ' DEBUG source: partition 5 log 2 starts at 0 committed=-\?[0-9]* counted=-2 low=0 '
ok 'the invariants hold' invariants_hold
verify_ok 'verify'
results=$(digest)

# --- more partitions

end consumer TERM 10
is 'it ends in good order, though the topic was deleted under it' "$status" 0
start consumer "${consumer[@]}"
wait_until 30 logged consumer 'assigned 6 partitions'
start producer "${producer[@]}" "${quick[@]:0:2}" --rate 2000
wait_until 30 logged producer 'sending in event-time order'
topic_tool --alter --partitions 9
partitions=9
began=$SECONDS
ok 'partitions are added in the middle of a replay' alive producer
wait_until 40 logged consumer 'assigned 9 partitions'
between 'partitions that are added are seen within 30 s' $((SECONDS - began)) 0 30
await producer 60
is "… that replay's orders stay where they began" "$(kcat -Q -b "$KAFKA_BROKERS" -t "$topic:6:-1" -t "$topic:7:-1" -t "$topic:8:-1" | grep -c 'offset 0$')" 3
produce
wait_until 30 applied_all
between 'their records are applied' "$(query "SELECT received FROM orders.pipeline_status WHERE topic = '$topic' AND kafka_partition = 8")" 1 "$events"
end consumer TERM 10
is 'a replay into more partitions: the same digest' "$(digest)" "$results"
ok '… the invariants hold' invariants_hold
verify_ok '… verify'

# --- recreated before anybody noticed

new_case 6
start producer "${producer[@]}" --rate 4000
wait_until 30 logged producer 'sending in event-time order'
has_records() { (($(log_size) > 0)); }
wait_until 30 has_records
send producer STOP
wait_until 10 is_stopped producer
delete_topic
topic_tool --create --partitions 6
send producer CONT
await producer 30
is 'recreated during a replay: the producer: status 69' "$status" 69
is '… and says why, once' "$(times producer " ERROR publisher: topic $topic was recreated or lost records, so the replay ends; replay again\$")" 1

# --- records are deleted before they are read

lost_message() { # lost_message COUNT FIRST LAST
    printf ' WARN  source: %d records were deleted before they were read, offsets %d to %d: verify names the events that are missing, replay their files topic=%s partition=0$' \
        "$@" "$topic"
}
new_case 1
produce --to 2017-06-01
consume
read_to=$(log_size)
produce --from 2017-06-01
lost=100
delete_records 0 $((read_to + lost))
consume
is 'records deleted while no consumer ran: the loss is told, once' \
    "$(times "consumer-$runs" "$(lost_message $lost "$read_to" $((read_to + lost - 1)))")" 1
is '… what is left is applied' "$(sum applied)" $((events - lost))
ok '… the invariants show the hole' not invariants_hold
run verify scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
is '… verify names what is missing' "$status $(grep -c "no event is missing: .*$lost" "$logs/verify.out")" '1 1'
produce
consume
is '… after a replay nothing is missing' "$(sum applied) $(digest)" "$events $results"
group=$group-again
set_programs
consume
is '… and another group has no hole' "$(times "consumer-$runs" "$(lost_message $((read_to + lost)) 0 $((read_to + lost - 1)))")" 1
ok '… the invariants hold for it' invariants_hold
verify_ok '… verify passes for it'

# Under a running consumer that is slower than the deletion. It is stopped in the middle of its work. (libpq sends a
# statement's parameters and the order to execute it one after the other: stopped between the two, the session is active for
# as long as the consumer is stopped, but waits for it.)
is_busy() { sees "application_name = 'order-consumer' AND state = 'active' AND wait_event IS DISTINCT FROM 'ClientRead'"; }
caught_up() { (($(progress) == size)); }
new_reader
start consumer "${consumer[@]}" --batch-size 100 -X fetch.message.max.bytes=10000 -X queued.max.messages.kbytes=10
wait_until 30 progressed $((read_to + lost + 100))
send consumer STOP
wait_until 10 is_stopped consumer
wait_until 10 not is_busy
ok 'records deleted under a running consumer: in the middle of its work' in_the_middle consumer
size=$(query "SELECT end_offset FROM orders.partition_progress WHERE topic = '$topic' AND consumer_group = '$group'")
delete_records 0 $((size - 10))
send consumer CONT
wait_until 30 logged consumer "records were deleted before they were read, offsets [0-9]* to $((size - 11)):"
wait_until 30 caught_up
end consumer TERM 10
is '… it goes on, and ends in good order' "$status" 0
deleted=$(sed -n 's/.* source: \([0-9]*\) records were deleted .* to '$((size - 11))':.*/\1/p' "$logs/consumer.log")
is '… told once: all that it has not received' "$deleted" $((size - (read_to + lost) - $(sum received)))
is '… and its position was reset just once' "$(times consumer 'records were deleted')" 2

plan
