#!/usr/bin/env bash
# External causes that end order-producer: signals, a closed pipe, a closed terminal, a full disk. The exit status names each cause, and
# no acknowledged record is lost: the next run sends the rest.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 2000
events=$(expected_events)

piped() { # piped NAME COMMAND…: into a reader that goes after one line; sets status
    status=0
    { timeout --kill-after=10 60 "${@:2}" 2>"$logs/$1.log" || echo "$?" >"$logs/$1.status"; } | head -n 1 >"$logs/$1.out"
    status=$(cat -- "$logs/$1.status" 2>/dev/null || echo 0)
}

full() { # full NAME COMMAND…: standard output is a full disk; sets status
    status=0
    timeout --kill-after=10 60 "${@:2}" >/dev/full 2>"$logs/$1.log" || status=$?
}

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

# --- order-producer: each time a new topic, stopped in the middle; what it said is acknowledged is there

in_topic() { kcat -b "$KAFKA_BROKERS" -C -t "$topic" -e -q -f '%p %o\n' | sort; }
printed() { sed -n 's/.* partition=\([0-9]*\) offset=\([0-9]*\).*/\1 \2/p' "$logs/$1.out" | sort; }
none_lost() { # none_lost NAME LOG: of what it printed; then the replay is run again, and all is there
    in_topic >"$logs/topic"
    printed "$2" >"$logs/printed"
    is "$1: what it printed as acknowledged is in the topic" "($(comm -13 "$logs/topic" "$logs/printed" | head -n 3))" '()'
    between "$1: it was in the middle" "$(wc -l <"$logs/topic")" 1 $((events - 1))
    new_reader
    produce
    consume
    is "$1: the next replay brings the rest" "$(sum applied)" "$events"
    ok "$1: the invariants hold" invariants_hold
}
prints() { (($(wc -l <"$logs/$1.out") > 20)); } # prints NAME: it has printed some

for signal in INT TERM HUP; do
    new_topic 6
    start producer "${producer[@]}" --log-events --rate 3000
    wait_until 30 prints producer
    end producer "$signal" 10
    is "producer, SIG$signal: status, and one line says it" "$status $(grep -c 'stopped before the end' "$logs/producer.log")" '75 1'
    none_lost "producer, SIG$signal" producer
done

new_topic 6
start producer nohup "${producer[@]}" --log-events --rate 3000
wait_until 30 prints producer
send producer HUP
await producer 60
is 'producer, SIGHUP under nohup: it goes on to the end' "$status $(printed producer | wc -l)" "0 $events"

# The broker is stopped: the first Ctrl-C waits a few seconds for its answer, the second does not.
new_topic 6
start producer "${producer[@]}" --log-events --rate 3000
wait_until 30 prints producer
kafka=$(stack_pid kafka)
clean_up() { kill -CONT "$kafka"; } # others need it
kill -STOP "$kafka"
printed_before=
stands_still() { [[ $(printed producer | wc -l) == "$printed_before" ]] || { printed_before=$(printed producer | wc -l); false; }; }
wait_until 10 stands_still # so what was sent last has no answer
send producer INT
gave_first_int() { ((!(0x$(awk '/^SigCgt/ { print $2 }' "/proc/${pid[producer]}/status") & 2))); }
wait_until 10 gave_first_int
ok 'producer, one Ctrl-C: waits for the broker' alive producer
send producer INT
wait_until 3 dead producer || true
kill -CONT "$kafka"
await producer 10
is 'producer, second Ctrl-C: ends at once' "$status" 130
none_lost 'producer, second Ctrl-C' producer

new_topic 6
piped pipe "${producer[@]}" --log-events --rate 3000
is 'producer, into head: status, and one line says it' "$status $(grep -c 'standard output cannot be written' "$logs/pipe.log")" '74 1'
none_lost 'producer, into head' pipe
new_topic 6
full full "${producer[@]}" --log-events --rate 3000
is 'producer, standard output full: status, and one line says it' "$status $(grep -c 'standard output cannot be written' "$logs/full.log")" '74 1'
: >"$logs/full.out"
none_lost 'producer, standard output full' full
full dry "$PRODUCER" --dry-run --log-events "$orders"
is 'producer, dry run on a full disk: status' "$status" 74
for program in "$PRODUCER" "$CONSUMER"; do
    full help "$program" --help
    is "${program##*/} --help on a full disk: status" "$status" 74
    like "${program##*/} --help on a full disk: says so" "$(cat -- "$logs/help.log")" '*standard output*'
done

new_topic 6
in_terminal terminal "${producer[@]}" --log-events --rate 1000
showed_some() { (($(grep -c eventType= "$logs/terminal.typescript") > 20)); }
wait_until 30 showed_some
close_terminal terminal
# The signal comes by way of the shell: the output may have failed before.
like 'producer, terminal closed: status' "$status" '7[45]'
sed 's/\r$//' "$logs/terminal.typescript" >"$logs/terminal.out"
none_lost 'producer, terminal closed' terminal

plan
