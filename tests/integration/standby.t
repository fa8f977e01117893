#!/usr/bin/env bash
# Members that have nothing to do, and members that cannot go on: neither dies of it, neither holds up the others.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)
quick=(-X heartbeat.interval.ms=200) # members hear sooner of others that join

# One that owns nothing, for longer than the database may be away: the database is there.
new_case 1
produce
members=("${consumer[@]}" "${quick[@]}" --database-timeout 2)
start first "${members[@]}"
wait_until 30 logged first 'assigned 1 partitions'
start second "${members[@]}"
has_standby() { logged first 'assigned 0 partitions' || logged second 'assigned 0 partitions'; }
wait_until 30 has_standby
asks_nothing() { sees "application_name = 'order-consumer' AND query_start < now() - interval '3.5 s'"; }
ok 'it asks the database nothing: one that has partitions asks each 3 s' wait_until 15 asks_nothing
assignments() { cat "$logs/first.log" "$logs/second.log" | grep -c 'assigned [01] partitions'; }
before=$(assignments)
start third "${members[@]}"
rebalanced() { (($(assignments) >= before + 2)); }
wait_until 30 rebalanced
wait_until 30 logged third 'assigned'
is 'no member reports the database as away' "$(logs_with 'away' first second third)" 0
for name in first second third; do
    ok "$name lives on through the rebalance" alive "$name"
    end "$name" TERM 10
    is "$name ends in good order" "$status" 0
done
is 'each event is applied once' "$(sum applied)" "$events"

# One that has never owned a partition, and whose connection breaks without its noticing. Partitions go to the smallest client id.
new_case 1
members=("${consumer[@]}" "${quick[@]}" --database-timeout 2)
produce --to 2017-06-01
start owner "${members[@]}" -X client.id=a
wait_until 30 logged owner 'assigned 1 partitions'
start standby "${members[@]}" -X client.id=z
wait_until 30 logged standby 'assigned 0 partitions'
wait_until 15 asks_nothing
is 'the connection of the standby is broken' "$(query "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'order-consumer' AND query_start < now() - interval '3.5 s'")" 1
end owner TERM 10
produce --from 2017-06-01
wait_until 30 applied_all
ok 'it connects again, and takes over' alive standby
end standby TERM 10
is '... and ends in good order' "$status" 0
is '... each event is applied once' "$(sum applied)" "$events"

# The end is where the topic ended when the consumer started, though more keeps coming.
new_case 6
produce --to 2017-06-01
start producer "${producer[@]}" --from 2017-06-01 --rate 100
before=$(log_size)
grows() { (($(log_size) > before)); }
wait_until 30 grows
consume --batch-wait 10
ok '--exit-at-end ends while a producer goes on' alive producer
end producer INT 10

# A server process that is stopped, in the middle of a statement: its client gives the partitions up.
new_case 6
produce
hold_up
start first "${consumer[@]}" "${quick[@]}" --batch-size 100
wait_until 30 is_held_up
backend=$(query "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'order-consumer'")
kill -STOP "$backend"
let_go
start second "${consumer[@]}" "${quick[@]}"
wait_until 30 logged second 'assigned 3 partitions'
ok 'the group goes on without an answer from the database' logged first '6 partitions revoked'
kill -CONT "$backend"
wait_until 60 applied_all
for name in first second; do
    end "$name" TERM 10
    is "$name ends in good order" "$status" 0
done
is 'nothing is lost, nothing counted twice' "$(sum applied) $(sum duplicate)" "$events 0"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

plan
