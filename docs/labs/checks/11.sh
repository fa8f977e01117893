# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/lab or the shell of the lab sets them
# Lab 11: runs the learner's consumer on the events of a month, in topics and databases that are removed afterwards. It runs on events that
# were sent twice, again from offsets that were set back, and after it was killed before each table that it writes to.
#
# The contract is in the task: apply.sql is part of consumer.sh, schema.sql makes the tables, lab.counts has the result, and lab.offsets
# the positions. How the learner corrects the rest is not looked at.
# shellcheck disable=SC2034 # of judge
independent=yes
tried=$state/check.log once=lab11-check-$$-once twice=lab11-check-$$-twice base=lab11_check_$$
: >"$tried"

# --- the learner's consumer

send() { # send TOPIC [OPTION…]
    "$programs/order-producer" --topic "$1" --create-topic=1 --to 2017-02-01 "${@:2}" "$root/tests/data/sample" 2>>"$tried"
}

totals_sent() { # of the topic with each event once: their number, and those of each type as totals_counted prints them
    kcat -b "$KAFKA_BROKERS" -C -e -q -X fetch.wait.max.ms=10 -t "$once" | jq -rs 'unique_by(.eventId) |
        "\(length) \(group_by(.eventType) | map("\(.[0].eventType) \(length)") | join(", "))"'
}
totals_counted() {
    sql "SELECT concat(sum(events), ' ', string_agg(concat(event_type, ' ', events), ', ' ORDER BY event_type COLLATE \"C\") FILTER (WHERE events <> 0)) FROM lab.counts"
}

new_case() { # new_case NAME: a database with the learner's tables, for a topic of one partition
    export PGDATABASE=${base}_$1
    lab_made database "$PGDATABASE"
    createdb -T "$base" "$PGDATABASE"
}

consume() { # consume TOPIC: sets status
    status=0
    ORDER_TOPIC=$1 timeout --kill-after=1 30 bash "$state/consumer.sh" >>"$tried" 2>&1 </dev/null || status=$?
}

sees() { [[ $(sql "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND $1") != 0 ]]; } # sees CONDITION: a session
is_holding() { sees "application_name = 'holder' AND wait_event = 'PgSleep'"; }
has_ended() { [[ $(ps -o stat= -p "$1") != [^Z]* ]]; } # has_ended PROCESS
waits_or_has_ended() { sees "wait_event_type = 'Lock'" || has_ended "$1"; }

kill_before() { # kill_before TABLE: kills the consumer when it is about to write to this table, by a lock that makes it wait there
    local holder consumer
    PGAPPNAME=holder psql -XAtqc BEGIN -c "LOCK TABLE $1 IN EXCLUSIVE MODE" -c 'SELECT pg_sleep(60)' >>"$tried" 2>&1 &
    holder=$!
    wait_for 10 is_holding || fail 70 "$1 cannot be locked: read $tried"
    # A process group of its own: its psql and kcat are killed with it.
    ORDER_TOPIC=$once setsid bash "$state/consumer.sh" >>"$tried" 2>&1 </dev/null &
    consumer=$!
    wait_for 30 waits_or_has_ended "$consumer" || true
    {
        kill -KILL -- "-$consumer" || true
        # The server would go on with the statement of a client that is gone. So that session ends before the one with the lock.
        sql "SELECT pg_terminate_backend(pid, 10000) FROM (SELECT pid FROM pg_stat_activity WHERE datname = current_database()
              AND pid <> pg_backend_pid() ORDER BY application_name = 'holder') AS sessions" >/dev/null
        wait "$consumer" "$holder" || true
    } 2>>"$tried"
}

# --- what came of it

judge_counts() { # judge_counts NAME: sets difference (counted and too many) and found, and if something is wrong, wrong to NAME
    local counted
    counted=$(totals_counted)
    difference=$((${counted%% *} - expected))
    found=${counted%% *}
    if ((status == 124 || status == 137)); then
        found="no end of consumer.sh within 30 s"
    elif ((status)); then
        found="status $status of consumer.sh"
    elif ((difference > 0)); then
        found+=", which is $difference too many"
    elif ((difference < 0)); then
        found+=", which is $((-difference)) too few"
    elif [[ $counted != "$totals" ]]; then
        found+=", but of other types (${counted#* })"
    else
        return 0
    fi
    wrong=$1
}

has_key() { # an event_id can be in lab.events only once
    [[ $(sql "SELECT count(*) FROM pg_index i JOIN pg_attribute a ON (a.attrelid, a.attname) = (i.indrelid, 'event_id')
               WHERE i.indrelid = 'lab.events'::regclass AND i.indisunique AND i.indkey::text = a.attnum::text") != 0 ]]
}

last_error() { grep -E 'ERROR|consumer.sh|apply.sql' "$tried" | tail -n 1 | cut -c 1-200; }

why_it_ended() {
    if ((status == 124 || status == 137)); then
        echo "Does it wait for more records? It has to end at the end of the topic. Its output is in $tried."
    elif grep -q 'duplicate key value' "$tried"; then
        echo 'The key refuses the second record of an event, and the whole batch with it: duplicate key value. Tell the INSERT what to do then: ON CONFLICT.'
    else
        echo "Its output is in $tried: $(last_error)"
    fi
}

why_stored_twice() {
    if ((status)); then
        why_it_ended
    elif ((stored < expected)); then
        echo 'Some events are not in lab.events. ON CONFLICT DO NOTHING leaves out a row whose key is there: is the key the event_id alone?'
    elif has_key; then
        echo 'An event_id is in lab.events only once, but there are other rows than the events that were sent.'
    else
        echo 'Each event was in several records, some of them in one batch. lab.events accepts an event_id more than once, so no INSERT has a conflict. Add a key to schema.sql, and ON CONFLICT to apply.sql.'
    fi
}

why_counted_twice() {
    if ((status)); then
        why_it_ended
    elif ((difference > 0)); then
        echo 'Which events are new is known when the INSERT is done, and only to the INSERT. Count the rows that it returns (RETURNING), not the records that were received.'
    elif ((difference < 0)); then
        echo 'Some events were never counted. Are all rows counted that the INSERT returns?'
    else
        echo 'The sum is right and its parts are not: count the rows that the INSERT returns by their own event_type.'
    fi
}

why_set_back() {
    if ((status)); then
        why_it_ended
    elif ((difference > 0)); then
        echo 'lab.offsets was set back, so the same records were read again, and counted again. An offset tells where to read on, not what is counted. The ids in lab.events tell that.'
    else
        echo 'lab.offsets was set back, and the same records were read again. They must leave the counts as they are.'
    fi
}

why_killed() {
    if ((status)); then
        why_it_ended
    elif ((difference < 0)); then
        case $wrong in
        lab.events) echo 'The consumer was killed before it wrote to lab.events, and had stored the offset already. Nobody reads that batch again. Store the offset last, or in the same transaction.' ;;
        lab.counts) echo 'The consumer was killed when it had stored the events, but had not counted them. When the batch came again, its events were known, and were not counted. Store and count in one statement (WITH), or in one transaction (BEGIN … COMMIT).' ;;
        *) echo 'The consumer was killed before it stored the offset. When the batch came again, its events were not counted. Store and count them in one statement or in one transaction.' ;;
        esac
    else
        case $wrong in
        lab.offsets) echo 'The consumer was killed when it had counted the batch, but had not stored the offset. It read the batch again, and counted it again. Only new events may be counted: those that the INSERT returns.' ;;
        *) echo "The consumer was killed before it wrote to $wrong, and had counted the batch already. It read the batch again, and counted it again. Count in the statement that stores the events, or in the same transaction." ;;
        esac
    fi
}

# --- the cases

make_base() {
    export PGDATABASE=$base
    lab_made database "$base"
    createdb "$base"
    psql -Xq -v ON_ERROR_STOP=1 -f "$state/schema.sql" -c 'DELETE FROM lab.offsets WHERE kafka_partition > 0' >>"$tried" 2>&1 </dev/null
}

check_duplicates() {
    wrong=''
    new_case twice
    consume "$twice"
    judge_counts twice
    stored=$(sql 'SELECT count(*) FROM lab.events')
    expect 'events that were sent twice, stored' "$stored" "$expected" "$(why_stored_twice)"
    expect 'events that were sent twice, counted' "$found" "$expected" "$(why_counted_twice)"
}

check_set_back() {
    wrong=''
    new_case again
    consume "$once"
    sql "UPDATE lab.offsets SET next_offset = $((expected / 3))"
    ((status)) || consume "$once"
    judge_counts again
    expect 'records read again from an earlier offset, events counted' "$found" "$expected" "$(why_set_back)"
}

check_killed() { # of three kills, the first that does harm is shown
    local table
    wrong=''
    for table in lab.events lab.counts lab.offsets; do
        new_case "${table#lab.}"
        kill_before "$table"
        consume "$once"
        judge_counts "$table"
        [[ ! $wrong ]] || break
    done
    expect 'a consumer killed in the middle and started again, events counted' "$found" "$expected" "$(why_killed)"
}

remove_tries() {
    local name
    export PGDATABASE=postgres
    for name in "$base"_{twice,again,events,counts,offsets} "$base"; do dropdb --if-exists --force "$name" 2>>"$tried"; done
    kafka-topics.sh --delete --if-exists --topic "lab11-check-$$-.*" >>"$tried" 2>&1
    sed -i "/lab11[-_]check[-_]$$/d" "$state/made"
}

lab_made topic "$once"
lab_made topic "$twice"
send "$once"
send "$twice"
send "$twice" --duplicates 0.1
totals=$(totals_sent)
expected=${totals%% *}
((expected > 200)) || fail 70 "the events for the check were not sent: read $tried"
if make_base; then
    check_duplicates
    check_set_back
    check_killed
else
    expect 'tables of schema.sql' 'an error' 'lab.events, lab.counts and lab.offsets' "psql -f $state/schema.sql fails: $(grep ERROR "$tried" | tail -n 1)"
fi
remove_tries
