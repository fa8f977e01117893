#!/usr/bin/env bash
# A partition loses its last records, as in a power failure before they were on disk, and has other records at their offsets before
# the consumer reads again. The test has its own stack.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

use_orders 5000
events=$(expected_events)
first=2017-09-01 second=2017-12-01 # what is sent until then is kept, and what is sent until then is lost

folder() { echo "$VAR/kafka/$topic-0"; }

save_log() { # while the broker stands still, as a snapshot of the machine does
    local broker
    broker=$(stack_pid kafka)
    kill -STOP "$broker"
    rm -rf -- "$VAR/saved"
    cp -a -- "$(folder)" "$VAR/saved"
    kill -CONT "$broker"
}

cut_log() {
    stack_stop_kafka KILL
    rm -rf -- "$(folder)"
    cp -a -- "$VAR/saved" "$(folder)"
    succeed up scripts/up
}

has_all() { [[ $(query 'SELECT count(*) FROM orders.processed_events') == "$events" ]]; }

logs() { query "SELECT string_agg(format('%s:%s', log, applied), ' ' ORDER BY log) FROM orders.pipeline_status"; }

for consumers in stopped running; do
    new_case 1
    produce --to "$first"
    kept=$(log_size)
    start consumer "${consumer[@]}" -X session.timeout.ms=45000
    wait_until 60 applied_all
    save_log
    produce --from "$first" --to "$second"
    lost=$(($(log_size) - kept))
    wait_until 60 applied_all
    [[ $consumers == running ]] || end consumer TERM 10
    [[ $consumers == stopped ]] || send consumer STOP # until the records are there
    cut_log
    is "$consumers: the log is as long as it was" "$(log_size)" "$kept"
    produce --from "$second"
    between "$consumers: and has other records at the offsets that were lost" "$(log_size)" $((kept + lost + 1)) "$events"
    if [[ $consumers == running ]]; then send consumer CONT; else start consumer "${consumer[@]}"; fi
    wait_until 90 has_all
    wait_until 60 applied_all
    is "$consumers: what the database has is applied once, what is new in the log too" "$(logs)" "1:$((kept + lost)) 2:$((events - kept - lost))"
    ok "$consumers: it is said" logged consumer \
        " WARN  source: the partition holds another log than the one that was read up to offset $((kept + lost)): .*as log 2 topic="
    end consumer TERM 10
    is "$consumers: the consumer ends in good order" "$status" 0
    ok "$consumers: the invariants hold" invariants_hold
    verify_ok "$consumers: verify"
done

# The same log again after a restart of the broker is no other one.
start consumer "${consumer[@]}"
wait_until 30 logged consumer 'assigned 1 partitions'
before=$(query 'SELECT sum(received) FROM orders.pipeline_status')
stack_stop_kafka KILL
wait_until 60 logged consumer 'no broker can be reached'
succeed up scripts/up
wait_until 60 logged consumer 'a broker answers again'
produce --from 2018-08-01
wait_until 60 applied_all
end consumer TERM 10
is 'a restart of the broker: read on in the same log' "$(query 'SELECT max(log) FROM orders.pipeline_status')" 2
between '… nothing is read again but what was not committed' \
    "$(($(query 'SELECT sum(received) FROM orders.pipeline_status') - before))" 0 5000
ok '… and it is no other log' not logged consumer 'another log'

plan
