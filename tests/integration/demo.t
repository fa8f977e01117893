#!/usr/bin/env bash
# demo.t - scripts/demo works as documented, with any data, and leaves nothing behind.
#
#     VAR=folder BUILD=build prove tests/integration/demo.t     # the stack in VAR is started where it does not run
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit
[[ ${VAR-} ]] || { echo 'Bail out! VAR must name the stack to test on'; exit 1; }
export VAR ORDER_BUILD=${BUILD:-build}

scratch=$(mktemp -d "${TMPDIR:-/tmp}/demo test.XXXXXX") # with a space, which must not matter
session=
finish() {
    [[ -z $session ]] || pkill -KILL -s "$session"
    rm -rf -- "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

tests=0
result() { # result STATUS NAME; shows the end of $output where it failed
    tests=$((tests + 1))
    if (($1 == 0)); then
        printf 'ok %d - %s\n' "$tests" "$2"
    else
        printf 'not ok %d - %s\n' "$tests" "$2"
        tail -n 40 -- "$output" | sed 's/^/# /'
    fi
}
is() { # is NAME FOUND EXPECTED
    [[ $2 == "$3" ]] || printf 'found:    %s\nexpected: %s\n' "$2" "$3" >>"$output"
    [[ $2 == "$3" ]]
    result $? "$1"
}
says() { # says NAME PATTERN: a line of the output matches
    grep -qE -e "$2" -- "$output" || printf 'no line matches: %s\n' "$2" >>"$output"
    grep -qE -e "$2" -- <(grep -v '^no line matches: ' "$output")
    result $? "$1"
}
demo() { # demo NAME ARGUMENT…: sets output, status
    output="$scratch/$1.out"
    scripts/demo "${@:2}" >"$output" 2>&1 </dev/null
    status=$?
}
wait_for() { # wait_for SECONDS COMMAND…
    local deadline=$((SECONDS + $1))
    until "${@:2}"; do
        ((SECONDS < deadline)) || return
        sleep 0.1
    done
}

# events FOLDER: how many of each type its orders file makes, by other means than the programs'. No field has a comma.
events() {
    awk -F, 'NR > 1 { gsub(/"/, ""); placed++; approved += $5 != ""; handed += $6 != ""; delivered += $7 != ""
                      late += $7 != "" && $7 > $8 }
             END { print placed, approved, handed, delivered, late }' "$1/olist_orders_dataset.csv"
}
shown_totals() { # those that psql showed
    awk -F'|' '/event_type +\| events/ { wanted = 5; next }
               wanted && $2 ~ /[0-9]/ { printf "%s%d", (wanted < 5 ? " " : ""), $2; wanted-- }' "$output"
}
late_shares() { # late_shares FOLDER: the largest percentages of late orders in a region, from the files
    awk -F, '{ gsub(/"/, "") } FNR == 1 { next } NR == FNR { region[$1] = $5; next }
             { placed[region[$2]]++; late[region[$2]] += $7 != "" && $7 > $8 }
             END { for (name in placed) printf "%.1f\n", 100 * late[name] / placed[name] }' \
        "$1/olist_customers_dataset.csv" "$1/olist_orders_dataset.csv" | sort -rn | head -n 3
}
shown_late_shares() { awk -F'|' '/late_percent/ { inside = 1; next } !NF { inside = 0 } inside && NF == 4 { gsub(/ /, ""); print $4 }' "$output"; }
digests() { sed -n 's/^ *digest \(after step 2\|now\)  *//p' "$output"; }

complete() { # complete NAME FOLDER: what each complete run must have said
    is "$1: exit status 0" "$status" 0
    is "$1: the totals are the file's" "$(shown_totals)" "$(events "$2")"
    says "$1: the kill landed in the middle" '^ *killed: [1-9][0-9,]* records of the second replay were received, [1-9][0-9,]* were not$'
    says "$1: set-back offsets show as redelivered" 'redelivered grew by exactly [1-9][0-9]*, duplicate by none'
    is "$1: two digests, equal" "$(digests | sort | uniq -c | awk '{ print $1 }')" 2
    says "$1: verified" '^ *verified: all [0-9]+ checks passed$'
}

# --- complete runs

sample=tests/data/sample
demo first "$sample"
complete 'the sample' "$sample"
is 'the sample: the regions with the largest share of late orders come first' "$(shown_late_shares)" "$(late_shares "$sample")"
first=$(digests)

demo again # without a folder: the sample too
complete 'the sample again' "$sample"
is 'the same results' "$(digests)" "$first"

sed -n '/What to try next/,$ s/^    //p' "$output" | grep -v '^make ' >"$scratch/next.sh"
suggested=$(wc -l <"$scratch/next.sh")
output=$scratch/next.out
bash -euo pipefail "$scratch/next.sh" >"$output" 2>&1 </dev/null
result $? "what it suggests to try next works as it stands ($suggested commands)"
is 'there are suggestions' $((suggested >= 6)) 1
says '... and applies nothing twice' '^verified: all [0-9]+ checks passed$'

mkdir "$scratch/orders only"
head -n 301 "$sample/olist_orders_dataset.csv" >"$scratch/orders only/olist_orders_dataset.csv"
demo 'orders only' "$scratch/orders only"
complete 'only an orders file, below a path with a space' "$scratch/orders only"

# Another life cycle, with orders that are generated for it.
ORDER_STACK_LIFECYCLE=delivery-center demo 'delivery-center'
is 'delivery-center: exit status 0' "$status" 0
says 'delivery-center: the kill landed in the middle' '^ *killed: [1-9][0-9,]* records of the second replay were received, [1-9][0-9,]* were not$'
is 'delivery-center: two digests, equal' "$(digests | sort | uniq -c | awk '{ print $1 }')" 2
says 'delivery-center: its own events' '^ *expects 2,000 ORDER_CREATED$'
says 'delivery-center: verified' '^ *verified: all [0-9]+ checks passed$'

# --- refusals

demo none "$scratch"
is 'a folder without an orders file: exit status 66' "$status" 66
says '... and a message that names it' "cannot read $scratch/olist_orders_dataset\.csv"
demo usage "$sample" "$sample"
is 'two arguments: exit status 64' "$status" 64
ORDER_STACK_LIFECYCLE=nothing demo nothing
is 'a lifecycle that is not there: exit status 66' "$status" 66
cp lifecycles/olist.csv "$scratch/mine.csv"
ORDER_STACK_LIFECYCLE=$scratch/mine.csv demo mine
is 'a lifecycle of one'\''s own without orders: exit status 66' "$status" 66
says '... and a message that says what is missing' 'which orders\? Name a folder'

# A consumer that begins by losing an applied event. (The demo kills it: it must not be this script's child.)
mkdir "$scratch/lossy"
for program in order-producer order-monitor; do # the monitor: without it the stack's env would lack its address
    ln -s "$(realpath "$ORDER_BUILD")/$program" "$scratch/lossy/$program"
done
cat >"$scratch/lossy/order-consumer" <<END
#!/usr/bin/env bash
psql -qc 'DELETE FROM orders.processed_events WHERE event_id = (SELECT min(event_id::text)::uuid FROM orders.processed_events)'
exec "$(realpath "$ORDER_BUILD")/order-consumer" "\$@"
END
chmod +x "$scratch/lossy/order-consumer"
ORDER_BUILD="$scratch/lossy" demo lossy "$scratch/orders only"
is 'an event that is lost: exit status 1' "$status" 1
says '... and it is called a mismatch' '^MISMATCH: '

# --- interrupted while programs work for the second replay, at the terminal and by a signal to the script alone

interrupt() { # interrupt NAME TARGET: the script, or with - its process group
    output="$scratch/$1.out"
    # A session of its own, in which nothing but the demo and its programs can be found. Not ignoring SIGINT, as scripts do
    # that a script starts in the background.
    setsid env --default-signal=INT scripts/demo "$sample" >"$output" 2>&1 </dev/null &
    session=$!
    wait_for 120 replays_again_or_ended
    replays_again
    result $? "$1: programs were at work"
    kill -INT -- "$2$session" 2>/dev/null
    wait "$session"
    is "$1: exit status 130" $? 130
    is "$1: nothing of its own is left running" "$(pgrep -a -s "$session")" ''
    session=
}
replays_again() { grep -q '^3  Replay everything again' "$output" && pgrep -s "$session" -x 'order-(producer|consumer)' >/dev/null; } # for seconds
replays_again_or_ended() { replays_again || ! kill -0 "$session" 2>/dev/null; }

interrupt 'Ctrl-C' -
interrupt 'SIGINT to the script' ''

echo "1..$tests"
