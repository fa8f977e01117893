#!/usr/bin/env bash
# A consumer that is stopped for longer than its session timeout: the next owner is not delayed, and the returning consumer changes
# nothing.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

RANDOM=${SEED:-20171003}
use_orders 5000
events=$(expected_events)
new_topic 6
produce
quick=(-X session.timeout.ms=6000 --batch-size 100) # the shortest session that brokers allow by default

assigned_again() { (($(grep -c 'assigned [0-9]* partitions' "$logs/$1.log") > 1)); }

succession() { # succession NAME: of a first one that is stopped in the middle
    ok "$1: it is stopped in the middle" in_the_middle first
    succeed "second-$case" "${consumer[@]}" --exit-at-end "${quick[@]}"
    ok "$1: the successor comes to the end" applied_all
    ok "$1: while the first one is stopped" is_stopped first
    send first CONT
}

no_harm() { # no_harm NAME
    is "$1: the first one ends in good order" "$status" 0
    like "$1: nothing is counted twice" "$(counters)" "applied=$events duplicate=0 redelivered=* quarantined=0"
    ok "$1: the invariants hold" invariants_hold
    verify_ok "$1: verify"
}

for moment in one two; do
    new_reader
    slow_database 10
    start first "${consumer[@]}" "${quick[@]}"
    wait_until 30 progressed $((RANDOM * (events / 2) / 32768))
    send first STOP
    wait_until 10 is_stopped first
    succession "at random moment $moment"
    wait_until 30 assigned_again first
    end first TERM 10
    no_harm "at random moment $moment"
done

# The server finishes what the stopped one sent, and commits it by itself.
new_reader
slow_database 10
start first "${consumer[@]}" "${quick[@]}"
wait_until 30 progressed 0
hold_up
wait_until 10 is_held_up
send first STOP
wait_until 10 is_stopped first
before=$(progress)
let_go
wait_until 10 progressed "$before"
ok 'with a statement in flight: it is applied without its sender' is_stopped first
succession 'with a statement in flight'
end first TERM 10 # at once, before it has seen what happened
no_harm 'with a statement in flight'

# The successor meets the statement of the one before it, still at work: one of a whole batch.
new_reader
slow_database 10
start first "${consumer[@]}" "${quick[@]}" --batch-wait 60000
wait_until 30 progressed 0
hold_up
wait_until 30 is_held_up
send first KILL
await first 10
behind=$(($(progress) - $(committed | awk '{ n += $2 } END { print n + 0 }'))) # the kill may overtake a commit of offsets
start second "${consumer[@]}" "${quick[@]}"
both_wait() { [[ $(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'order-consumer' AND wait_event_type = 'Lock'") == 2 ]]; }
wait_until 30 both_wait
let_go
wait_until 30 applied_all
end second TERM 10
is 'behind a killed one: the successor ends in good order' "$status" 0
is 'behind a killed one: its batch is known' "$(counters)" "applied=$events duplicate=0 redelivered=$((behind + 100)) quarantined=0"
verify_ok 'behind a killed one: verify'

plan
