#!/usr/bin/env bash
# lifecycle_sql.t - the lifecycle file in the database: migrate reads, keeps and extends it, and verify proves by it.
#
#     prove tests/integration/lifecycle_sql.t        # the server in PG*, as a role that may create databases
#
# shellcheck disable=SC2016 # $ in scripts for sed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/sql/tap.sh

unset ORDER_LIFECYCLE
export PGOPTIONS='-c client_min_messages=warning'
olist=lifecycles/olist.csv data=tests/data/verify
databases=()
cleanup() {
    local database
    for database in "${databases[@]}"; do dropdb --if-exists --force "$database"; done
    rm -rf "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

create() { # create NAME [TEMPLATE]: an empty database, or a copy, which all that follows uses
    export PGDATABASE=lifecycle_test_$$_$1
    databases+=("$PGDATABASE")
    createdb -T "${2+lifecycle_test_$$_}${2-template0}" -E UTF8 "$PGDATABASE"
}
run() { # run COMMAND...: its status in $status, what it says in $said
    status=0
    said=$("$@" 2>&1 </dev/null) || status=$?
}
fill() { psql -Xqf "$data/fill.sql" >"$scratch/filled"; } # applies the events on standard input
verify() { run scripts/verify "$@" --no-kafka; }
columns() { query "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'orders.order_timeline'::regclass AND attnum > 0"; }
labels() { query 'SELECT enum_range(NULL::orders.event_type)'; }
edit() { sed -E "$1" "$olist" >"$scratch/edited.csv"; } # Olist's lifecycle, changed by sed

# --- files that cannot be used

tests/data/lifecycle/split "$scratch" >"$scratch/cases.list" # all files are there before the first is read
create none
wrong=''
while IFS=$'\t' read -r number name reason; do
    if [[ $reason == good ]]; then continue; fi
    run scripts/migrate --lifecycle "$scratch/$number.csv"
    [[ $status -eq 78 && $said == "migrate: cannot use $scratch/$number.csv: $reason" ]] || wrong+="$name: $status $said"$'\n'
done <"$scratch/cases.list"
is "$wrong" '' 'each bad file is refused by migrate, with line and reason'
is "$(query "SELECT to_regnamespace('orders')")" '' 'and nothing is migrated'
run scripts/migrate --lifecycle "$scratch/none.csv"
is "$status $said" "66 migrate: cannot read $scratch/none.csv: there is no such file" 'a file that is not there'
run env ORDER_LIFECYCLE="$scratch" scripts/migrate
is "$status $said" "66 migrate: cannot read $scratch: it is a folder" 'a folder, by the environment'
run scripts/migrate --lifecycle
like "$status $said" '64 *--lifecycle needs a file' 'an option without its file'
mkdir -p "$scratch/bare/scripts"
cp -r sql "$scratch/bare"
cp scripts/{migrate,command.sh,database.sh,nodes.sh,printable.sh} "$scratch/bare/scripts"
run "$scratch/bare/scripts/migrate"
like "$status $said" '66 migrate: cannot read */lifecycles/olist.csv: there is no such file' 'an installation without the default'
is "$(query "SELECT to_regnamespace('orders')")" '' 'and nothing is migrated then'

wrong=''
while IFS=$'\t' read -r number name reason; do
    if [[ $reason != good ]]; then continue; fi
    create "good_$number"
    run scripts/migrate --lifecycle "$scratch/$number.csv"
    [[ $status -eq 0 ]] || wrong+="$name: $status $said"$'\n'
    run scripts/migrate --lifecycle "$scratch/$number.csv"
    [[ $status -eq 0 && $said == 'migrate: nothing to do' ]] || wrong+="$name, again: $status $said"$'\n'
    dropdb "$PGDATABASE"
done <"$scratch/cases.list"
is "$wrong" '' 'each good file is applied, and the second time there is nothing to do'

create refusing
scripts/migrate 2>"$scratch/migrate.log"
wrong=''
while IFS=$'\t' read -r number name reason; do
    if [[ $reason == good || $number != *5 ]]; then continue; fi
    verify --orders "$data/orders.csv" --lifecycle "$scratch/$number.csv"
    [[ $status -eq 78 && $said == "verify: cannot use $scratch/$number.csv: $reason" ]] || wrong+="$name: $status $said"$'\n'
done <"$scratch/cases.list"
is "$wrong" '' 'verify refuses them with the same words'
verify --orders "$data" --lifecycle "$scratch/005.csv"
is "$status $said" "78 verify: cannot use $scratch/005.csv: line 1: there is no column named kind" 'also where it looks for files in a folder'
verify --orders "$data/orders.csv" --lifecycle "$scratch/none.csv"
is "$status $said" "66 verify: cannot read $scratch/none.csv: there is no such file" 'a file that is not there'

# --- a database of version 2, with its data

create old
{
    cat sql/migrate/begin.sql
    sed "s/AS ENUM ()/AS ENUM ('ORDER_PLACED', 'ORDER_APPROVED', 'HANDED_TO_CARRIER', 'DELIVERED', 'LATE_DETECTED')/" sql/migrations/001_schema.sql
    echo 'SET check_function_bodies = off;'
    cat sql/migrations/002_requeue.sql tests/data/lifecycle/version_2.sql
    echo 'GRANT SELECT ON orders.order_timeline TO PUBLIC; CREATE VIEW public.mine AS SELECT order_id, delivered_at, late FROM orders.order_timeline;'
} | psql -Xq --set=ON_ERROR_STOP=1 --set=known=2
psql -Xqf tests/data/lifecycle/fill_version_2.sql <"$data/events.csv" >"$scratch/filled"
mine=$(query 'TABLE public.mine')
run scripts/migrate --lifecycle lifecycles/delivery-center.csv
is "$status $said" '78 migrate: the database keeps the lifecycle it has: the database has file customers, lifecycles/delivery-center.csv does not' \
    'another lifecycle is refused'
is "$(query 'SELECT orders.schema_version()')" 2 'before anything is migrated'
run scripts/migrate
like "$status $said" '0 migrate: applied migrations/003_lifecycle.sql
migrate: applied migrations/004_logs.sql
migrate: applied migrations/005_runs.sql
migrate: applied migrations/006_horizon.sql
migrate: applied migrations/007_cluster.sql
migrate: applied migrations/008_replica_identity.sql
migrate: applied migrate/order_timeline.sql
migrate: applied apply_batch.sql
migrate: applied views.sql' 'without a file it is migrated, and has its lifecycle'
is "$(scripts/digest)" 5284de935626e314 'its digest is that of version 2'
verify --orders "$data/orders.csv" --customers "$data/customers.csv" --items "$data/items.csv"
like "$status $said" '0 *verified: all*' 'it verifies'
is "$(columns)" 'order_id region placed_at approved_at handed_to_carrier_at delivered_at late_detected_at state late' 'order_timeline has the same columns'
is "$(query 'TABLE public.mine')" "$mine" 'a view that depends on it is still there'
is "$(query "SELECT relacl::text ~ '[{,]=r/' FROM pg_class WHERE oid = 'orders.order_timeline'::regclass")" t 'and so are grants'
run scripts/migrate --lifecycle "$olist"
is "$status $said" '0 migrate: nothing to do' "it is Olist's file"
create new
scripts/migrate 2>"$scratch/migrate.log"
is "$(query 'TABLE orders.lifecycle')" "$(PGDATABASE=lifecycle_test_$$_old query 'TABLE orders.lifecycle')" 'a new database has the same rows'

# --- differences

create same old
refuse() { # refuse SCRIPT NAME SENTENCE: with $scratch/edited.csv, which it calls FILE
    if [[ $1 == migrate ]]; then run scripts/migrate --lifecycle "$scratch/edited.csv"; else
        verify --orders "$data/orders.csv" --lifecycle "$scratch/edited.csv"; fi
    is "$status $said" "78 $1: the database keeps the lifecycle it has: ${3//FILE/$scratch/edited.csv}" "$1: $2"
}
while IFS='|' read -r name script sentence; do
    edit "$script"
    for program in migrate verify; do refuse "$program" "$name" "$sentence"; done
done <<'END'
a type that is missing|/ORDER_APPROVED/d|the database has event ORDER_APPROVED, FILE does not
an exception that is missing|/^unless/d|the database has unless LATE_DETECTED, FILE does not
another column|s/order_approved_at/approved/|event ORDER_APPROVED: its column is approved in FILE and order_approved_at in the database
two columns exchanged|s/order_approved_at/x/; s/order_delivered_carrier_date/order_approved_at/; s/,x,/,order_delivered_carrier_date,/|event ORDER_APPROVED: its column is order_delivered_carrier_date in FILE and order_approved_at in the database
another id|s/orderId,order_id/orderId,id/|id orderId: its column is id in FILE and order_id in the database
another rule|s/,required,placed/,,placed/; s/order_approved_at,/&required/|event ORDER_PLACED: its rule is empty in FILE and required in the database
another flag|s/as late/as too_late/|deadline LATE_DETECTED: its rule is before DELIVERED as too_late in FILE and before DELIVERED as late in the database
another join|s/by customer_id/by customer_id = id/|file customers: its rule is by customer_id = id in FILE and by customer_id = customer_id in the database
another stage|s/,approved$/,paid/|event ORDER_APPROVED: its stage is paid in FILE and approved in the database
another order|/LATE_DETECTED/d; /ORDER_PLACED/i deadline,LATE_DETECTED,order_estimated_delivery_date,before DELIVERED as late,late_detected\nunless,LATE_DETECTED,order_status,canceled\x7cunavailable,|DELIVERED comes after LATE_DETECTED in FILE and before it in the database
END
edit '$a payload,status,order_status,,'
refuse migrate 'a new field' 'payload status is new: what events carry cannot change, use a new database'
refuse verify 'a field that the database lacks' 'FILE has payload status, the database does not: scripts/migrate --lifecycle FILE adds it'
is "$(scripts/digest)" 5284de935626e314 'nothing has changed'
edit 's/olist_/my_/'
verify --orders "$data/orders.csv" --customers "$data/customers.csv" --items "$data/items.csv" --lifecycle "$scratch/edited.csv"
like "$status $said" '0 *verified: all*' 'other names of files are no difference'

create empty new
edit '$a payload,status,order_status,,'
run scripts/migrate --lifecycle "$scratch/edited.csv"
like "$status $said" '78 *payload status is new*' 'a new field, also while there are no events: consumers may run'
edit '/^unless/d'
create lenient
scripts/migrate --lifecycle "$scratch/edited.csv" 2>"$scratch/migrate.log"
run scripts/migrate --lifecycle "$olist"
like "$status $said" '0 migrate: applied *' 'an exception for a deadline that had none, while there are no events'

# --- a longer file

create longer old
before=$(scripts/digest -v 2>&1)
edit '/^event,DELIVERED/i event,RETURNED,order_returned_at,,returned'
cp "$scratch/edited.csv" "$scratch/longer.csv"
verify --orders "$data/orders.csv" --lifecycle "$scratch/longer.csv"
like "$status $said" "78 *$scratch/longer.csv has event RETURNED, the database does not: scripts/migrate --lifecycle $scratch/longer.csv adds it" \
    'verify says how a type is added'
run scripts/migrate --lifecycle "$scratch/longer.csv"
is "$status $said" "0 migrate: applied $scratch/longer.csv
migrate: applied migrate/order_timeline.sql" 'migrate adds it'
is "$(labels)" '{ORDER_PLACED,ORDER_APPROVED,HANDED_TO_CARRIER,RETURNED,DELIVERED,LATE_DETECTED}' 'in its place'
is "$(columns)" 'order_id region placed_at approved_at handed_to_carrier_at delivered_at late_detected_at state late returned_at' 'order_timeline has its column, at the end'
is "$(query 'TABLE public.mine')" "$mine" 'what depends on the view stays'
after=$(scripts/digest -v 2>&1)
is "$(grep -v -e timeline -e '^[0-9a-f]*$' <<<"$after")" "$(grep -v -e timeline -e '^[0-9a-f]*$' <<<"$before")" 'the digests of events and aggregates are what they were'
is "$(query "SELECT count(*) FROM pg_attribute WHERE attrelid = 'orders.order_timeline'::regclass AND attnum > 0 AND col_description(attrelid, attnum) IS NULL")" 0 'every column has a comment'
run scripts/migrate
is "$status $said" '0 migrate: nothing to do' 'without a file the database keeps what it has'
run scripts/migrate --lifecycle "$olist"
like "$status $said" "78 *the database has event RETURNED, $olist does not" 'the shorter file is refused'
verify --orders "$data/orders.csv" --customers "$data/customers.csv" --items "$data/items.csv" --lifecycle "$scratch/longer.csv"
like "$status $said" '0 *without a column order_returned_at: no RETURNED is expected*expects 0 RETURNED*verified: all*' 'orders of before verify'
verify --orders "$data/orders.csv" --customers "$data/customers.csv"
like "$status $said" "78 verify: the database keeps the lifecycle it has: the database has event RETURNED, */$olist does not" 'not with the shorter file'

create fresh
run scripts/migrate --lifecycle "$scratch/longer.csv"
is "$(columns)" 'order_id region placed_at approved_at handed_to_carrier_at returned_at delivered_at late_detected_at state late' 'a new database has the columns in order'
psql -XAtqd "lifecycle_test_$$_old" -c "COPY (SELECT order_id, event_type, event_at, region, '{}' FROM orders.processed_events) TO STDOUT (FORMAT csv, HEADER)" | fill
is "$(scripts/digest -v 2>&1 | grep timeline)" "$(grep timeline <<<"$after")" 'the digest does not depend on their places'
printf '%s\n' order_id,event_type,event_at,region,payload o-back,ORDER_PLACED,2019-01-01,,{} o-back,RETURNED,2019-01-03,,{} | fill
printf '%s\n' "$(head -n 1 "$data/orders.csv"),ORDER_RETURNED_AT" o-back,,,returned,2019-01-01\ 00:00:00,,,,,2019-01-03\ 00:00:00 >"$scratch/returned.csv"
verify --orders "$scratch/returned.csv" --lifecycle "$scratch/longer.csv" --from 2019-01-01 --to 2019-12-31
like "$status $said" '0 *expects 1 RETURNED*ok      no event is missing: 2 expected*verified: all*' 'its events are expected and found'
is "$(query "SELECT state, returned_at FROM orders.order_timeline WHERE order_id = 'o-back'")" 'RETURNED|2019-01-03 00:00:00' 'it is a state of the order'

create cut old
query "BEGIN; ALTER TYPE orders.event_type ADD VALUE 'RETURNED' BEFORE 'DELIVERED'; UPDATE orders.lifecycle SET no = -no - 1 WHERE no > 7;
       UPDATE orders.lifecycle SET no = -no WHERE no < 0; INSERT INTO orders.lifecycle VALUES (8, 'event', 'RETURNED', 'order_returned_at', '', 'returned'); COMMIT"
run scripts/migrate
is "$status $said $(columns)" '0 migrate: applied migrate/order_timeline.sql order_id region placed_at approved_at handed_to_carrier_at delivered_at late_detected_at state late returned_at' \
    'a migrate that was cut off before the view is completed by the next one'

# --- two at once

create twice old
scripts/migrate --lifecycle "$scratch/longer.csv" 2>"$scratch/one" & one=$!
scripts/migrate --lifecycle "$scratch/longer.csv" 2>"$scratch/two" & two=$!
status=0
wait "$one" || status=$?
wait "$two" || status=$?
is "$status $(sort "$scratch/one" "$scratch/two")" "0 migrate: applied $scratch/longer.csv
migrate: applied migrate/order_timeline.sql
migrate: nothing to do" 'of two at once one does the work'
create race
scripts/migrate --lifecycle lifecycles/delivery-center.csv 2>"$scratch/one" & one=$!
scripts/migrate --lifecycle "$olist" 2>"$scratch/two" & two=$!
first=0 second=0
wait "$one" || first=$?
wait "$two" || second=$?
like "$(printf '%s\n' "$first" "$second" | sort -n | xargs) $(cat "$scratch/one" "$scratch/two")" '0 78 *the database keeps the lifecycle it has*' \
    'of two with different files one is refused'
run scripts/migrate
is "$status $said" '0 migrate: nothing to do' 'and the other one has done all of its work'

# --- as many as there can be

create most
letters=$(printf 'X%.0s' {1..61})
{
    echo kind,name,column,rule,stage
    echo id,orderId,order_id,,
    for ((i = 10; i < 74; i++)); do
        if ((i == 10)); then rule=required; else rule=; fi
        echo "event,$letters$i,time $i,$rule,$(tr X x <<<"${letters:0:58}")$i"
    done
} >"$scratch/most.csv"
run scripts/migrate --lifecycle "$scratch/most.csv"
is "$status $(query "SELECT count(*), min(length(enumlabel)) FROM pg_enum WHERE enumtypid = 'orders.event_type'::regtype") $(columns | wc -w)" '0 64|63 67' \
    '64 types of 63 letters'
{
    echo order_id,event_type,event_at,region,payload
    for ((i = 10; i < 74; i++)); do echo "o-1,$letters$i,2020-01-01 00:00:$((i % 60)),,{}"; done
} | fill
{
    printf order_id; printf ',time %d' {10..73}; echo
    printf o-1; for ((i = 10; i < 74; i++)); do printf ',2020-01-01 00:00:%02d' $((i % 60)); done; echo
} >"$scratch/most_orders.csv"
verify --orders "$scratch/most_orders.csv" --lifecycle "$scratch/most.csv"
like "$status $said" '0 *no event is missing: 64 expected*verified: all*' 'are verified'
like "$(scripts/digest)" '????????????????' 'and have a digest'

# --- other lifecycles

create center
scripts/migrate --lifecycle lifecycles/delivery-center.csv 2>"$scratch/migrate.log"
is "$(columns)" 'order_id region created_at accepted_at ready_at collected_at in_expedition_at delivering_at delivered_at finished_at state' 'delivery-center has no deadline, so no flag'
mkdir "$scratch/center"
cat >"$scratch/center/orders.csv" <<'END'
order_id,store_id,channel_id,payment_order_id,delivery_order_id,order_status,order_moment_created,order_moment_accepted,order_moment_finished
1,3,5,7,9,FINISHED,1/1/2021 12:01:36 AM,1/1/2021 12:02:00 AM,1/2/2021 12:00:00 AM
2,3,5,7,9,CANCELED,1/1/2021 10:01:36 AM,,1/1/2021 10:01:36 AM
3,3,5,7,9,CANCELED,,,1/1/2021 10:01:36 AM
END
fill <<'END'
order_id,event_type,event_at,region,payload
1,ORDER_CREATED,2021-01-01 00:01:36,,"{""channel"":""5"",""delivery"":""9"",""payment"":""7"",""store"":""3""}"
1,ORDER_ACCEPTED,2021-01-01 00:02:00,,"{""channel"":""5"",""delivery"":""9"",""payment"":""7"",""store"":""3""}"
1,FINISHED,2021-01-02 00:00:00,,"{""channel"":""5"",""delivery"":""9"",""payment"":""7"",""store"":""3""}"
2,ORDER_CREATED,2021-01-01 10:01:36,,"{""channel"":""5"",""delivery"":""9"",""payment"":""7"",""store"":""3""}"
2,FINISHED,2021-01-01 10:01:36,,"{""channel"":""5"",""delivery"":""9"",""payment"":""7"",""store"":""3""}"
END
export ORDER_LIFECYCLE=lifecycles/delivery-center.csv
verify --orders "$scratch/center"
like "$status $said" '0 *3 rows, 1 rejected*line 4: order_moment_created is missing*regions of the events: 5 in processed_events with none*verified: all*' \
    'a folder, with the names of the file, which the environment names'
verify --orders "$scratch/center" --lifecycle "$olist"
like "$status $said" '78 *the database has event ORDER_CREATED*' 'a folder with another lifecycle'
verify --orders "$scratch/center" --customers "$scratch/center/orders.csv"
like "$status $said" '64 *--customers needs a row of kind file in *' 'a customers file that nothing joins'
unset ORDER_LIFECYCLE
for demo in sql/demo/*.sql; do run psql -XAtq --set=ON_ERROR_STOP=1 -f "$demo"; like "$status $said" '0 ?*' "$demo"; done

create other
cat >"$scratch/other.csv" <<'END'
kind,name,column,rule,stage
file,customers,customers.csv,by Käufer = Id,
id,orderId,Nummer,,
event,PAID,paid at,,
event,ORDERED,Zeit für alles,required,
deadline,LATE,due,before SENT,
event,SENT,sent,,
unless,LATE,état,"annulé|x, y",
deadline,VERY_LATE,due,before SENT as very,very_late
payload,region,customers.Région,,
payload,born,customers.born,time,
payload,note,note,,
payload,due,due,time,
END
scripts/migrate --lifecycle "$scratch/other.csv" 2>"$scratch/migrate.log"
cat >"$scratch/other_orders.csv" <<'END'
NUMMER,paid at,Zeit für alles,due,sent,état,Käufer,note
o-1,2020-01-xx,2020-01-01 00:00:00,,,,,
o-2,,2020-01-01 00:00:00,2020-02-01 00:00:00,2020-02-02 00:00:00,,c1,ñ
o-3,,2020-01-01 00:00:00,2020-02-01 00:00:00,,annulé,c2,
o-4,,2020-01-01 00:00:00,2020-02-01 00:00:00,,"x, y",c3,
o-5,,2020-01-01 00:00:00,2020-02-01 00:00:00,,annule,c4,
o-6,2020-01-02 00:00:00,2020-01-01 00:00:00,2020-02-01 00:00:00,,NULL,NULL,
END
{
    echo o-7,,2020-01-01 00:00:00,,,,,"$(printf 'x%.0s' {1..128})"
    echo o-8,,2020-01-01 00:00:00,,,,,"$(printf 'x%.0s' {1..129})"
} >>"$scratch/other_orders.csv"
cat >"$scratch/other_customers.csv" <<'END'
Id,born,région
c1,1970-01-01 00:00:00,Ávila
c1,,Ávila again
c2,today,Berlin
c2,,Bonn
c3,,
END
fill <<'END'
order_id,event_type,event_at,region,payload
o-2,ORDERED,2020-01-01 00:00:00,Ávila,"{""born"":""1970-01-01T00:00:00"",""due"":""2020-02-01T00:00:00"",""note"":""ñ"",""region"":""Ávila""}"
o-2,LATE,2020-02-01 00:00:00,Ávila,"{""born"":""1970-01-01T00:00:00"",""due"":""2020-02-01T00:00:00"",""note"":""ñ"",""region"":""Ávila""}"
o-2,VERY_LATE,2020-02-01 00:00:00,Ávila,"{""born"":""1970-01-01T00:00:00"",""due"":""2020-02-01T00:00:00"",""note"":""ñ"",""region"":""Ávila""}"
o-2,SENT,2020-02-02 00:00:00,Ávila,"{""born"":""1970-01-01T00:00:00"",""due"":""2020-02-01T00:00:00"",""note"":""ñ"",""region"":""Ávila""}"
o-3,ORDERED,2020-01-01 00:00:00,Bonn,"{""due"":""2020-02-01T00:00:00"",""region"":""Bonn""}"
o-3,VERY_LATE,2020-02-01 00:00:00,Bonn,"{""due"":""2020-02-01T00:00:00"",""region"":""Bonn""}"
o-4,ORDERED,2020-01-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-4,VERY_LATE,2020-02-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-5,ORDERED,2020-01-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-5,LATE,2020-02-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-5,VERY_LATE,2020-02-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-6,PAID,2020-01-02 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-6,ORDERED,2020-01-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-6,LATE,2020-02-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-6,VERY_LATE,2020-02-01 00:00:00,,"{""due"":""2020-02-01T00:00:00""}"
o-7,ORDERED,2020-01-01 00:00:00,,"{""note"":""xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx""}"
END
verify --orders "$scratch/other_orders.csv" --customers "$scratch/other_customers.csv" --lifecycle "$scratch/other.csv" --as-of 2021-01-01
like "$status $said" '0 *8 rows, 2 rejected*line 2: paid at is not a valid time*line 9: note is not clean UTF-8 text of at most 128 bytes*verified: all*' \
    'two deadlines, exceptions, names and regions that are not ASCII, a time of the customers file'
is "$(query "SELECT state, late, very FROM orders.order_timeline WHERE order_id = 'o-6'")" 'ORDERED|t|t' 'the furthest event is the state, not a deadline'
sed 's/état/status/' "$scratch/other_orders.csv" >"$scratch/other_status.csv"
verify --orders "$scratch/other_status.csv" --customers "$scratch/other_customers.csv" --lifecycle "$scratch/other.csv"
like "$status" 1 "without --as-of the exception's column may be missing"
verify --orders "$scratch/other_status.csv" --customers "$scratch/other_customers.csv" --lifecycle "$scratch/other.csv" --as-of 2021-01-01
like "$status $said" '65 *état' 'with it the column is needed'
query 'DROP VIEW orders.order_timeline; CREATE VIEW orders.order_timeline AS SELECT order_id FROM orders.processed_events'
verify --orders "$scratch/other_orders.csv" --customers "$scratch/other_customers.csv" --lifecycle "$scratch/other.csv" --as-of 2021-01-01
is "$status $said" '78 verify: orders.order_timeline lacks columns of the lifecycle: run scripts/migrate' 'a view without the columns of the lifecycle'

done_testing
