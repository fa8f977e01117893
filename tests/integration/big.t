#!/usr/bin/env bash
# Many orders in little memory: 100,000, or a million with BIG=1.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

count=100000
[[ ${BIG-} != 1 ]] || count=1000000
limit=100000 # kB: the promise is 100 MB

run_to_end() { # run_to_end NAME COMMAND…: sets peak, the most memory that it ever had, in kB, and seconds
    local now began=$EPOCHREALTIME
    start "$@"
    peak=0
    while alive "$1"; do
        now=$(sed -n 's/^VmHWM:[[:space:]]*\([0-9]*\) kB/\1/p' "/proc/${pid[$1]}/status" 2>/dev/null) || true
        peak=${now:-$peak}
        sleep 0.05
    done
    await "$1" 1
    seconds=$(awk -v from="$began" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.1f", to - from }')
    is "$1: it ends in good order" "$status" 0
    # A sanitizer's own memory is several times the program's.
    if grep -q -e __asan_init -e __tsan_init -e __ubsan_handle "$2"; then
        ok "$1: under a sanitizer, memory is not looked at # SKIP" true
    else
        between "$1: memory" "$peak" 1 "$limit"
    fi
    printf '# %s: %s orders, %s events, %s s, at most %s kB\n' "$1" "$count" "$events" "$seconds" "$peak"
}

use_orders "$count"
events=$(expected_events)
orders_alone
new_case 6
run_to_end producer "${producer[@]}" --order=file
run_to_end consumer "${consumer[@]}" --exit-at-end
is 'all of it is applied' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
verify_ok 'verify'

plan
