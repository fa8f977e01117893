# shellcheck shell=bash
# What the integration tests share: TAP, sample files, a topic and a database of their own, programs in the background,
# waiting. To be sourced by a test that tests/integration/run starts:
#
#     . "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
#     use_orders 5000                          # sample files: $orders, $files
#     new_case 6                               # a fresh topic of 6 partitions, group and database
#     produce                                  # in the foreground; has to succeed
#     start first "${consumer[@]}"             # in the background: ${pid[first]}, its log in $logs/first.log
#     wait_until 30 applied_all
#     end first TERM 10
#     is 'it stops in good order' "$status" 0
#     plan
#
# A command that fails outside a check fails the test and ends it (set -e, ERR). Whatever was started is ended at exit.
set -Eeuo pipefail
shopt -s inherit_errexit

: "${PRODUCER:?start this with tests/integration/run}" "${CONSUMER:?}" "${MONITOR:?}" "${GENERATE_ORDERS:?}" "${BUILD:?}"
: "${KAFKA_BROKERS:?}" "${PGHOST:?}" "${PGPORT:?}"
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. scripts/lib.sh

tests=0 failed=0 case=0 runs=0 status=
declare -A pid=()
test=$(basename -- "$0" .t)
logs=$BUILD/check-logs/$test
rm -rf -- "$logs"
mkdir -p -- "$logs"
exec 3>&2 2>>"$logs/stderr" # bash itself says there that a process was killed, which is nothing to show

trap 'broken "$?" "${BASH_SOURCE[0]##*/}:$LINENO" "$BASH_COMMAND"' ERR
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- TAP

diag() { printf '%s\n' "$*" | sed 's/^/# /' >&3; }

result() { # result STATUS NAME: of one test; what it printed is in $logs/output
    tests=$((tests + 1))
    if (($1 == 0)); then
        printf 'ok %d - %s\n' "$tests" "$2"
    else
        printf 'not ok %d - %s\n' "$tests" "$2"
        failed=$((failed + 1))
        diag "$(tail -n 30 -- "$logs/output" 2>/dev/null)"
    fi
}

ok() { # ok NAME COMMAND…: the command succeeds
    local status=0
    "${@:2}" >"$logs/output" 2>&1 || status=$?
    result "$status" "$1"
}

is() { # is NAME GOT EXPECTED; to expect nothing at all is a mistake in the test
    printf 'got:      %s\nexpected: %s\n' "$2" "$3" >"$logs/output"
    if [[ $3 && $2 == "$3" ]]; then result 0 "$1"; else result 1 "$1"; fi
}

like() { # like NAME GOT PATTERN, one of [[ == ]]
    printf 'got:      %s\nexpected: %s\n' "$2" "$3" >"$logs/output"
    # shellcheck disable=SC2053 # a pattern
    if [[ $3 && $2 == $3 ]]; then result 0 "$1"; else result 1 "$1"; fi
}

between() { # between NAME GOT LEAST MOST
    printf 'got:      %s\nexpected: %s to %s\n' "$2" "$3" "$4" >"$logs/output"
    if [[ $2 =~ ^-?[0-9]+$ ]] && (($2 >= $3 && $2 <= $4)); then result 0 "$1"; else result 1 "$1"; fi
}

plan() { printf '1..%d\n' "$tests"; }

broken() { # broken STATUS PLACE COMMAND
    if ((BASH_SUBSHELL)); then
        printf '%s: status %s from: %s\n' "$2" "$1" "$3" >&2
        return
    fi
    { tail -n 5 -- "$logs/stderr"; printf '%s: status %s from: %s\n' "$2" "$1" "$3"; } >"$logs/output"
    result 1 'the test could not go on'
    exit 1
}

finish() {
    local status=$? name
    trap - ERR EXIT
    set +e
    for name in "${!pid[@]}"; do kill -KILL "${pid[$name]}" 2>/dev/null; done
    wait
    type -t clean_up >/dev/null && clean_up
    if ((status == 0 && failed == 0)); then rm -rf -- "$logs"; else diag "the programs' logs: $logs"; fi
    exit "$status"
}

# --- waiting

wait_until() { # wait_until SECONDS COMMAND…: until it succeeds
    wait_for "$@" && return
    diag "timed out after $1 s waiting for: ${*:2}"
    return 1
}

# --- files, topics, databases

use_orders() { # use_orders COUNT: sets orders and files to sample files, made once
    local folder=$BUILD/check-data/$1 new
    if [[ ! $folder -nt $GENERATE_ORDERS ]]; then
        mkdir -p -- "$BUILD/check-data"
        rm -rf -- "$folder"
        new=$(mktemp -d -- "$folder.XXXXXX")
        "$GENERATE_ORDERS" --orders "$1" "$new" 2>"$logs/generate.log"
        mv -T -- "$new" "$folder"
    fi
    orders=$folder/olist_orders_dataset.csv
    files=(--customers "$folder/olist_customers_dataset.csv" --items "$folder/olist_order_items_dataset.csv")
    set_programs
}

orders_alone() { # without customers and items
    files=()
    set_programs
}

new_topic() { # new_topic PARTITIONS: a fresh name; the producer makes the topic
    partitions=$1
    topic=check-$test-$$-$((++case))
    set_programs
}

new_reader() { # a fresh group and a fresh database
    group=check-$test-$$-$((++case))
    new_database
    set_programs
}

new_database() {
    export PGDATABASE=check_${test}_$$_$((++case))
    createdb "$PGDATABASE"
    scripts/migrate 2>>"$logs/migrate.log"
}

new_case() { # new_case PARTITIONS
    new_topic "$1"
    new_reader
}

orders='' topic='' group=''
files=()
set_programs() {
    producer=("$PRODUCER" --topic "$topic" --create-topic="${partitions-}" "${files[@]}" "$orders")
    consumer=("$CONSUMER" --topic "$topic" --group "$group")
}

# --- programs. Their logs are $logs/NAME.log, what they print is $logs/NAME.out.

run() { # run NAME COMMAND…: in the foreground; sets status. Far longer than it needs is a failure too.
    status=0
    timeout --foreground --kill-after=10 180 "${@:2}" >"$logs/$1.out" 2>"$logs/$1.log" || status=$?
}

succeed() { # succeed NAME COMMAND…
    run "$@"
    ((status == 0)) && return
    diag "status $status from: ${*:2}" "$(tail -n 5 -- "$logs/$1.log")"
    return 1
}

produce() { succeed "producer-$((++runs))" "${producer[@]}" "$@"; }
consume() { succeed "consumer-$((++runs))" "${consumer[@]}" --exit-at-end "$@"; }

start() { # start NAME COMMAND…: in the background, as process ${pid[NAME]}
    : >"$logs/$1.log" # both now, so that nobody reads the output of an earlier one of that name
    : >"$logs/$1.out"
    "${@:2}" >"$logs/$1.out" 2>"$logs/$1.log" &
    pid[$1]=$!
}

alive() { [[ $(state "$1") == [^Z]* ]]; } # alive NAME

not() { ! "$@"; }

dead() { ! alive "$1"; }

is_stopped() { [[ $(state "$1") == T* ]]; }

state() { ps -o stat= -p "${pid[$1]}" || true; } # state NAME: as ps has it; nothing when it is gone

send() { kill -s "$2" "${pid[$1]}"; } # send NAME SIGNAL

await() { # await NAME SECONDS: until it ends by itself; sets status
    wait_until "$2" dead "$1"
    status=0
    wait "${pid[$1]}" || status=$?
    unset "pid[$1]"
}

end() { # end NAME SIGNAL SECONDS: until the signal has ended it; sets status
    send "$1" "$2"
    await "$1" "$3"
}

# --- what came of it

query() { psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

event_types=(ORDER_PLACED ORDER_APPROVED HANDED_TO_CARRIER DELIVERED LATE_DETECTED) # in the order of equal times

expected_counts() { # of the orders file, by type, as event_type_totals has them
    tr -d '"' <"$orders" | awk -F, '
        NR == 1 { next }
        { placed++ }
        $5 != "" { approved++ }
        $6 != "" { carried++ }
        $7 != "" { delivered++ }
        $7 > $8 { late++ }
        END {
            print "ORDER_PLACED|" placed "\nORDER_APPROVED|" approved "\nHANDED_TO_CARRIER|" carried
            print "DELIVERED|" delivered "\nLATE_DETECTED|" late
        }'
}

expected_events() { expected_counts | awk -F'|' '{ n += $2 } END { print n }'; }

totals() { query 'SELECT event_type, events FROM orders.event_type_totals'; }

sum() { # sum EXPRESSION over this group's partitions
    query "SELECT coalesce(sum($1), 0) FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')"
}

counters() {
    query "SELECT format('applied=%s duplicate=%s redelivered=%s quarantined=%s', sum(applied), sum(duplicate), sum(redelivered),
                         sum(quarantined))
             FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')"
}

invariants_hold() {
    [[ $(query "SELECT bool_and(complete) FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')") == t ]]
}

applied_positions() { # PARTITION OFFSET of the log that was read last
    query "SELECT kafka_partition || ' ' || next_offset FROM orders.pipeline_status
            WHERE newest AND (consumer_group, topic) = ('$group', '$topic') ORDER BY kafka_partition"
}

log_size() { # records in the topic; it must not have been cut
    local partition tries ends=
    local -a wanted=()
    for ((partition = 0; partition < partitions; partition++)); do wanted+=(-t "$topic:$partition:-1"); done
    for ((tries = 0; tries < 50; tries++)); do # of a new topic, a leader may not know yet that it is
        ends=$(kcat -b "$KAFKA_BROKERS" -Q "${wanted[@]}" 2>"$logs/ends.log") && break
        sleep 0.1
    done
    awk '{ n += $NF } END { print n }' <<<"$ends"
}

progress() {
    query "SELECT coalesce(sum(next_offset), 0) FROM orders.pipeline_status WHERE newest AND (consumer_group, topic) = ('$group', '$topic')"
}

lag() { echo $(($(log_size) - $(progress))); }

applied_all() { [[ $(lag) == 0 ]]; }

progressed() { (($(progress) > $1)); } # progressed RECORDS: more than so many are applied

in_the_middle() { # in_the_middle NAME: it runs (or is stopped), some is applied and some is left
    local applied left
    applied=$(progress) left=$(lag)
    printf '%s records applied, %s left, state of %s: %s\n' "$applied" "$left" "$1" "$(state "$1")"
    ((applied > 0 && left > 0)) && alive "$1"
}

logs_with() { # logs_with PATTERN NAME…: how many of these logs have it
    local name count=0
    for name in "${@:2}"; do ! logged "$name" "$1" || count=$((count + 1)); done
    printf '%s\n' "$count"
}

logged() { grep -q -- "$2" "$logs/$1.log"; } # logged NAME PATTERN

digest() { scripts/digest; }

verify_ok() { # verify_ok NAME [OPTION…]: of a database that is no longer slow, for verify minds the trigger
    quick_database
    ok "$1" scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders" "${@:2}"
}

# --- what order-producer does not send

in_transaction() { # in_transaction PARTITION KEY VALUE: a record and, under the next offset, the marker that commits it
    printf '%s|%s\n' "$2" "$3" | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -p "$1" -K '|' -X transactional.id="$topic" 2>>"$logs/kcat.log"
}

# --- events, "orderId eventType eventAt" each: those of the orders file, by awk alone, and those in the topic

expected_list() { # expected_list [AS_OF], sorted
    tr -d '"\r' <"$orders" | awk -F, -v as_of="${1-}" '
        function event(type, at) { sub(" ", "T", at); print $1, type, at }
        NR == 1 { next }
        { event("ORDER_PLACED", $4) }
        $5 != "" { event("ORDER_APPROVED", $5) }
        $6 != "" { event("HANDED_TO_CARRIER", $6) }
        $7 != "" { event("DELIVERED", $7) }
        $8 != "" && ($7 != "" ? $7 > $8 : $8 < as_of && $3 != "canceled" && $3 != "unavailable") {
            event("LATE_DETECTED", $8)
        }' | LC_ALL=C sort
}

records() { # partition, offset, key, value; tab-separated, by partition and offset
    kcat -b "$KAFKA_BROKERS" -t "$topic" -C -e -q -o beginning -f '%p\t%o\t%k\t%s\n' | sort -n -k1,1 -k2,2 -s
}

values() { records | cut -f4; }

sent_list() { values | jq -r '"\(.orderId) \(.eventType) \(.eventAt)"' | LC_ALL=C sort; }

sent_distinct() { sent_list | uniq; }

same() { diff <("$1") <("$2"); } # of what two commands print

ranked() { # "partition orderId rank" of each record. The rank of an event within its order: its time, then its type.
    records | cut -f1,4 | jq -Rr --args 'split("\t") | .[0] as $p | (.[1] | fromjson) | .eventType as $type |
        "\($p) \(.orderId) \(.eventAt)/\($ARGS.positional | index($type))"' "${event_types[@]}"
}

in_order() { # of what ranked prints: each order in one partition, by rank
    awk '
        $2 in partition && partition[$2] != $1 { print "two partitions: " $2; bad++ }
        $2 in last && $3 < last[$2] { print $2 ": " $3 " follows " last[$2]; bad++ }
        { partition[$2] = $1; last[$2] = $3; n++ }
        END { exit bad || !n }'
}

# --- a database that is held up: no batch can be applied until let_go

hold_up() {
    start holder env PGAPPNAME=holder psql -XAtq -c BEGIN -c 'LOCK TABLE orders.event_type_counts IN EXCLUSIVE MODE' \
        -c 'SELECT pg_sleep(600)'
    wait_until 10 sees "application_name = 'holder' AND wait_event = 'PgSleep'"
}

let_go() {
    query "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
            WHERE application_name = 'holder' AND datname = current_database()" >/dev/null
    await holder 10
}

sees() { # sees CONDITION: of a session with this database
    [[ $(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND $1") != 0 ]]
}

is_held_up() { sees "application_name = 'order-consumer' AND wait_event_type = 'Lock'"; }

# --- a database that is slow: however fast the machine, a test comes in time to act in the middle of the work

slow_database() { # slow_database MILLISECONDS: a transaction takes at least so long
    query "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql
               AS 'BEGIN PERFORM pg_sleep($1 / 1000.0); RETURN NULL; END';
           CREATE TRIGGER slow AFTER INSERT ON orders.processed_events EXECUTE FUNCTION public.slow()"
}

quick_database() { query 'DROP FUNCTION IF EXISTS public.slow CASCADE' 2>>"$logs/quick.log"; }

# --- the monitor of this topic, group and database

start_monitor() { # start_monitor NAME [OPTION…]: sets url
    start "$1" "${monitor[@]:-$MONITOR}" --topic "$topic" --group "$group" --listen 127.0.0.1:0 "${@:2}"
    wait_until 10 logged "$1" ' url=http://'
    url=$(sed -n 's/.* url=//p' "$logs/$1.log")
}

fetch() { curl -s --max-time 10 "$url$1"; } # fetch PATH

code() { curl -s --max-time 10 -o /dev/null -w '%{http_code}' "${@:2}" "$url$1"; } # code PATH [OPTION…]

status_of() { fetch /api/status | jq -r "$1"; } # status_of FILTER

shown_lag() { status_of '[.kafka.partitions[].lag] | add // 0'; }

moments() { fetch /api/history | jq -r '.moments[] | "\(.kind) \(.text)"'; }

happened() { moments | grep -q -- "$1"; } # happened PATTERN

# --- a broker besides those of the stack

choose_ports() { # choose_ports COUNT: sets port to the first of as many in a row, below those that outgoing connections get
    are_free() {
        port=$((20000 + SRANDOM % 12000))
        [[ -z $(ss -Hltn "sport >= :$port and sport < :$((port + $1))") ]]
    }
    wait_until 10 are_free "$1"
}

lone_broker() { # lone_broker PORT CONTROLLER_PORT: its properties; the data are in kafka/ of the folder where it runs
    sed -e "s/@KAFKA_PORT@/$1/; s/@CONTROLLER_PORT@/$2/; s/@VOTERS@/1@127.0.0.1:$2/; s/@DATA@/kafka/" \
        -e 's/@\(NODE\|REPLICAS\|IN_SYNC\)@/1/' scripts/kafka/server.properties
}

start_lone_broker() { # start_lone_broker PROPERTIES_FILE ADDRESS: in the file's folder; until it answers at that address
    local in_folder=(env -C "$(dirname -- "$1")" "${kafka_java[@]}") file=${1##*/} id
    answers() { kcat -b "$1" -L -m 1 >/dev/null 2>&1; }
    id=$(head -c 16 /dev/urandom | base64 | tr '+/' xy | head -c 22)
    succeed format "${in_folder[@]}" kafka.tools.StorageTool format -t "$id" -c "$file"
    start broker "${in_folder[@]}" -Xmx256m kafka.Kafka "$file"
    wait_until 60 answers "$2"
}

# --- the group

group_tool() { # group_tool OPTION…
    "${kafka_java[@]}" org.apache.kafka.tools.consumer.group.ConsumerGroupCommand \
        --bootstrap-server "$KAFKA_BROKERS" --timeout 60000 --group "$group" "$@" 2>>"$logs/group.log"
}

committed() { # PARTITION OFFSET, as the group has them
    local description
    description=$(group_tool --describe --offsets)
    awk -v topic="$topic" '$2 == topic && $4 ~ /^[0-9]+$/ { print $3, $4 }' <<<"$description" | sort -n
}

set_back() { # set_back N: the offsets of every partition; the group must be empty
    group_tool --reset-offsets --topic "$topic" --shift-by "-$1" --execute >"$logs/set_back.out"
}

# --- the topic

topic_tool() { # topic_tool OPTION…
    "${kafka_java[@]}" org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" --topic "$topic" "$@" \
        >>"$logs/topic.log" 2>&1
}

delete_topic() {
    topic_tool --delete
    wait_until 30 topic_is_gone
}

topic_is_gone() { kcat -b "$KAFKA_BROKERS" -L -J | jq -e --arg topic "$topic" 'all(.topics[]; .topic != $topic)' >/dev/null; }

delete_records() { # delete_records PARTITION OFFSET: all before it
    printf '{"version":1,"partitions":[{"topic":"%s","partition":%d,"offset":%d}]}\n' "$topic" "$1" "$2" >"$logs/delete.json"
    "${kafka_java[@]}" org.apache.kafka.tools.DeleteRecordsCommand --bootstrap-server "$KAFKA_BROKERS" \
        --offset-json-file "$logs/delete.json" >>"$logs/topic.log" 2>&1
}
