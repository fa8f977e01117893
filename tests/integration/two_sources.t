#!/usr/bin/env bash
# Two groups, two topics, two clusters whose topics and groups have the same names, into one database: each log is counted
# under its own number and recognised again, and each event is applied once. The second cluster and the database belong to a
# separate stack.
first=${KAFKA_BROKERS:?start this with tests/integration/run} first_stack=${VAR:?}
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"
second=$KAFKA_BROKERS

use_orders 2000
events=$(expected_events)
half=2017-11-01

at() { KAFKA_BROKERS=$1 "${@:2}"; } # at CLUSTER COMMAND…

# progress_of CONDITION: over all partitions, what the records of those logs became
progress_of() {
    query "SELECT format('logs=%s applied=%s duplicate=%s redelivered=%s', string_agg(DISTINCT log::text, ',' ORDER BY log::text),
                         sum(applied), sum(duplicate), sum(redelivered))
             FROM orders.pipeline_status WHERE $1"
}

# --- two groups read one topic

new_case 3
produce
consume
first_group=$group results=$(digest)
group+=-other
set_programs
consume
is 'two groups: for the second one, every event is a duplicate' "$(counters)" "applied=0 duplicate=$events redelivered=0 quarantined=0"
is '… and changes nothing' "$(digest)" "$results"
for group in "$group" "$first_group"; do
    ok "two groups: the sums of $group hold" invariants_hold
    verify_ok "two groups: verify of $group"
done

# --- one group reads two topics, a part of the events in each

all_of() { topic=$1 partitions=$2 applied_all; } # all_of TOPIC PARTITIONS

new_case 3
produce --to "$half"
first_topic=$topic
start first "${consumer[@]}"
new_topic 2
produce --from "$half"
start second "${consumer[@]}"
wait_until 60 all_of "$first_topic" 3
wait_until 60 all_of "$topic" 2
for name in first second; do
    end "$name" TERM 10
    is "two topics: the $name consumer ends in good order" "$status" 0
done
is 'two topics: together they hold each event once' "$(query 'SELECT sum(applied), sum(duplicate) FROM orders.pipeline_status')" "$events|0"
for topic in "$topic" "$first_topic"; do
    ok "two topics: the sums of $topic hold" invariants_hold
    verify_ok "two topics: verify of $topic"
done

# --- a member that leads the group hands out a topic that nobody asked for

handed_out() { grep -q "$1" "$logs/leader.out"; } # handed_out WORD
refused="handed out partition 0 of another topic, "

new_case 1
produce --to "$half"
other=$topic
new_topic 1
produce --from "$half"
start leader /usr/bin/python3 tests/integration/foreign_leader.py "${KAFKA_BROKERS%%,*}" "$group" "$topic" "$other"
wait_until 30 handed_out leads
start led "${consumer[@]}"
wait_until 30 applied_all
ok 'a foreign leader: it handed both topics out' handed_out 'handed out'
ok '… the consumer says which it does not read' logged led "$refused$other"
end led TERM 10
is '… and ends in good order' "$status" 0
is '… it has read its own topic alone' "$(query "SELECT string_agg(DISTINCT topic, ' ') FROM orders.partition_progress")" "$topic"
is '… and committed nothing of the other' "$(group_tool --describe --offsets | awk -v group="$group" '$1 == group { print $2 }')" "$topic"
end leader TERM 10
ok '… the sums hold' invariants_hold
verify_ok '… verify' --from "$half"

# --- two clusters in alternation

cluster_id() { sed -n 's/^cluster\.id=//p' "$1/kafka/meta.properties"; } # cluster_id STACK
first_id=$(cluster_id "$first_stack") second_id=$(cluster_id "$VAR")
of_first="cluster_id = '$first_id'" of_second="cluster_id = '$second_id'"

is_counted() { # is_counted CLUSTER CONDITION: all that its log holds
    [[ $(query "SELECT coalesce(sum(next_offset), 0) FROM orders.pipeline_status WHERE topic = '$topic' AND $2") == $(at "$1" log_size) ]]
}
is_complete() { # is_complete NAME OPTION…: verify, of the cluster that was read last
    ok "$1: the sums hold" invariants_hold
    verify_ok "$1: verify" "${@:2}"
}

new_case 2
at "$first" produce --to "$half"
at "$second" produce --from "$half"
at "$first" consume
before=$(sum applied)
between 'two clusters: a part comes from the first' "$before" 1 $((events - 1))
at "$second" consume
is '… and the rest from the second' "$(progress_of "$of_first") $(progress_of "$of_second")" \
    "logs=1 applied=$before duplicate=0 redelivered=0 logs=2 applied=$((events - before)) duplicate=0 redelivered=0"
for ((i = 0; i < 3; i++)); do
    at "$first" consume
    at "$second" consume
done
is '… and each log is recognised: nothing is read twice' "$(progress_of "$of_first") $(progress_of "$of_second")" \
    "logs=1 applied=$before duplicate=0 redelivered=0 logs=2 applied=$((events - before)) duplicate=0 redelivered=0"
at "$first" produce --from "$half"
at "$second" produce --to "$half"
at "$first" consume
at "$second" consume
is '… and read on where it was' "$(progress_of "$of_first") $(progress_of "$of_second")" \
    "logs=1 applied=$before duplicate=$((events - before)) redelivered=0 logs=2 applied=$((events - before)) duplicate=$before redelivered=0"
is_complete 'two clusters' --brokers "$second"
results=$(digest)

# An empty database is filled again from both, though the groups' offsets are at the ends.
dropdb --force "$PGDATABASE"
new_database
at "$second" consume
at "$first" consume
is 'two clusters, an emptied database: all comes again' "$(progress_of "$of_first") $(progress_of "$of_second")" \
    "logs=2 applied=0 duplicate=$events redelivered=0 logs=1 applied=$events duplicate=0 redelivered=0"
is '… to the same results' "$(digest)" "$results"
is_complete 'two clusters, an emptied database' --brokers "$first"

# --- two clusters at once, from an empty database on

new_case 2
at "$first" topic_tool --create --partitions 2
at "$second" topic_tool --create --partitions 2
start_both() { # start_both NUMBER
    at "$first" start "first-$1" "${consumer[@]}"
    at "$second" start "second-$1" "${consumer[@]}"
}
end_both() { # end_both NUMBER
    local name
    for name in "first-$1" "second-$1"; do
        end "$name" TERM 10
        is "two clusters at once: $name ends in good order" "$status" 0
    done
}
both_are_counted() { is_counted "$first" "$of_first" && is_counted "$second" "$of_second"; }

start_both 1
at "$first" start producer-first "${producer[@]}" --to "$half"
at "$second" start producer-second "${producer[@]}"
await producer-first 60
await producer-second 60
wait_until 60 both_are_counted
end_both 1
start_both 2
at "$first" produce
at "$second" produce
wait_until 60 both_are_counted
end_both 2
is 'two clusters at once: each partition has two logs, one of each cluster' \
    "$(query "SELECT count(*), count(DISTINCT (kafka_partition, log)), count(DISTINCT (kafka_partition, cluster_id)) FROM orders.pipeline_status")" '4|4|4'
is '… and every record was received once' "$(sum received) $(sum redelivered)" "$(($(at "$first" log_size) + $(at "$second" log_size))) 0"
is '… and each event applied once' "$(sum applied)" "$events"
is_complete 'two clusters at once' --no-kafka

plan
