#!/usr/bin/env bash
# Three brokers, two of which hold each record before it counts: a leader is killed in the middle of a replay, one broker is
# down for a whole replay, two are down and one comes back. The servers are of a stack of its own.
ORDER_BROKERS=3
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

use_orders 5000
events=$(expected_events)

metadata() { kcat -b "$KAFKA_BROKERS" -L -J; }
of_topic() { metadata | jq -r --arg topic "$topic" ".topics[] | select(.topic == \$topic).partitions[] | $1"; }
in_sync() { [[ $(of_topic '.isrs | length' | sort -u) == 3 ]]; }
leader_of() { of_topic "select(.partition == $1).leader"; }
name_of() { if (($1 == 1)); then echo kafka; else echo "kafka$1"; fi; } # name_of NODE
led_by_another() { [[ $(leader_of 0) != "$1" ]]; }

begin() { # begin: a replay and a consumer, at work
    new_case 6
    produce --to 1970-01-02 # makes the topic, sends nothing
    start consumer "${consumer[@]}" --batch-size 200
    wait_until 60 logged consumer 'assigned 6 partitions'
    start producer "${producer[@]}" --rate 3000
    wait_until 30 progressed $((events / 4))
}

carries_on() { # carries_on NAME: both, to the end
    await producer 120
    is "$1: the producer carries on, to the end" "$status" 0
    wait_until 120 applied_all
    end consumer TERM 10
    is "$1: the consumer carries on, to the end" "$status" 0
    is "$1: each event is applied once" "$(sum applied)" "$events"
    ok "$1: the invariants hold" invariants_hold
    verify_ok "$1: verify"
}

like 'status names all three' "$(scripts/status)" '*Kafka runs at*Kafka runs at*Kafka runs at*'
run again env ORDER_BROKERS=1 scripts/up
like 'the number of brokers is kept' "$status $(<"$logs/again.log")" '0 *keeps its number of brokers, 3*'

begin
is 'each partition has three replicas' "$(of_topic '.replicas | length' | sort | uniq -c | xargs)" '6 3'
leader=$(leader_of 0)
stack_signal "$(name_of "$leader")" KILL 10
between 'a leader is killed: in the middle' "$(progress)" 1 $((events - 1))
wait_until 30 led_by_another "$leader"
like 'a leader is killed: status tells which one' "$(scripts/status)" '*Kafka is not running*'
carries_on 'a leader is killed'
succeed up scripts/up
wait_until 60 in_sync

new_case 6
produce
start_monitor monitor
start consumer "${consumer[@]}"
shows_member() { [[ $(status_of '.kafka.members | length') == 1 ]]; }
wait_until 30 shows_member
last_look() { fetch /api/history | jq .last; }
looks=$(last_look)
stack_signal kafka2 KILL 10
looked_on() { (($(last_look) > looks + 10)); }
wait_until 60 looked_on
between 'one broker of three is down: the monitor calls Kafka away while new leaders are found, and not again' \
    "$(moments | grep -c '^kafka-away' || true)" 0 1
is '… it sees the others, and the group' "$(code /readyz) $(status_of '.kafka.members | length')" '200 1'
is '… and takes nobody for gone' "$(moments | grep -cE '^(gone|died|left)' || true)" 0
end consumer TERM 30
end monitor TERM 10

new_case 6
produce
consume
is 'one broker is down all the time: each event is applied once' "$(counters)" \
    "applied=$events duplicate=0 redelivered=0 quarantined=0"
verify_ok 'one broker is down all the time: verify'
succeed up scripts/up
wait_until 60 in_sync

begin
stack_signal kafka2 KILL 10
stack_signal kafka3 KILL 10
between 'two are down: in the middle' "$(progress)" 1 $((events - 1))
wait_until 60 logged producer 'waiting'
consumer_waits() { logged consumer 'not all partitions can be read\|no broker can be reached\|no partitions from the group'; }
wait_until 60 consumer_waits
ok 'two are down: both programs wait, and have said so' eval 'alive producer && alive consumer'
succeed up scripts/up kafka2
carries_on 'two were down, one came back'
succeed down scripts/down
is 'down stops all' "$(stack_pid kafka || stack_pid kafka2 || stack_pid kafka3 || echo none)" none

plan
