#!/usr/bin/env bash
# Both programs are killed at each of their failpoints, are restarted without it, and must reach the result of an undisturbed run. The
# failpoints are found in the sources, so a new one is tested without a change here. It fails if nothing in these tests reaches it. The
# steps of orders.apply_batch, also found in its source, are interrupted by triggers that end the server process.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

side_by_side=24                                                 # cases, which mostly wait
short=(-X session.timeout.ms=6000 -X heartbeat.interval.ms=300) # the shortest session that brokers allow by default
small=(--batch-size 50)

# --- the points

points() { sed -n 's/.*FAILPOINT("\([^"]*\)").*/\1/p' "$@"; } # points FILE…: their names
that_fail() { sed -n '/^ *FAILPOINT/d; s/.*FAILPOINT("\([^"]*\)").*/\1/p' "$@"; } # those whose result is looked at
mapfile -t of_consumer < <(points consumer/*.c)
mapfile -t of_producer < <(points producer/*.c)
mapfile -t failing_consumer < <(that_fail consumer/*.c)
mapfile -t failing_producer < <(that_fail producer/*.c)
names=("${of_consumer[@]}" "${of_producer[@]}")
is 'every failpoint is found' "${#names[@]}" "$(cat -- consumer/*.c producer/*.c | grep -o 'FAILPOINT(' | wc -l)"
is '... and has a name of its own' "$(printf '%s\n' "${names[@]}" | sort -u | wc -l)" "${#names[@]}"
# A text may directly follow a number whose last byte is ? or @, as that of most doubles is.
names_in() { tr -c '[:print:]' '\n' <"$1" | sed 's/^[?@]*//' | { grep -xF -f <(printf '%s\n' "${names[@]}") || true; } | sort -u | wc -l; }
is 'no program that is shipped has any, those under test have all' "$(for program in "$PRODUCER" "$CONSUMER" \
    "$FAILPOINT_PRODUCER" "$FAILPOINT_CONSUMER"; do names_in "$program"; done | paste -sd' ')" \
    "0 0 ${#of_producer[@]} ${#of_consumer[@]}"
mapfile -t steps < <(grep -oE '(INSERT INTO|UPDATE) orders\.[a-z_]+' sql/apply_batch.sql | awk '{ print $1 }
    { sub(/.*\./, ""); print }' | paste - - | sort -u | awk '{ print "BEFORE", $1, $2; print "AFTER", $1, $2 }')
between 'the steps of apply_batch are found' "${#steps[@]}" 16 100

# --- the files, a topic of their events, and what an undisturbed run makes of it

use_orders 200
events=$(expected_events)
{
    head -n 50 -- "$orders"
    printf 'a b,customer,delivered,2018-01-01 00:00:00,,,,2018-01-02 00:00:00\n' # no order id
    printf 'badtime,customer,delivered,2018-01-01 24:00:00,,,,2018-01-02 00:00:00\n'
    tail -n +51 -- "$orders"
} >"$logs/orders.csv"
orders=$logs/orders.csv

# First an order that the database is made to refuse, then the events, with garbage and duplicates in each batch.
refused=00000000000000000000000000000000
{
    head -n 1 -- "$orders"
    printf '%s,x,delivered,2018-01-01 00:00:00,2018-01-01 01:00:00,,,2018-01-02 00:00:00\n' "$refused"
} >"$logs/refused.csv"
new_topic 4
succeed refused "$PRODUCER" --topic "$topic" --create-topic="$partitions" "$logs/refused.csv"
run dry-run "${producer[@]}" --dry-run --log-events
jq -r '"\(.orderId)|\(tojson)"' "$logs/dry-run.out" | awk '
    { print }
    NR % 5 == 0 { print }
    NR % 15 == 0 { print "stray-" NR "|garbage " NR }' >"$logs/records"
kcat -P -b "$KAFKA_BROKERS" -t "$topic" -X topic.partitioner=murmur2_random -K '|' <"$logs/records"
size=$(log_size)
shared_topic=$topic
new_database
template=$PGDATABASE
query "ALTER TABLE orders.processed_events ADD CONSTRAINT refused CHECK (order_id <> '$refused')"

# own CASE [TOPIC]: a group and a database that this case can find again
own() {
    topic=${2:-$shared_topic} group=check-$test-$$-$1
    export PGDATABASE=check_${test}_$$_$1
    set_programs
}
new_own() {
    own "$@"
    createdb -T "$template" "$PGDATABASE"
}

judge() { # judge QUARANTINED: what is wrong, compared with one undisturbed run; nothing if all is well
    local found
    found=$(sum applied)
    [[ $found == "$events" ]] || echo "applied $found, not $events"
    [[ $(sum quarantined) == "$1" ]] || echo "quarantined $(sum quarantined), not $1"
    invariants_hold || echo 'the invariants do not hold'
    found=$(scripts/digest)
    [[ $found == "$digest" ]] || echo "digest $found, not $digest"
    query 'ALTER TABLE orders.processed_events DROP CONSTRAINT refused' # verify minds it
    scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders" >"$logs/$group.verify" 2>&1 ||
        grep -i fail -- "$logs/$group.verify" || echo 'verify fails'
}

new_own undisturbed
consume "${small[@]}"
digest=$(scripts/digest)
quarantined=$((2 + $(grep -c '^stray' "$logs/records")))
is 'undisturbed: as expected' "$(judge "$quarantined")as it should be" 'as it should be'
run dry "${producer[@]}" --dry-run --rejects "$logs/rejects"
is 'undisturbed: two rows are rejected' "$status $(tail -n +2 -- "$logs/rejects" | wc -l)" '65 2'

# --- cases, side by side. What came of each is in $logs/CASE.*

workers=()
clean_up() { ((${#workers[@]} == 0)) || { kill "${workers[@]}"; wait; } 2>/dev/null; }
alone() { # alone FUNCTION CASE…: in a process of its own, and nothing that it started outlives it
    trap 'exit 143' TERM
    trap 'for name in "${!pid[@]}"; do kill -KILL "${pid[$name]}" 2>/dev/null; done' EXIT
    "$@" >"$logs/$2.$1" 2>&1
}
each() { # each FUNCTION COUNT NAME: starts FUNCTION NAME-0 0, FUNCTION NAME-1 1 …
    local i
    for ((i = 0; i < $2; i++)); do
        ((${#workers[@]} < side_by_side)) || reap
        alone "$1" "$3-$i" "$i" &
        workers+=($!)
    done
}
reap() { # one of the workers
    local ended
    wait -n -p ended "${workers[@]}" || true # what went wrong is missing in its result
    local left=()
    for worker in "${workers[@]}"; do [[ $worker == "$ended" ]] || left+=("$worker"); done
    workers=("${left[@]}")
}
settle() { while ((${#workers[@]} > 0)); do reap; done; }
read_result() { cat -- "$logs/$1" 2>/dev/null || echo 'no result'; } # read_result CASE.KIND

consume_as() { succeed "$1" "${consumer[@]}" --exit-at-end "${@:2}"; } # consume_as NAME OPTION…: a log of its own
say_status() { # say_status CASE: the status, and the log's end
    echo "status $status"
    tail -n 5 -- "$logs/$1.log"
}
note_death() { # note_death CASE POINT
    if ((status == 137)) && logged "$1" "^failpoint: $2\$"; then echo killed; else say_status "$1"; fi >"$logs/$1.death"
}
note_status() { # note_status CASE EXPECTED
    if ((status == $2)); then echo 'as expected'; else say_status "$1"; fi >"$logs/$1.status"
}

# --- the consumer: whatever can happen to one happens to it, until it comes to its failpoint

caught_up() { [[ $(progress) == "$size" ]]; }
lives() { kill -0 "${pid[$victim]}" 2>/dev/null; } # costs nothing, as so many ask so often
meets() { # meets COMMAND…: the victim lives to see that it succeeds
    local deadline=$((SECONDS + 60))
    while lives && ! "$@"; do
        ((SECONDS < deadline)) || { diag "$victim timed out waiting for: $*"; return 1; }
        sleep 0.2
    done
    lives
}
both_assigned() { logged "$victim-second" 'assigned 2 partitions' && logged "$victim" 'assigned 2 partitions'; }
times() { grep -c -- "$2" "$logs/$1.log" || true; } # times NAME TEXT
has_all() { (($(times "$1" 'assigned 4 partitions') >= $2)); } # has_all NAME TIMES
is_back() { (($(times "$victim" 'the database is back') > $1)); } # is_back TIMES: once more
second_joins() {
    start "$victim-second" "${consumer[@]}" "${short[@]}"
    meets logged "$victim" 'partitions revoked'
}
live() {
    local back
    # A second member joins while the database works on a batch and the next one is read already.
    meets is_held_up && second_joins || return 0
    let_go
    meets both_assigned && meets caught_up || return 0
    end "$victim-second" TERM 20
    meets has_all "$victim" 2 || return 0
    # The connection breaks, and the database is emptied. (On a busy machine it went away by a lock timeout before.)
    back=$(times "$victim" 'the database is back')
    query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND application_name = 'order-consumer'" >/dev/null
    meets is_back "$back" || return 0
    touch "$logs/$victim.emptied"
    query 'TRUNCATE orders.partition_progress, orders.processed_events, orders.event_type_counts, orders.event_day_counts,
                    orders.event_region_counts, orders.quarantined_records, orders.event_conflicts'
    meets logged "$victim" 'reading again' && meets caught_up || return 0
    rm -- "$logs/$victim.emptied"
    # It stands still for longer than its session, and the second member takes over.
    second_joins || return 0
    send "$victim" STOP
    meets has_all "$victim-second" 1 || return 0
    send "$victim" CONT
    meets logged "$victim" 'partitions lost' || return 0
    send "$victim" TERM
}
kill_consumer() { # kill_consumer CASE NUMBER
    victim=$1
    new_own "$1"
    hold_up
    start "$1" env FAILPOINT="${of_consumer[$2]}" "$FAILPOINT_CONSUMER" --topic "$topic" --group "$group" "${short[@]}" "${small[@]}"
    live
    await "$1" 20
    note_death "$1" "${of_consumer[$2]}"
    if [[ ${pid[holder]-} ]]; then let_go; fi
    if [[ ${pid[$1-second]-} ]]; then end "$1-second" TERM 20; fi
    applied_positions >"$logs/$1.applied"
}
restart_consumer() { # restart_consumer CASE NUMBER
    own "$1"
    consume_as "$1-again" "${small[@]}"
    judge "$quarantined" >"$logs/$1.result"
}
# Offsets that are committed and not applied would be lost, but for the database's own positions. Not where the database
# was emptied on purpose.
ahead() { # ahead CASE: of its committed offsets, those
    [[ ! -e $logs/$1.emptied ]] || return 0
    awk -v group="check-$test-$$-$1" 'NR == FNR { applied[$1] = $2; next }
        $1 == group && $4 ~ /^[0-9]+$/ && $4 + 0 > applied[$3] + 0 { print "committed " $4 ", applied " applied[$3] + 0 }' \
        "$logs/$1.applied" "$logs/committed"
}

# --- faults that the consumer itself survives: what it does fails, and every place takes its time

disturb_consumer() { # disturb_consumer CASE NUMBER: behind the last one, slow at every point
    local point=${failing_consumer[$2]-*} action=fail
    [[ $point != '*' ]] || action=1
    new_own "$1"
    run "$1" env FAILPOINT="$point" FAILPOINT_ACTION=$action "$FAILPOINT_CONSUMER" --topic "$topic" --group "$group" \
        "${small[@]}" --exit-at-end
    note_status "$1" 0
    judge "$quarantined" >"$logs/$1.result"
}

# --- orders.apply_batch: the server's process ends, or its statement is cancelled, before and after each step

# Every step once, and a good batch between two faults: after many in a row the consumer would wait long.
triggers() { # triggers FUNCTION: that gets the process
    cat <<SQL
CREATE SCHEMA test;
CREATE SEQUENCE test.faults;
CREATE TABLE test.batches (id xid8 DEFAULT pg_current_xact_id());
CREATE FUNCTION test.note_batch() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
    INSERT INTO test.batches DEFAULT VALUES;
    RETURN NULL;
END \$\$;
CREATE TRIGGER batch AFTER UPDATE ON orders.partition_progress EXECUTE FUNCTION test.note_batch();
CREATE FUNCTION test.fault() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN -- sequences: they do not go back with the transaction
    IF pg_sequence_last_value(TG_ARGV[0]::regclass) IS NULL AND coalesce(pg_sequence_last_value('test.faults'), 0)
           <= (SELECT count(DISTINCT b.id) FROM test.batches b WHERE b.id <> pg_current_xact_id()) THEN
        PERFORM nextval(TG_ARGV[0]::regclass), nextval('test.faults');
        PERFORM $1(pg_backend_pid());
        PERFORM pg_sleep(60);
    END IF;
    RETURN NULL;
END \$\$;
CREATE SEQUENCE test.step_${#steps[@]};
CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT OR UPDATE ON orders.partition_progress DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION test.fault('test.step_${#steps[@]}');
SQL
    local i when what table
    for i in "${!steps[@]}"; do
        read -r when what table <<<"${steps[i]}"
        echo "CREATE SEQUENCE test.step_$i;"
        echo "CREATE TRIGGER step_$i $when $what ON orders.$table EXECUTE FUNCTION test.fault('test.step_$i');"
    done
}
ways=(pg_terminate_backend pg_cancel_backend)
cut_off() { # cut_off CASE NUMBER
    new_own "$1"
    triggers "${ways[$2]}" | psql -Xq -v ON_ERROR_STOP=1
    consume_as "$1" --batch-size 25
    query 'DROP FUNCTION test.fault, test.note_batch CASCADE' 2>>"$logs/triggers.log" # verify minds their triggers
    judge "$quarantined" >"$logs/$1.result"
    query "SELECT sequencename FROM pg_sequences WHERE schemaname = 'test' AND last_value = 1" >"$logs/$1.steps"
}

# --- the producer: in file order, in the order of time, and stopped. Then again, as a user would.

produce_as() { # produce_as file|time|stop CASE VARIABLE=VALUE…: into a topic of its own; sets status
    local options=(--rejects "$logs/$2.rejects" --order file -X queue.buffering.max.messages=20)
    topic=check-$test-$$-$2-$1
    set_programs
    case $1 in
    time) options[3]='time' ;;
    stop) options=("${options[@]:0:2}" --rate 100) ;;
    esac
    start "$2" env "${@:3}" "$FAILPOINT_PRODUCER" "${producer[@]:1}" "${options[@]}"
    if [[ $1 == stop ]]; then
        victim=$2
        if meets logged "$2" 'sending in event-time order'; then send "$2" TERM; fi
    fi
    await "$2" 90
}
bring_rest() { # bring_rest CASE
    run "$1-again" "${producer[@]}" --rejects "$logs/$1.rejects"
    ((status == 65)) || echo "status $status the second time"
    cmp -- "$logs/rejects" "$logs/$1.rejects"
    consume_as "$1-after"
    judge 0
}
kill_producer() { # kill_producer CASE NUMBER
    local way
    new_own "$1"
    for way in file time stop; do
        produce_as "$way" "$1" FAILPOINT="${of_producer[$2]}"
        ((status == 65 || status == 75)) || break
    done
    note_death "$1" "${of_producer[$2]}"
    bring_rest "$1" >"$logs/$1.result" 2>&1
}
disturb_producer() { # disturb_producer CASE NUMBER: behind the last one, slow at every point
    local point=${failing_producer[$2]-*} action=fail
    local ends_with=74 # EX_IOERR
    [[ $point != '*' ]] || { action=1; ends_with=65; }
    new_own "$1"
    produce_as file "$1" FAILPOINT="$point" FAILPOINT_ACTION=$action
    note_status "$1" "$ends_with"
    bring_rest "$1" >"$logs/$1.result" 2>&1
}

# --- all of them. When the consumers are started again, the sessions of those that were killed are over.

each kill_consumer "${#of_consumer[@]}" consumer
each kill_producer "${#of_producer[@]}" producer
each disturb_consumer $((${#failing_consumer[@]} + 1)) unsure-consumer
each disturb_producer $((${#failing_producer[@]} + 1)) unsure-producer
each cut_off "${#ways[@]}" step
settle
"${kafka_java[@]}" org.apache.kafka.tools.consumer.group.ConsumerGroupCommand --bootstrap-server "$KAFKA_BROKERS" \
    --describe --offsets --all-groups >"$logs/committed" 2>"$logs/committed.log"
each restart_consumer "${#of_consumer[@]}" consumer
settle

comes_right() { is "$1" "$(read_result "$2.result")as it should be" 'as it should be'; } # comes_right NAME CASE
for i in "${!of_consumer[@]}"; do
    is "consumer killed: ${of_consumer[i]}" "$(read_result "consumer-$i.death")" killed
    is '... no offset is committed before it is applied' "$(ahead "consumer-$i")none" none
    comes_right '... and the next one brings all' "consumer-$i"
done
for i in "${!of_producer[@]}"; do
    is "producer killed: ${of_producer[i]}" "$(read_result "producer-$i.death")" killed
    comes_right '... and the next one brings the rest' "producer-$i"
done
for i in "${!failing_consumer[@]}"; do
    ok "consumer, as if it failed: ${failing_consumer[i]}" logged "unsure-consumer-$i" "^failpoint: ${failing_consumer[i]}\$"
    is '... it goes on' "$(read_result "unsure-consumer-$i.status")" 'as expected'
    comes_right '... and brings all' "unsure-consumer-$i"
done
for i in "${!failing_producer[@]}"; do
    ok "producer, as if it failed: ${failing_producer[i]}" logged "unsure-producer-$i" "^failpoint: ${failing_producer[i]}\$"
    is '... it says so' "$(read_result "unsure-producer-$i.status")" 'as expected'
    comes_right '... and the next one brings the rest' "unsure-producer-$i"
done
is 'consumer, slow at every point: it ends well' "$(read_result "unsure-consumer-${#failing_consumer[@]}.status")" 'as expected'
comes_right '... and brings all' "unsure-consumer-${#failing_consumer[@]}"
is 'producer, slow at every point: two rows are rejected' "$(read_result "unsure-producer-${#failing_producer[@]}.status")" 'as expected'
comes_right '... and all is brought' "unsure-producer-${#failing_producer[@]}"
for i in "${!ways[@]}"; do
    for ((j = 0; j <= ${#steps[@]}; j++)); do
        ok "${ways[i]}: ${steps[j]-BEFORE COMMIT}" grep -qx "step_$j" "$logs/step-$i.steps"
    done
    comes_right '... and all is brought' "step-$i"
done

plan
