#!/usr/bin/env bash
# The results of a replay: the counts of the CSV. A second replay gives only duplicates; after an offset reset, only redeliveries.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

payload_fields() { # of all events in the topic
    kcat -b "$KAFKA_BROKERS" -t "$topic" -C -e -q -o beginning | jq -r '.payload | keys[]' | sort -u | tr '\n' ' '
}

use_orders 5000
events=$(expected_events)
new_case 6

produce
consume
is 'a replay comes to the counts of the CSV' "$(totals)" "$(expected_counts)"
is 'all of it is applied' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
is 'committed offsets are where the database is' "$(committed)" "$(applied_positions)"
is 'the events carry what the files know' "$(payload_fields)" \
    'city customer customerUniqueId estimatedDeliveryAt region sellers '
verify_ok 'verify'
first=$(digest)

produce
consume
is 'a second replay: duplicates and nothing else' "$(counters)" "applied=$events duplicate=$events redelivered=0 quarantined=0"
is 'and the same counts' "$(totals)" "$(expected_counts)"
is 'and the same results' "$(digest)" "$first"

set_back 321
is 'offsets are set back' "$(committed)" "$(applied_positions | awk '{ print $1, $2 - 321 }')"
consume
back=$((6 * 321))
is 'what was set back is redelivered and nothing else' "$(counters)" \
    "applied=$events duplicate=$events redelivered=$back quarantined=0"
is 'the log of the consumer says the same' "$(sed -n 's/.*summary: total *//p' "$logs/consumer-$runs.log")" \
    "received=$back applied=0 duplicate=0 redelivered=$back quarantined=0"
is 'and the same results' "$(digest)" "$first"
is 'offsets are where they were' "$(committed)" "$(applied_positions)"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

new_case 6
orders_alone
produce
consume
is 'the orders file alone comes to the same counts' "$(totals)" "$(expected_counts)"
is 'and its events carry nothing of the other files' "$(payload_fields)" 'customer estimatedDeliveryAt '
verify_ok 'verify'

plan
