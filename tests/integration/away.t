#!/usr/bin/env bash
# A database that is away and comes back: for a long time, ten times in a row, or only the session. The servers belong to a stack of
# this test.
#
#   OUTAGE_SECONDS   how long is long (default: 12; above the session timeout of 10)
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

away='the database is away'
use_orders 2000
events=$(expected_events)
new_topic 6
produce

begin() { # begin: a new database and group, and a consumer in the middle of its work
    new_reader
    start consumer "${consumer[@]}" --batch-size 50 "$@"
    wait_until 30 progressed 0
}

carries_on() { # carries_on NAME: all is applied once, by the same member, and the consumer ends in good order
    wait_until 60 applied_all
    end consumer TERM 10
    is "$1: the consumer carries on to the end" "$status $(counters | sed 's/duplicate.*quar/quar/')" "0 applied=$events quarantined=0"
    ok "$1: the invariants hold" invariants_hold
    is "$1: no rebalance" "$(grep -c ' assigned [0-9]* partitions' "$logs/consumer.log")" 1
}

memory() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[consumer]}/status"; }
seconds_to_return() { awk -v now="$(date +%s%N)" -v since="$1" 'BEGIN { print int((now - since) / 1e9) }'; }
logged_times() { (($(grep -c -- "$2" "$logs/$1.log") >= $3)); }

# Away for longer than the group would wait for a silent member (10 s). Another one gives up; in a database of its own, so that it does not
# applies what is counted here.
outage=${OUTAGE_SECONDS:-12}
new_reader
start impatient "${consumer[@]}" --database-timeout 3
wait_until 30 progressed 0
begin --batch-size 5
hold_up
wait_until 10 is_held_up
before=$(progress)
stack_stop_postgres fast
stopped_at=$SECONDS
await holder 10
wait_until 30 logged consumer "$away"
resident=$(memory)
await impatient 30
is 'away for longer than --database-timeout: status 69, one line' "$status $(grep -c 'giving up' "$logs/impatient.log")" '69 1'
between 'it went in the middle of the work' "$before" 1 $((events - 1))
long_enough() { ((SECONDS - stopped_at >= outage)); }
wait_until $((outage + 10)) long_enough
ok "away for $outage s: the consumer waits" alive consumer
is '… and says so once' "$(grep -c "$away" "$logs/consumer.log")" 1
between '… without growing (kB)' "$(($(memory) - resident))" -100000 8192
succeed up scripts/up
returned=$(date +%s%N)
wait_until 30 logged consumer 'the database is back'
between '… and carries on within 5 s of its return' "$(seconds_to_return "$returned")" 0 4
carries_on "away for $outage s"
verify_ok "away for $outage s: verify"

# Ten times in a row, each time as soon as it works again, and always in the middle of the work.
new_case 6
slow_database 200
start producer "${producer[@]}" --rate 900
wait_until 30 logged producer 'sending in event-time order'
start consumer "${consumer[@]}" --batch-size 50
wait_until 30 progressed 0
for ((i = 1; i <= 10; i++)); do
    stack_stop_postgres fast
    wait_until 30 logged_times consumer "$away" "$i"
    succeed up scripts/up
    wait_until 30 logged_times consumer 'the database is back' "$i"
done
ok 'restarted ten times: in the middle of the work' in_the_middle consumer
quick_database
is 'restarted ten times: the producer takes no notice' "$(logs_with 'WARN\|ERROR' producer)" 0
await producer 60
carries_on 'restarted ten times'
verify_ok 'restarted ten times: verify'
new_topic 6
produce

# Its session is ended again and again.
begin --batch-size 5
kills=0
while ! applied_all && ((kills < 30)); do
    kills=$((kills + $(query "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                               WHERE application_name = 'order-consumer' AND datname = current_database()")))
done
between 'pg_terminate_backend: several times' "$kills" 2 1000
carries_on 'pg_terminate_backend'

plan
