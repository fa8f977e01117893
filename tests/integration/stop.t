#!/usr/bin/env bash
# How a consumer ends: by a signal in the middle, at the end, without partitions, and when it cannot work at all.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

RANDOM=${SEED:-20171005}
use_orders 5000
events=$(expected_events)
new_topic 6
produce

# The session timeout is longer than any wait here: a consumer that does not leave the group delays the next one for too long.
for signal in TERM INT; do
    new_reader
    slow_database 10
    start stopped "${consumer[@]}" --batch-size 100 -X session.timeout.ms=120000
    wait_until 30 progressed $((RANDOM * (events / 3) / 32768))
    ok "SIG$signal comes in the middle" in_the_middle stopped
    end stopped "$signal" 10
    is "SIG$signal: it ends in good order, soon" "$status" 0
    ok "SIG$signal: work is left" not applied_all
    is "SIG$signal: what was applied is committed" "$(committed)" "$(applied_positions)"
    consume
    is "SIG$signal: the next one goes on at that very place" "$(counters)" \
        "applied=$events duplicate=0 redelivered=0 quarantined=0"
    verify_ok "SIG$signal: verify"
done

consume
is 'at the end there is nothing to do' "$(sed -n 's/.*summary: total *//p' "$logs/consumer-$runs.log")" \
    'received=0 applied=0 duplicate=0 redelivered=0 quarantined=0'

# A member that owns nothing ends as well. Held up, none ends before all have joined.
new_case 1
produce
hold_up
for name in one two three; do start "$name" "${consumer[@]}" --exit-at-end -X heartbeat.interval.ms=200; done
two_too_many() { (($(logs_with 'assigned 0 partitions' one two three) >= 2)); }
wait_until 60 two_too_many
let_go
for name in one two three; do
    await "$name" 60
    is "two members too many: $name ends in good order" "$status" 0
done
like 'two members too many: all is applied' "$(counters)" "applied=$events duplicate=0 redelivered=* quarantined=0"
ok 'two members too many: the invariants hold' invariants_hold

# --- transactions that are quicker than the group's coordinator: offsets must not stand in line, or they are lost at the end

new_case 6
produce
start small "${consumer[@]}" --batch-size 1
wait_until 60 progressed 2000
end small TERM 10
is 'transactions of one record: it ends in good order' "$status" 0
is '... without a word of warning' "$(grep -c ' WARN ' "$logs/small.log" || true)" 0
consume
is '... and all that was applied was committed' "$(sum redelivered)" 0

# --- where it cannot work

refused() { # refused NAME STATUS PATTERN COMMAND…
    run refused "${@:4}"
    like "$1" "$status $(cat -- "$logs/refused.log" "$logs/refused.out")" "$2 *$3*"
}

refused 'help' 0 'usage: order-consumer' "$CONSUMER" -h
refused 'an unknown option' 64 'try --help' "$CONSUMER" --nonsense
refused 'a bad value' 64 'batch-size' "$CONSUMER" --batch-size=0
refused 'an argument too many' 64 'too many' "$CONSUMER" orders.csv
refused 'a property that the guarantees rest on' 78 'enable.auto.commit' "$CONSUMER" -X enable.auto.commit=true
refused 'no such topic' 69 "there is no topic check-nowhere" "$CONSUMER" --topic check-nowhere --group "$group"
refused 'no database for too long' 69 'giving up' env PGPORT=1 "${consumer[@]}" --database-timeout 1
PGDATABASE=check_none_$$ refused 'no such database' 78 'Create the database' "${consumer[@]}"
createdb "check_empty_$$"
PGDATABASE=check_empty_$$ refused 'no schema' 78 scripts/migrate "${consumer[@]}"

start waiting "$CONSUMER" --brokers 127.0.0.1:1
wait_until 30 logged waiting 'no answer from Kafka'
end waiting TERM 10
is 'without a broker it waits, and ends when told' "$status" 0

plan
