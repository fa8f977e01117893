#!/usr/bin/env bash
# Several at once: producers with one file, a replay and a rebalance, ten consumers, other members of the group, and clients that
# delete the group. Whatever happens, the results match the files.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)
quick=(-X heartbeat.interval.ms=200) # members hear sooner of others that join
assigned() { sed -n 's/.* assigned \([0-9]*\) partitions.*/\1/p' "$logs/$1.log" | tail -n 1; } # assigned NAME: its partitions now

all_is_well() { # all_is_well NAME: each event once, the numbers add up, verify passes
    is "$1: each event is applied once" "$(sum applied)" "$events"
    ok "$1: the invariants hold" invariants_hold
    verify_ok "$1: verify"
}

# --- two producers and two consumers, of which one comes in the middle

new_case 6
succeed make_topic "${producer[@]}" --to 1970-01-02
start first "${consumer[@]}" "${quick[@]}"
wait_until 30 logged first 'assigned 6 partitions'
for name in one other; do start "$name" "${producer[@]}" --rate 2500; done
both_send() { (($(logs_with 'sending in event-time order' one other) == 2)); }
wait_until 30 both_send
wait_until 30 progressed 2000
start second "${consumer[@]}" "${quick[@]}"
wait_until 30 logged second 'assigned 3 partitions'
for name in one other; do ok "two producers: $name goes on while the group rebalances" alive "$name"; done
for name in one other; do
    await "$name" 60
    is "two producers: $name ends well" "$status" 0
done
is 'two producers: all is there twice' "$(log_size)" $((2 * events))
wait_until 30 applied_all
for name in first second; do
    end "$name" TERM 10
    is "two producers: the $name consumer ends in good order" "$status" 0
done
is 'two producers: what came twice is known' "$(counters | sed 's/redelivered=[0-9]* //')" "applied=$events duplicate=$events quarantined=0"
all_is_well 'two producers'

# --- ten consumers in one second

new_reader
members=()
began=${EPOCHREALTIME/./}
for i in {1..10}; do
    members+=("member-$i")
    start "member-$i" "${consumer[@]}" "${quick[@]}" --batch-size 200
done
between 'ten consumers: started within a second (ms)' $(((${EPOCHREALTIME/./} - began) / 1000)) 0 999
are_settled() {
    local name owned=0 idle=0
    for name in "${members[@]}"; do
        case $(assigned "$name") in
        1) owned=$((owned + 1)) ;;
        0) idle=$((idle + 1)) ;;
        esac
    done
    ((owned == 6 && idle == 4))
}
wait_until 60 are_settled
wait_until 60 applied_all
for name in "${members[@]}"; do
    end "$name" TERM 10
    printf '%s ' "$status"
done >"$logs/statuses"
is 'ten consumers: six have a partition each, four have none, and all end in good order' "$(<"$logs/statuses")" \
    '0 0 0 0 0 0 0 0 0 0 '
is 'ten consumers: nobody complains' "$(logs_with 'ERROR' "${members[@]}")" 0
all_is_well 'ten consumers'
results=$(digest)

# --- the group is deleted

start consumer "${consumer[@]}"
wait_until 30 logged consumer 'assigned 6 partitions'
group_tool --delete >"$logs/delete.out" || true
like 'a group with a member cannot be deleted' "$(cat -- "$logs/delete.out" "$logs/group.log")" '*GroupNotEmptyException*'
group_tool --delete-offsets --topic "$topic" >"$logs/delete.out" || true
like '… nor its offsets' "$(cat -- "$logs/delete.out" "$logs/group.log")" '*subscribed*'
produce --to 2017-06-01
wait_until 30 applied_all
end consumer TERM 10
is '… and the consumer takes no notice' "$status $(logs_with 'WARN\|ERROR' consumer)" '0 0'
group_tool --delete >"$logs/delete.out"
like 'an empty group is deleted' "$(cat -- "$logs/delete.out")" '*was successful*'
before=$(sum redelivered)
consume
is '… and read from the beginning by the next consumer, as known' "$(($(sum redelivered) - before)) $(digest)" "$(log_size) $results"
all_is_well 'a deleted group'

# --- another topic's consumer in the group

other_topic=$topic
new_topic 3
produce
other=("$CONSUMER" --group "$group" "${quick[@]}")
start consumer "${other[@]}" --topic "$topic"
wait_until 30 logged consumer 'assigned 3 partitions'
start other "${other[@]}" --topic "$other_topic"
wait_until 30 logged other 'assigned 6 partitions'
wait_until 30 applied_all
for name in consumer other; do
    end "$name" TERM 10
    is "a group of two topics: $name ends in good order" "$status" 0
done
is 'a group of two topics: each has the partitions of its own' "$(assigned consumer) $(assigned other)" '3 6'
is 'a group of two topics: the events are known' "$(counters | sed 's/redelivered=[0-9]* //') $(digest)" \
    "applied=0 duplicate=$events quarantined=0 $results"
verify_ok 'a group of two topics: verify'

# --- a member that shares partitions in another way, and commits offsets of what this database never saw

new_reader
start stranger kcat -u -b "$KAFKA_BROKERS" -G "$group" -X partition.assignment.strategy=cooperative-sticky -X auto.commit.interval.ms=100 \
    -X auto.offset.reset=earliest "$topic"
wait_until 30 logged stranger 'rebalanced'
has_committed() { [[ $(committed | awk '{ n += $2 } END { print n }') == "$events" ]]; }
wait_until 30 has_committed
start consumer "${consumer[@]}"
words="group $group has members whose assignment strategy is not 'range', so this one cannot join; stop them, or use another group (--group); trying again"
wait_until 30 logged consumer " WARN  source: $words\$"
ok 'another protocol: the consumer waits' alive consumer
is '… with nothing applied' "$(progress)" 0
end stranger TERM 10
wait_until 30 applied_all
end consumer TERM 10
is '… until the others are gone; it has said why once' "$status $(grep -c ' WARN ' "$logs/consumer.log")" '0 1'
is '… their offsets mislead nobody' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
all_is_well 'another protocol'

plan
