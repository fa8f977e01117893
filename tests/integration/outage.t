#!/usr/bin/env bash
# Postgres crashes, the broker is killed, and both at once, in the middle of a replay: both programs carry on by themselves.
# The servers are of a stack of its own.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

use_orders 5000
events=$(expected_events)

crash_postgres() { stack_stop_postgres immediate; }
crash_kafka() { stack_stop_kafka KILL; }
crash_both() { crash_postgres && crash_kafka; }

# What each has to notice before the servers come back.
noticed_postgres() { logged consumer 'the database is away'; }
noticed_kafka() { logged consumer 'no broker can be reached' && logged producer 'waiting'; }
noticed_both() { noticed_postgres && noticed_kafka; }

for server in postgres kafka both; do
    new_case 6
    produce --to 1970-01-02 # makes the topic, sends nothing
    start consumer "${consumer[@]}" --batch-size 200
    wait_until 30 logged consumer 'assigned 6 partitions'
    start producer "${producer[@]}" --rate 3000
    wait_until 30 progressed $((events / 4))
    before=$(progress)
    "crash_$server"
    between "$server: in the middle of the consumer's work" "$before" 1 $((events - 1))
    ok "$server: in the middle of the producer's work" alive producer
    wait_until 60 "noticed_$server"
    ok "$server: the consumer waits" alive consumer
    succeed up scripts/up
    await producer 120
    is "$server: the producer carries on, to the end" "$status" 0
    wait_until 120 applied_all
    end consumer TERM 10
    is "$server: the consumer carries on, to the end" "$status" 0
    is "$server: each event is applied once" "$(sum applied)" "$events"
    ok "$server: the invariants hold" invariants_hold
    verify_ok "$server: verify"
done

# A broker that is stopped, and does not even refuse.
new_case 6
produce
start consumer "${consumer[@]}" --batch-size 200
wait_until 30 applied_all
broker=$(stack_pid kafka)
kill -STOP "$broker"
end consumer TERM 10
kill -CONT "$broker"
is 'without an answer from the broker the consumer ends nevertheless' "$status" 0
has_leaders() { [[ $(log_size 2>/dev/null) -gt 0 ]]; } # it was gone for longer than its controller waits
wait_until 60 has_leaders
verify_ok 'without an answer from the broker: verify'

plan
