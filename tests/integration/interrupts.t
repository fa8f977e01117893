#!/usr/bin/env bash
# External causes that end order-consumer: signals, a closed pipe, a closed terminal, a full disk. The exit status names each cause, and
# nothing is lost: the next run applies the rest.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 2000
events=$(expected_events)

# --- order-consumer: each time a new group and database, stopped in the middle, then another one goes on

new_topic 6
produce

whole() { # whole NAME: the next consumer brings the rest, and every event was applied once
    consume
    like "$1: nothing is lost" "$(counters)" "applied=$events duplicate=0 * quarantined=0"
    ok "$1: the invariants hold" invariants_hold
}

# In the middle of its work: so many batches that it is far from the end.
slow=(--batch-size 20)
for signal in INT TERM HUP; do
    new_reader
    slow_database 10
    start consumer "${consumer[@]}" "${slow[@]}"
    wait_until 30 progressed 0
    ok "consumer, SIG$signal: comes in the middle" in_the_middle consumer
    end consumer "$signal" 10
    is "consumer, SIG$signal: status" "$status" 0
    is "consumer, SIG$signal: what was applied is committed" "$(committed)" "$(applied_positions)"
    whole "consumer, SIG$signal"
done

new_reader
start consumer nohup "${consumer[@]}" "${slow[@]}"
wait_until 30 progressed 0
send consumer HUP
wait_until 30 applied_all
ok 'consumer, SIGHUP under nohup: it goes on' alive consumer
end consumer TERM 10

# Its first statement takes long: the first Ctrl-C waits for it, the second does not.
new_reader
hold_up
start consumer "${consumer[@]}"
wait_until 30 is_held_up
send consumer INT
caught_int() { ((!(0x$(awk '/^SigCgt/ { print $2 }' "/proc/${pid[consumer]}/status") & 2))); }
wait_until 10 caught_int
ok 'consumer, one Ctrl-C: waits for its statement' alive consumer
end consumer INT 4
is 'consumer, second Ctrl-C: ends at once' "$status" 130
let_go
whole 'consumer, second Ctrl-C'

piped() { # piped NAME COMMAND…: into a reader that goes after one line; sets status
    status=0
    { timeout --kill-after=10 60 "${@:2}" 2>"$logs/$1.log" || echo "$?" >"$logs/$1.status"; } | head -n 1 >"$logs/$1.out"
    status=$(cat -- "$logs/$1.status" 2>/dev/null || echo 0)
}
new_reader
piped pipe "${consumer[@]}" "${slow[@]}" --log-events
is 'consumer, into head: status, and one line says it' "$status $(grep -c 'standard output cannot be written' "$logs/pipe.log")" '70 1'
like 'consumer, into head: what head got' "$(cat -- "$logs/pipe.out")" 'applied *eventType=*'
whole 'consumer, into head'

full() { # full NAME COMMAND…: standard output is a full disk; sets status
    status=0
    timeout --kill-after=10 60 "${@:2}" >/dev/full 2>"$logs/$1.log" || status=$?
}
new_reader
full full "${consumer[@]}" "${slow[@]}" --log-events
is 'consumer, standard output full: status, and one line says it' \
    "$status $(grep -c 'standard output cannot be written' "$logs/full.log")" '70 1'
whole 'consumer, standard output full'

new_reader
run closed bash -c 'exec "$@" >&-' bash "${consumer[@]}" "${slow[@]}" --log-events
is 'consumer, standard output closed: status' "$status" 70
whole 'consumer, standard output closed'

# A terminal of its own; its owner goes, as a window is closed. The shell in it hands the signal on, as shells do.
in_terminal() { # in_terminal NAME COMMAND…
    printf '%q ' "${@:2}" >"$logs/$1.command"
    start "$1" script --quiet --flush --return --command "trap 'kill -HUP \$!' HUP; $(cat -- "$logs/$1.command") &
        wait \$!; wait \$!; echo \$? >$logs/$1.status" "$logs/$1.typescript"
}
close_terminal() { # close_terminal NAME; sets status
    send "$1" KILL
    await "$1" 10
    wait_until 15 test -s "$logs/$1.status"
    status=$(cat -- "$logs/$1.status")
}
new_reader
slow_database 10
in_terminal terminal "${consumer[@]}" "${slow[@]}"
wait_until 30 progressed 0
ok 'consumer, terminal closed: in the middle' in_the_middle terminal
close_terminal terminal
is 'consumer, terminal closed: status' "$status" 0
is 'consumer, terminal closed: what was applied is committed' "$(committed)" "$(applied_positions)"
whole 'consumer, terminal closed'

plan
