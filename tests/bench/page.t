#!/usr/bin/env bash
# shellcheck source-path=SCRIPTDIR/../integration
# The page of order-monitor under load: a replay at RATE events a second, three consumers, and a browser that shows it.
#
#     make integration TESTS=tests/bench/page.t MINUTES=15 RATE=20000
#
# Prints, each half minute, how long the page took between two frames, and what the monitor's memory is. Only the memory and the
# results are asserted: how long a frame takes depends on the machine, whose processors draw the page, too.
. "$(dirname -- "${BASH_SOURCE[0]}")/../integration/own_stack.sh"

minutes=${MINUTES:-1} rate=${RATE:-20000} limit_kb=$((80 * 1024))
use_orders 250000
new_case 6
start_monitor monitor
. "$(dirname -- "${BASH_SOURCE[0]}")/../integration/browser.sh"

# The first replay has new events, the others duplicates.
again() { while [[ -e $logs/goes-on ]]; do "${producer[@]}" --rate "$rate" || return; done; }
stop_again() {
    rm -- "$logs/goes-on"
    pkill -TERM -P "${pid[replays]}"
    await replays 20
}

touch "$logs/goes-on"
for consumer_name in first second third; do start "$consumer_name" "${consumer[@]}"; done
start replays again
browse size 1280 1180 >/dev/null
browse open "$url" >/dev/null
ok 'the page shows the replay' wait_until 60 heads 'All is well'

memory_kb() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/${pid[monitor]}/status"; }
largest_kb=0 ends_at=$((SECONDS + minutes * 60)) longest=0
before=$(sum received) since=$SECONDS
while ((SECONDS < ends_at)); do
    frames=$(browse frames 30)
    kb=$(memory_kb)
    ((kb <= largest_kb)) || largest_kb=$kb
    frame=$(jq .longest <<<"$frames")
    ((frame <= longest)) || longest=$frame
    diag "$frames, monitor $kb KiB, received $(sum received)"
done
diag "$((($(sum received) - before) / (SECONDS - since))) events/s applied or known, longest frame $longest ms, monitor at most $largest_kb KiB"
between 'the memory of the monitor, in KiB, is less than 80 MB' "$largest_kb" 1000 "$limit_kb"
is 'the browser reports no error' "$(browse errors)" '[]'
is 'nothing is wider than its place' "$(browse overflows)" '[]'
stop_again
plan
