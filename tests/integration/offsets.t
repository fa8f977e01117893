#!/usr/bin/env bash
# Offsets without a record: the markers of transactions, and records that were deleted before they were read. --exit-at-end
# ends nevertheless, reports what it waits for, and reports a different payload at once.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 200
events=$(expected_events)
status_of_offsets() { query "SELECT format('lag=%s complete=%s absent=%s deleted=%s', sum(lag), bool_and(complete), sum(absent), sum(deleted)) FROM orders.pipeline_status"; }

# --- transactions: a record and a marker each

new_case 1
produce
values | tail -n 3 >"$logs/values"
send_again() { # send_again TRANSACTION: three events that are known, and the marker
    jq -r '"\(.orderId)|\(tojson)"' "$logs/values" | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '|' -X transactional.id="$1" >"$logs/kcat.out" 2>&1
}
wait_until 30 send_again "$topic"
consume
is 'a transaction: its marker is absent' "$(status_of_offsets)" 'lag=0 complete=t absent=1 deleted=0'
ok '… which is logged' logged "consumer-$runs" ' WARN  applier: 1 offsets hold no record'
ok '… and summed up' logged "consumer-$runs" ' INFO  summary: offsets without a record: absent=1 deleted=0'
is '… the records are known' "$(counters)" "applied=$events duplicate=3 redelivered=0 quarantined=0"
verify_ok '… verify'

# --- records that nobody can read any more

new_case 1
produce --to 2017-09-01
consume
read=$(log_size)
produce --from 2017-09-01
size=$(log_size)
between 'there are records to delete' "$size" $((read + 1)) "$events"
delete_records 0 "$size"
consume
is 'all that was not read was deleted: it is counted' "$(status_of_offsets)" "lag=0 complete=f absent=0 deleted=$((size - read))"
ok '… and told' logged "consumer-$runs" " WARN  source: $((size - read)) records were deleted before they were read, offsets $read to $((size - 1))"

# --- a payload that differs

new_case 1
produce
consume
values >"$logs/values"
head -n 1 -- "$logs/values" | jq -r '.payload.city = "elsewhere" | "\(.orderId)|\(tojson)"' | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '|'
consume
ok 'the first conflict is logged' logged "consumer-$runs" ' WARN  applier: 1 known events arrived with a different payload'

# --- a member that holds partitions, and does nothing

new_case 6
produce --to 1970-01-02 # makes the topic
start idle "${consumer[@]}" -X session.timeout.ms=30000
wait_until 30 logged idle 'assigned 6 partitions'
send idle STOP
produce
start waiting "${consumer[@]}" --exit-at-end
wait_until 30 logged waiting ' INFO  worker: nothing has moved for 5 s; waiting for partition [0-9]: counted up to offset 0 of [0-9]*, log 1; another member may own it'
ok 'it waits' alive waiting
send idle CONT
await waiting 90
is '… and ends when the group has applied all' "$status $(sum applied)" "0 $events"
end idle TERM 10

plan
