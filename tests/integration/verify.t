#!/usr/bin/env bash
# verify.t - scripts/verify passes if everything is right, and names each error.
#
#     prove tests/integration/verify.t        # the server in PG*, as a role that may create databases and roles
#
# Each case has a database of its own, copied from one that holds what tests/data/verify comes to.
# shellcheck disable=SC2317 # functions are called by name
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

data=tests/data/verify
template=verify_test_$$ copy=verify_test_$$_copy reader=verify_test_$$_reader
scratch=$(mktemp -d)
export PGOPTIONS='-c client_min_messages=warning'
cleanup() {
    dropdb --if-exists --force "$copy"
    dropdb --if-exists --force "$template"
    psql -Xqd postgres -c "DROP ROLE IF EXISTS $reader"
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

tests=0
result() { # passed? name: $output is shown where it did not
    tests=$((tests + 1))
    if [[ $1 == yes ]]; then
        echo "ok $tests - $2"
    else
        printf 'not ok %s - %s\n' "$tests" "$2"
        printf '# exit status %s\n# %s\n' "$status" "${output//$'\n'/$'\n# '}"
    fi
}

run() { # verify's arguments: sets output and status
    status=0
    output=$(PGDATABASE=$copy scripts/verify "$@" 2>&1) || status=$?
}

expect() { # name status text...: what the last run must have come to, and all that it must have said
    local name=$1 wanted=$2 passed=yes text
    shift 2
    [[ $status -eq $wanted ]] || passed=no
    for text in "$@"; do
        grep -qF -- "$text" <<<"$output" || passed=no
    done
    result $passed "$name"
}

fresh() { # [sql]: a copy of the right database, changed by sql
    dropdb --if-exists --force "$copy"
    createdb -T "$template" "$copy"
    [[ $# -eq 0 ]] || psql -Xqd "$copy" -v ON_ERROR_STOP=1 -c "$1"
}

all=(--orders "$data/orders.csv" --customers "$data/customers.csv" --items "$data/items.csv")
full=("${all[@]}" --no-kafka)

damage() { # name sql text...: after sql, verify fails and says all texts
    local name=$1
    fresh "$2"
    run "${full[@]}"
    expect "$name" 1 "${@:3}"
}

createdb -T template0 -E UTF8 "$template"
PGDATABASE=$template scripts/migrate 2>"$scratch/migrate.log" || { cat "$scratch/migrate.log"; exit 1; }
createdb -T "$template" "$copy"
psql -Xqd "$template" -f "$data/fill.sql" <"$data/events.csv" >/dev/null
events=$(($(wc -l <"$data/events.csv") - 1))

# --- an empty database, and none

run "${full[@]}"
expect 'an empty database fails' 1 'FAILED  no event is missing' "differences: $events" 'o-whole' 'FAILED  received records are accounted for'
fresh 'DROP SCHEMA orders CASCADE'
run "${full[@]}"
expect 'a database without the schema is told from an empty one' 78 scripts/migrate
status=0
output=$(PGDATABASE=${template}_none scripts/verify "${full[@]}" 2>&1) || status=$?
expect 'no database: unavailable' 69 PGDATABASE

# --- what is right passes

fresh
run "${full[@]}"
expect 'the right database passes' 0 'verified: all' "ok      no event is missing: $events expected" \
    'line 13:' 'line 14:' 'line 15:' 'line 16:' 'line 17:' 'line 18:' 'line 19:' 'line 20:' 'line 21:' 'line 22:' '20 rows, 10 rejected'
mkdir "$scratch/a folder"
cp "$data"/*.csv "$scratch/a folder"
verify=$PWD/scripts/verify
status=0
output=$(cd "$scratch" && PGDATABASE=$copy "$verify" --orders='a folder/orders.csv' --customers='a folder/customers.csv' --items 'a folder/items.csv' --no-kafka 2>&1) || status=$?
expect 'from another folder, by a path with a space' 0 'verified: all'
status=0
output=$(PGDATABASE=$copy PGTZ=Asia/Tokyo PGDATESTYLE='German' PGCLIENTENCODING=LATIN1 LC_ALL=C \
    PGOPTIONS='-c default_transaction_read_only=on -c search_path=nowhere -c lc_numeric=C' scripts/verify "${full[@]}" 2>&1) || status=$?
expect 'whatever the settings of the session' 0 'verified: all'
psql -Xqd "$copy" -c "CREATE ROLE $reader LOGIN PASSWORD '$reader'" -c "GRANT USAGE ON SCHEMA orders TO $reader" \
    -c "GRANT SELECT ON ALL TABLES IN SCHEMA orders TO $reader"
status=0
output=$(PGDATABASE=$copy PGOPTIONS="-c role=$reader" scripts/verify "${full[@]}" 2>&1) || status=$?
expect 'a role that may only read is enough' 0 'verified: all'
fresh "INSERT INTO orders.quarantined_records VALUES ('order-aggregator', 'order-events', 1, 0, 7, NULL, NULL, 'no JSON');
       UPDATE orders.partition_progress SET quarantined = 1, received = received + 1, next_offset = next_offset + 1 WHERE kafka_partition = 0"
run "${full[@]}"
expect 'quarantined records are a warning' 0 'warning quarantined_records holds 1 records'

# --- what is wrong fails, by name

damage 'an event deleted' "DELETE FROM orders.processed_events WHERE order_id = 'o-late' AND event_type = 'DELIVERED'" \
    'FAILED  no event is missing' 'differences: 1' 'o-late DELIVERED 2017-11-20 00:00:01: expected an event, found none' \
    'FAILED  order_timeline with the CSV' 'FAILED  event_type_counts with processed_events' 'DELIVERED partition 0: expected none, found 1'
damage 'an event inserted' "INSERT INTO orders.processed_events VALUES ('0163b268-0000-8000-8000-000000000000', 'DELIVERED', '2018-06-01', 'o-last', NULL, 1, 0)" \
    'FAILED  no event is unexpected' 'o-last DELIVERED 2018-06-01 00:00:00: expected none, found an event' 'FAILED  order_timeline with the CSV'
damage 'an event under a second id' "INSERT INTO orders.processed_events SELECT overlay(event_id::text placing 'ffff' from 33)::uuid, event_type, event_at, order_id, region, payload_hash, kafka_partition
        FROM orders.processed_events WHERE order_id = 'o-leap'" \
    'FAILED  each event once' 'o-leap ORDER_PLACED 2020-02-29 00:00:00: expected one event, found 2 events' 'FAILED  ids of the events'
damage 'an id of two events' "ALTER TABLE orders.processed_events DROP CONSTRAINT processed_events_pkey;
        UPDATE orders.processed_events SET event_id = (SELECT event_id FROM orders.processed_events WHERE order_id = 'o-late' AND event_type = 'ORDER_PLACED')
         WHERE order_id = 'o-late' AND event_type = 'ORDER_APPROVED'" \
    'FAILED  ids of the events' 'o-late ORDER_APPROVED 2017-11-01 00:00:00: expected 015f74e0-a400-85cd-9fde-54de59f300c9, found 015f74e0-a400-8c78-bdb6-64ce8000263a'
damage 'an event a second off' "UPDATE orders.processed_events SET event_at = event_at + interval '1 s' WHERE order_id = 'o-whole' AND event_type = 'DELIVERED'" \
    'o-whole DELIVERED 2017-10-10 21:25:13: expected an event, found none' 'o-whole DELIVERED 2017-10-10 21:25:14: expected none, found an event' \
    'FAILED  order_timeline with the CSV'
damage 'another region' "UPDATE orders.processed_events SET region = 'RJ' WHERE order_id = 'o-canceled'" \
    'FAILED  regions of the events' "o-canceled ORDER_PLACED 2018-01-06 12:00:00: expected 'SP', found 'RJ'"
damage 'a region where there is none' "UPDATE orders.processed_events SET region = '' WHERE order_id = 'o-no-customer'" \
    "o-no-customer ORDER_PLACED 2018-02-28 23:59:59: expected NULL, found ''"
damage 'an id of another version' "UPDATE orders.processed_events SET event_id = overlay(event_id::text placing '7' from 15)::uuid WHERE order_id = 'o-leap'" \
    'FAILED  ids of the events' 'differences: 1' 'o-leap ORDER_PLACED'
damage 'an id of another variant' "UPDATE orders.processed_events SET event_id = overlay(event_id::text placing 'c' from 20)::uuid WHERE order_id = 'o-leap'" \
    'FAILED  ids of the events' 'o-leap ORDER_PLACED'
damage 'an id of another time' "UPDATE orders.processed_events SET event_id = overlay(event_id::text placing 'f' from 13)::uuid WHERE order_id = 'o-punctual' AND event_type = 'DELIVERED'" \
    'FAILED  ids of the events' 'o-punctual DELIVERED'
damage 'a count by type off by one' "UPDATE orders.event_type_counts SET events = events + 1 WHERE event_type = 'LATE_DETECTED'" \
    'FAILED  event_type_totals with the CSV' 'FAILED  event_type_counts with processed_events' 'LATE_DETECTED: expected 1, found 2'
damage 'a count by day off by one' "UPDATE orders.event_day_counts SET events = events - 1 WHERE event_day = '2020-02-29'" \
    'FAILED  event_type_daily with the CSV' 'FAILED  event_day_counts with processed_events' '2020-02-29 ORDER_PLACED: expected 1, found 0'
damage 'a count by region off by one' "UPDATE orders.event_region_counts SET events = events + 1 WHERE region = 'Ceará'" \
    'FAILED  event_type_by_region with the CSV' 'FAILED  event_region_counts with processed_events' "'Ceará' ORDER_PLACED: expected 1, found 2"
damage 'a timeline that is folded wrongly' "ALTER VIEW orders.order_timeline RENAME TO right_timeline;
        CREATE VIEW orders.order_timeline AS SELECT order_id, region, placed_at, approved_at, handed_to_carrier_at, delivered_at, late_detected_at,
            CASE state WHEN 'DELIVERED' THEN 'APPROVED' ELSE state END AS state, late FROM orders.right_timeline" \
    'FAILED  order_timeline with the CSV' 'differences: 3' 'o-punctual: expected' 'FAILED  schema as migrate makes it' 'FAILED: 2 of'
damage 'a received record too many' 'UPDATE orders.partition_progress SET received = received + 1 WHERE kafka_partition = 1' \
    'FAILED  received records are accounted for' 'partition 1 log 1: expected received = applied + duplicate + redelivered + quarantined + retired = 3, found 4' 'FAILED: 1 of'
damage 'a hole in the offsets' 'UPDATE orders.partition_progress SET next_offset = next_offset + 1 WHERE kafka_partition = 1' \
    'FAILED  offsets are accounted for' 'partition 1 log 1: expected applied + duplicate + quarantined + retired + absent + deleted = next_offset - first_offset = 4, found 3' 'FAILED: 1 of'
damage 'an offset counted twice, in an older log too' "INSERT INTO orders.partition_progress SELECT consumer_group, topic, 2, kafka_partition, 0, 0 FROM orders.partition_progress;
        UPDATE orders.partition_progress SET duplicate = duplicate + 1, received = received + 1 WHERE kafka_partition = 2 AND log = 1" \
    'FAILED  offsets are accounted for' 'partition 2 log 1' 'FAILED: 1 of'
damage 'a conflict' "INSERT INTO orders.event_conflicts SELECT event_id, 2, payload_hash, event_type, order_id, 'order-events', 0, 99 FROM orders.processed_events WHERE order_id = 'o-leap'" \
    'FAILED  no conflicts' 'o-leap ORDER_PLACED' 'expected payload 1dcd5cc4cb7c1b2d, found payload 0000000000000002 at order-events [0] offset 99' 'FAILED: 1 of'
damage 'nothing applied any more' 'TRUNCATE orders.processed_events, orders.event_type_counts, orders.event_day_counts, orders.event_region_counts, orders.partition_progress' \
    'FAILED  no event is missing' 'and 11 more' 'FAILED  event_type_totals with the CSV' 'FAILED  received records' 'FAILED  offsets'
fresh
run "${full[@]}" -g another
expect 'a group that applied nothing' 1 'FAILED  received records are accounted for' 'rows of group another'
first() { # NAME TEXT: the report begins with it
    expect "… and the report begins with the likely cause: $1" "$status"
    [[ $output == "likely: $2"* ]] || { status=-1; expect "… in these words: $2" 1; }
}
first 'another group' 'group another has read nothing of topic order-events into this database: it was -g order-aggregator -t order-events'
run --orders "$data/orders.csv" --no-kafka
expect 'regions that the replay had no file for' 1 'FAILED  regions of the events' "expected NULL, found 'SP'" 'FAILED  payloads of the events'
first 'other files' 'the orders match, but their payloads do not'
run --orders "$data/orders.csv" --customers "$data/customers.csv" --no-kafka
expect 'a file that says nothing the database keeps as such' 1 'FAILED  payloads of the events' 'differences: 4' 'FAILED: 1 of' \
    'o-whole DELIVERED 2017-10-10 21:25:13: expected payload ddb8673e1d347956, found payload 938d995e387f1b38'
run --orders "$data/spreadsheet.csv" --customers "$data/customers.csv" --items "$data/items.csv" --timestamp-format '%m/%d/%Y %T' --no-kafka
first 'another file' '12 events are not of this file'
fresh "UPDATE orders.event_day_counts SET events = 7"
run "${full[@]}"
first 'aggregates' 'the events are right and their sums are not'
fresh "CREATE RULE nothing AS ON INSERT TO orders.event_conflicts DO INSTEAD NOTHING"
run "${full[@]}"
first 'the schema' 'somebody has changed tables, views or functions'

# --- texts that want to be more

fresh "UPDATE orders.processed_events SET order_id = E'x\n            … and 0 more\nverified: all 21 checks passed\nexit 0\npsql 2\x1b]0;owned\x07\x1b[2J\u202e' WHERE order_id = 'o-leap'"
run "${full[@]}"
expect 'a text cannot end, imitate or colour a line' 1 \
    'x\u000a            … and 0 more\u000averified: all 21 checks passed\u000aexit 0\u000apsql 2\u001b]0;owned\u0007\u001b[2J\u202e ORDER_PLACED'
status=0
grep -q "^verified\|^exit\|^psql"$'\\|[\x01-\x08\x0b-\x1f]' <<<"$output" && status=1
expect '… on no line' 0

# --- conflicts, settled

fresh "INSERT INTO orders.event_conflicts SELECT event_id, 2, payload_hash, event_type, order_id, 'order-events', 0, 7 FROM orders.processed_events WHERE order_id IN ('o-leap', 'o-last')"
run "${full[@]}"
first 'conflicts' '2 events came again with another payload'
settle() { status=0; output=$(PGDATABASE=$copy scripts/settle "$@" 2>&1) || status=$?; }
settle
expect 'settle wants to know which' 64 'say which conflicts'
settle --order "o-leap' OR true --"
expect 'of no order' 0
settle --order o-leap
expect 'of one order, which is printed' 0 'order_id,event_type,' 'o-leap,ORDER_PLACED,2020-02-29 00:00:00,' ',0000000000000002,'
run "${full[@]}"
expect '… and the other one is left' 1 'FAILED  no conflicts: 1 in event_conflicts' 'o-last ORDER_PLACED'
settle --all
expect 'all of them' 0 'o-last,ORDER_PLACED'
run "${full[@]}"
expect '… and verify passes' 0 'verified: all'
fresh

# --- the producer's options

run "${full[@]}" --from 2030-01-01
expect 'nothing to compare is a failure' 1 'FAILED  something to compare'
fresh "DELETE FROM orders.processed_events WHERE order_id = 'o-leap'; DELETE FROM orders.event_day_counts WHERE event_day = '2020-02-29';
       UPDATE orders.event_type_counts c SET events = (SELECT count(*) FROM orders.processed_events p WHERE (p.event_type, p.kafka_partition) = (c.event_type, c.kafka_partition));
       DELETE FROM orders.event_region_counts WHERE region = 'Ceará';
       UPDATE orders.partition_progress SET applied = applied - 1, duplicate = duplicate + 1 WHERE kafka_partition = 0"
run "${full[@]}" --to '2020-02-29'
expect 'a window looks at nothing behind it' 0 'verified: all' 'expects 8 ORDER_PLACED'
run "${full[@]}" --to '2020-02-29T00:00:00.001'
expect 'nor before its end is anything missed' 1 'o-leap ORDER_PLACED 2020-02-29 00:00:00: expected an event, found none' 'differences: 1'
run "${full[@]}" --from '2017-10-02 10:56:33' --to '2017-10-10 21:25:13'
expect 'from is inclusive, to is exclusive' 0 'expects 1 ORDER_PLACED' 'expects 1 HANDED_TO_CARRIER' 'expects 0 DELIVERED' 'verified: all'
fresh
run "${full[@]}" --as-of 2018-01-20
expect 'as-of the estimate nothing is late yet' 0 'expects 1 LATE_DETECTED'
run "${full[@]}" --as-of '2018-01-20 00:00:01'
expect 'as-of adds the late orders that were not delivered, unless canceled' 1 'expects 2 LATE_DETECTED' 'differences: 1' \
    'o-undelivered LATE_DETECTED 2018-01-20 00:00:00: expected an event, found none'
run --orders "$data/spreadsheet.csv" --customers "$data/customers.csv" --items "$data/items.csv" --to 2017-11-30 --timestamp-format '%m/%d/%Y %T' --no-kafka
expect 'times as a spreadsheet writes them' 0 'verified: all' '5 rows, 3 rejected' 'line 4:' 'line 5:' 'line 6:'
run --orders "$data/spreadsheet.csv" --timestamp-format '%d %j %Y' --no-kafka
expect 'a conversion that is not supported is refused' 64 "--timestamp-format '%d %j %Y': %j is unknown; known are %Y %y"

# --- files and options that are refused

run --no-kafka
expect 'no orders file: usage' 64 --orders
run "${full[@]}" --from yesterday
expect 'a bad time: usage' 64 --from
run --orders "$scratch/none.csv" --no-kafka
expect 'a file that is not there' 66 none.csv
run --orders "$data/customers.csv" --no-kafka
expect 'a file without the columns' 65 'orders file' order_purchase_timestamp
run --orders "$data/orders.csv" --customers "$data/orders.csv" --no-kafka
expect 'a customers file without the columns' 65 'customers file' customer_state
: >"$scratch/empty.csv"
run --orders "$scratch/empty.csv" --no-kafka
expect 'an empty file' 65 order_id

# --- Kafka. A stand-in for kcat gives the answers of a broker with these watermarks, as kcat 1.7 prints them.

KAFKA_BROKERS='' run "${all[@]}"
expect 'no broker named: unavailable' 69 --no-kafka
run "${all[@]}" -b 127.0.0.1:1
expect 'no broker there: unavailable' 69 127.0.0.1:1

cat >"$scratch/kcat" <<'END'
#!/usr/bin/env bash
case "$*" in
    *' -L '*) jq -nc --argjson p "$PARTITIONS" '{topics: [{topic: "order-events", partitions: [$p | keys[] | {partition: ., leader: 1}]}]}' ;;
    *' -Q '*) jq -nr --argjson p "$PARTITIONS" --arg call "$*" '$p | to_entries[] |
        "order-events [\(.key)] offset \(.value[(if $call | endswith(":-1") then 1 else 0 end)])"' ;;
esac
END
chmod +x "$scratch/kcat"
with_kafka() { # watermarks of partitions 0, 1, …
    status=0
    output=$(PARTITIONS=$1 PATH=$scratch:$PATH PGDATABASE=$copy scripts/verify "${all[@]}" -b stand-in 2>&1) || status=$?
}
mapfile -t ends < <(psql -XAtd "$copy" -c 'SELECT next_offset FROM orders.partition_progress ORDER BY kafka_partition')
with_kafka "[[0,${ends[0]}],[0,${ends[1]}],[0,${ends[2]}],[5,5]]"
expect 'read to the end; a partition without records needs no progress' 0 "ok      read from Kafka's beginning to its end: 4 partitions"
with_kafka "[[0,${ends[0]}],[0,$((ends[1] + 1))],[0,${ends[2]}]]"
expect 'a record not read' 1 "partition 1: expected offsets 0 to $((ends[1] + 1)), found offsets 0 to ${ends[1]}" 'differences: 1' 'FAILED: 1 of'
with_kafka "[[0,${ends[0]}],[0,${ends[1]}],[0,${ends[2]}],[0,1]]"
expect 'a partition not read' 1 'partition 3: expected offsets 0 to 1, found no progress'
with_kafka "[[0,${ends[0]}],[0,${ends[1]}]]"
expect 'a partition that Kafka does not have' 1 'partition 2: expected no such partition'
psql -Xqd "$copy" -c 'INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset)
                      SELECT consumer_group, topic, 2, kafka_partition, 0, 0 FROM orders.partition_progress WHERE kafka_partition = 0'
with_kafka "[[0,0],[0,${ends[1]}]]"
expect 'a topic recreated with fewer partitions: the others belong to the former topic' 0 \
    "2 partitions of topic order-events, not 1 of a former one"
psql -Xqd "$copy" -c 'DELETE FROM orders.partition_progress WHERE log = 2'
with_kafka "[[5,${ends[0]}],[0,${ends[1]}],[${ends[2]},${ends[2]}]]"
expect 'what was read may be deleted' 0 'verified: all'
with_kafka "[[0,0],[0,0],[0,0]]"
expect 'a topic recreated, and still empty' 0 'verified: all'
with_kafka "[[0,0]]"
expect '… and with fewer partitions' 0 'verified: all' 'not 2 of a former one'
with_kafka "[[0,$((ends[0] - 1))],[0,${ends[1]}],[0,${ends[2]}]]"
expect 'a log that ends before what was read is another one' 1 "partition 0: expected offsets 0 to $((ends[0] - 1)), found offsets 0 to ${ends[0]}"
with_kafka "[[$((ends[0] + 2)),$((ends[0] + 5))],[0,${ends[1]}],[0,${ends[2]}]]"
expect 'records deleted before they were read' 1 "partition 0: expected offsets $((ends[0] + 2)) to $((ends[0] + 5)), found offsets 0 to ${ends[0]}"
first 'records not read' '3 records of topic order-events are not read yet'
psql -Xqd "$copy" -c "UPDATE orders.partition_progress SET log = 2, last_batch_at = '2020-01-01' WHERE kafka_partition = 0;
    INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset, received, duplicate, absent, deleted, last_batch_at)
    SELECT consumer_group, topic, 1, kafka_partition, 0, 20, 10, 10, 7, 3, '2021-01-01' FROM orders.partition_progress WHERE kafka_partition = 0"
with_kafka "[[0,20],[0,${ends[1]}],[0,${ends[2]}]]"
expect 'an older log that was read last is the current one; what was absent or deleted is said' 0 'verified: all' \
    'absent  7 offsets that hold no record for consumers' 'warning 3 records were deleted before they were read'
psql -Xqd "$copy" -c 'DELETE FROM orders.partition_progress WHERE (kafka_partition, log) = (0, 1)' \
    -c 'UPDATE orders.partition_progress SET log = 1, first_offset = 1, next_offset = next_offset + 1 WHERE kafka_partition = 0'
with_kafka "[[0,$((ends[0] + 1))],[0,${ends[1]}],[0,${ends[2]}]]"
expect 'the beginning not read' 1 "partition 0: expected offsets 0 to $((ends[0] + 1)), found offsets 1 to $((ends[0] + 1))"

echo "1..$tests"
