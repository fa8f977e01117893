#!/usr/bin/env bash
# A topic that was deleted and made again, while no consumer ran: its offsets start again, the results do not.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)

logs_of() { # APPLIED/DUPLICATE/REDELIVERED of each log
    query "SELECT string_agg(format('log %s: applied=%s duplicate=%s redelivered=%s', log, applied, duplicate, redelivered), '; ' ORDER BY log)
             FROM (SELECT log, sum(applied) AS applied, sum(duplicate) AS duplicate, sum(redelivered) AS redelivered
                     FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic') GROUP BY log) l"
}

# The new log is as long as the old one, then shorter, then longer.
for until in 9999-01-01 2017-06-01; do
    new_case 6
    produce
    consume
    first=$(digest)
    delete_topic
    produce --to "$until"
    size=$(log_size)
    between "new log to $until: it has records" "$size" 100 "$events"
    consume
    ! ((size < events)) || ok "new log to $until: it is told that the log ends before what was read" \
        logged "consumer-$runs" ' WARN  source: the partition ends before what was read of it, at offset [0-9]*: it was made anew'
    is "new log to $until: all of it are duplicates" "$(logs_of)" \
        "log 1: applied=$events duplicate=0 redelivered=0; log 2: applied=0 duplicate=$size redelivered=0"
    is "new log to $until: the newest is told" \
        "$(query 'SELECT DISTINCT log FROM orders.pipeline_status WHERE newest')" 2
    is "new log to $until: the same digest" "$(digest)" "$first"
    ok "new log to $until: the invariants hold" invariants_hold
    verify_ok "new log to $until: verify"
done

new_case 6
produce --to 2017-06-01
size=$(log_size)
consume
delete_topic
produce
consume
is 'a longer new log: what is new in it is applied' "$(logs_of)" \
    "log 1: applied=$size duplicate=0 redelivered=0; log 2: applied=$((events - size)) duplicate=$size redelivered=0"
is 'a longer new log: the same digest' "$(digest)" "$first"
ok 'a longer new log: the invariants hold' invariants_hold
verify_ok 'a longer new log: verify'

plan
