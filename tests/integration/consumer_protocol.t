#!/usr/bin/env bash
# -X group.protocol=consumer (KIP-848), where the group gives and takes single partitions: with a newer librdkafka than Debian's, which
# scripts/setup check has unpacked. An older one is refused in words.
# shellcheck disable=SC2154 # lib.sh sets topic, consumer …
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

newer=(env "LD_PRELOAD=$PWD/.deps/librdkafka.so.1")
protocol=(-X group.protocol=consumer)
use_orders 1000
events=$(expected_events)
new_case 6

[[ $(kcat -V) =~ librdkafka\ ([0-9.]+) ]]
if [[ $(printf '%s\n' "${BASH_REMATCH[1]}" 2.10 | sort -V | head -n 1) != 2.10 ]]; then
    run old "${consumer[@]}" "${protocol[@]}"
    is "librdkafka ${BASH_REMATCH[1]} is refused" "$status $(grep -c ' ERROR .*group.protocol=consumer needs librdkafka 2.10 or later' "$logs/old.log")" '78 1'
fi

produce
succeed alone "${newer[@]}" "${consumer[@]}" "${protocol[@]}" --exit-at-end
is 'a member alone' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"

start_monitor monitor
unknown() { [[ $(fetch /api/status | jq -r .kafka.groupState) == Unknown ]]; }
ok '… whom the monitor says that it does not see' wait_until 20 unknown
end monitor TERM 10

# Members come and go in the middle of the work.
slow_database 100
quick=(--batch-size 50 --batch-wait 0)
produce
start first "${newer[@]}" "${consumer[@]}" "${protocol[@]}" "${quick[@]}" --verbose
wait_until 30 progressed "$events"
start second "${newer[@]}" "${consumer[@]}" "${protocol[@]}" "${quick[@]}" --verbose
wait_until 30 logged first ' partitions revoked '
wait_until 30 logged second ': assigned '
ok 'another one joins in the middle of the work' in_the_middle first
between '... and only some of the partitions change hands' "$(sed -n 's/.* source: \([0-9]*\) partitions revoked .*/\1/p' "$logs/first.log" | head -n 1)" 1 5
quick_database
end first TERM 30
is 'one leaves, in good order' "$status" 0
wait_until 30 applied_all
end second TERM 30
is '... the other has the rest' "$status $(sum 'applied + duplicate')" "0 $((2 * events))"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'
plan
