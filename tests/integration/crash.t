#!/usr/bin/env bash
# A consumer that dies between the transaction and the offset commit, or before the transaction. The failpoints of a test build
# kill it exactly there.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)
half=2017-11-01
consumer_that_dies() { # consumer_that_dies NAME FAILPOINT [OPTION…]
    start "$1" env FAILPOINT="$2" "$FAILPOINT_CONSUMER" --topic "$topic" --group "$group" --exit-at-end \
        -X session.timeout.ms=6000 "${@:3}"
    await "$1" 60
    is "the consumer is killed where '$2'" "$status" 137
}

# Half is applied and committed in good order, so that of the batch that is cut off all else is certain.
cut_off() { # cut_off FAILPOINT: sets before and after, what was received
    new_case 6
    produce --to "$half"
    consume
    before=$(sum received)
    produce --from "$half"
    consumer_that_dies "died-$case" "$1"
    after=$(sum received)
}

cut_off 'applied, offsets not committed'
between 'one batch of the second half was applied' $((after - before)) 1 5000
is 'and nothing of it committed' "$(committed | awk '{ n += $2 } END { print n }')" "$before"
consume
is 'exactly that batch is redelivered' "$(counters)" \
    "applied=$events duplicate=0 redelivered=$((after - before)) quarantined=0"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

cut_off 'batch not sent'
is 'nothing of the second half was applied' "$after" "$before"
is 'and nothing of it committed' "$(committed | awk '{ n += $2 } END { print n }')" "$before"
consume
is 'nothing is redelivered, nothing is lost' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

# Offsets are committed without waiting, so the kill may overtake a commit: what is redelivered is what was not committed.
for failpoint in 'applied, offsets not committed#7' 'batch not sent#7'; do
    new_case 6
    produce
    consumer_that_dies "died-$case" "$failpoint" --batch-size 500
    applied=$(progress) committed=$(committed | awk '{ n += $2 } END { print n + 0 }')
    between 'some batches were applied' "$applied" 1 $((7 * 500))
    between 'the offsets are not ahead of the database' "$committed" 0 "$applied"
    consume
    is 'what was not committed is redelivered' "$(counters)" \
        "applied=$events duplicate=0 redelivered=$((applied - committed)) quarantined=0"
    ok 'the invariants hold' invariants_hold
    verify_ok 'verify'
done

# Nothing is committed before it is applied: seen while the database holds the first batch up.
new_case 6
produce
hold_up
start held_up "${consumer[@]}"
wait_until 30 is_held_up
sleep 1 # what must not happen gets time to
is 'no offset is committed before its batch is applied' "none $(committed)" 'none '
let_go
wait_until 30 applied_all
end held_up TERM 10
is 'it goes on by itself' "$status $(counters)" "0 applied=$events duplicate=0 redelivered=0 quarantined=0"
verify_ok 'verify'

plan
