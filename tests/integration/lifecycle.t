#!/usr/bin/env bash
# Life cycles: a type that one line adds, the largest one, and those that do not fit.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

folder=$logs/data
mkdir -p -- "$folder"
lifecycle=$folder/lifecycle.csv

# --- one line more: RETURNED, while everything runs

use_orders 2000
cp -- lifecycles/olist.csv "$lifecycle"
export ORDER_LIFECYCLE=$lifecycle
new_case 3
produce
events=$(expected_events)
start running "${consumer[@]}"
wait_until 30 applied_all
start_monitor monitor

sed -i '/^event,DELIVERED/a event,RETURNED,order_returned_at,,' "$lifecycle"
is 'one line' "$(comm -3 <(sort lifecycles/olist.csv) <(sort "$lifecycle"))" $'\tevent,RETURNED,order_returned_at,,'
run other scripts/verify --no-kafka --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
is 'verify refuses a lifecycle that the database does not have' "$status" 78
like '... and says what differs' "$(cat "$logs/other.log")" \
    "*$lifecycle has event RETURNED, the database does not: scripts/migrate --lifecycle $lifecycle adds it"
produce
wait_until 30 applied_all
ok 'the file may lack its column, which is said' logged "producer-$runs" 'has no column named order_returned_at'
ok 'migrate adds it' scripts/migrate
is 'in its place' "$(query 'SELECT enum_range(NULL::orders.event_type)')" \
    '{ORDER_PLACED,ORDER_APPROVED,HANDED_TO_CARRIER,DELIVERED,RETURNED,LATE_DETECTED}'

# Every tenth delivered order came back three days later.
tr -d '"\r' <"$orders" | awk -F, -v OFS=, 'NR == 1 { print $0, "order_returned_at"; next }
    { print $0, $7 != "" && NR % 10 == 0 ? substr($7, 1, 8) "28 12:00:00" : "" }' >"$folder/returned.csv"
returned=$(awk -F, 'NR > 1 && $NF != ""' "$folder/returned.csv" | wc -l)
orders=$folder/returned.csv
set_programs
produce
wait_until 30 applied_all
between 'orders came back' "$returned" 100 300
is 'a consumer that ran all the time applies them' "$(query "SELECT events FROM orders.event_type_totals WHERE event_type = 'RETURNED'")" "$returned"
is 'and quarantines nothing' "$(counters)" "applied=$((events + returned)) duplicate=$((2 * events)) redelivered=0 quarantined=0"
verify_ok 'verify'
is 'the timeline has it' "$(query "SELECT count(returned_at), count(*) FILTER (WHERE state = 'RETURNED') FROM orders.order_timeline")" "$returned|$returned"
shows_returned() { [[ $(status_of '.postgres.types[] | select(.type == "RETURNED").events') == "$returned" ]]; }
ok 'the monitor shows it' wait_until 10 shows_returned
end running TERM 10
end monitor TERM 10

# --- the database keeps what it has

sed -i '/^event,RETURNED/d' "$lifecycle"
run shorter scripts/migrate
is 'a shorter file is refused' "$status" 78
like '... and says what is missing' "$(cat "$logs/shorter.log")" "*the database keeps the lifecycle it has: the database has event RETURNED, $lifecycle does not"
sed 's/order_approved_at/order_status/' lifecycles/olist.csv >"$lifecycle"
sed -i '/^event,DELIVERED/a event,RETURNED,order_returned_at,,' "$lifecycle"
run another scripts/migrate
is 'another meaning is refused' "$status" 78
like '... and says which' "$(cat "$logs/another.log")" \
    "*event ORDER_APPROVED: its column is order_status in $lifecycle and order_approved_at in the database"

# --- the topic of another one

run foreign env ORDER_LIFECYCLE=lifecycles/olist.csv "${producer[@]}"
is 'the producer does not write to a topic that ends with events of another lifecycle' "$status" 78
ok '... and the producer says why' logged foreign 'topic .* holds events of another lifecycle: RETURNED is not in lifecycles/olist.csv'

# --- files with mistakes: the sentences are those of migrate and verify (lifecycle_sql.t has the same cases)

mkdir -p -- "$folder/cases"
tests/data/lifecycle/split "$folder/cases" >"$folder/cases.list" # all files are there before the first is read
wrong='' refused=0
while IFS=$'\t' read -r number name reason; do
    file=$folder/cases/$number.csv
    run case "$PRODUCER" --brokers 127.0.0.1:1 --lifecycle "$file" /dev/null # nobody is asked: it would be status 69
    if [[ $reason == good ]]; then
        ! logged case 'cannot use .*/cases/' || wrong+="$name: $(tail -n 1 "$logs/case.log")"$'\n'
    else
        refused=$((refused + 1))
        [[ $status == 78 ]] && grep -qF "cannot use $file: $reason" "$logs/case.log" ||
            wrong+="$name: $status $(tail -n 1 "$logs/case.log")"$'\n'
    fi
done <"$folder/cases.list"
is 'the producer refuses each, with line and reason, before anything is sent' "none$wrong" none
between 'so many are bad' "$refused" 80 200
run case "$PRODUCER" --lifecycle "$folder/none.csv" "$orders"
is 'a file that is not there' "$status" 66

cp -- lifecycles/olist.csv "$lifecycle"
run case "$PRODUCER" --lifecycle "$lifecycle" --rejects "$lifecycle" "$orders"
is 'rejected rows are not written over the lifecycle' "$status $(diff -q lifecycles/olist.csv "$lifecycle")" '64 '

# --- names of other letters, which alone tell the delimiter; a flag that has a meaning elsewhere

cat >"$lifecycle" <<'END'
kind,name,column,rule,stage
file,customers,,by 상태,
id,orderId,주문,,
event,PAID,결제,required,
event,SENT,발송,,
deadline,LATE,기한,before SENT as here,
unless,LATE,상태,취소|반품 완료,
END
cat >"$folder/korean.csv" <<'END'
주문;결제;발송;기한;상태
A-1;2024-01-01;2024-01-02;2024-01-03;
A-2;2024-01-01;2024-01-04;2024-01-03;
A-3;2024-01-01;;2024-01-03;취소
A-4;2024-01-01;;2024-01-03;반품
END
orders=$folder/korean.csv
orders_alone
export ORDER_LIFECYCLE=$lifecycle
new_case 1
produce --as-of 2024-02-01
consume
is 'names in other scripts' "$(query "SELECT order_id FROM orders.order_timeline WHERE here ORDER BY 1" | xargs) $(counters)" \
    'A-2 A-4 applied=8 duplicate=0 redelivered=0 quarantined=0'
verify_ok 'verify' --as-of 2024-02-01
cut -d';' -f1-4 "$folder/korean.csv" >"$folder/less.csv"
run case "$PRODUCER" --dry-run --as-of 2024-02-01 "$folder/less.csv"
is 'an exception needs its column, though it joins a file as well that is not there' "$status" 65

# --- as large as it gets: 40 types with names of 63 letters, an order id of 64

{
    echo kind,name,column,rule,stage
    echo id,orderId,id,,
    for ((i = 1; i <= 40; i++)); do
        printf 'event,TYPE_%02d_%s,time %d,%s,t%d\n' "$i" "$(printf 'X%.0s' {1..55})" "$i" "$( ((i > 1)) || echo required)" "$i"
    done
    echo payload,region,region,,
} >"$lifecycle"
{
    printf id
    for ((i = 1; i <= 40; i++)); do printf ',time %d' "$i"; done
    echo ,region
    for ((row = 0; row < 50; row++)); do
        printf '%s%02d' "$(printf '~%.0s' {1..62})" "$row"
        for ((i = 1; i <= 40; i++)); do printf ',2024-01-%02d %02d:%02d:00.%03d' $((row % 28 + 1)) $((i / 2)) "$row" "$i"; done
        echo ",region $((row % 3))"
    done
} >"$folder/large.csv"
orders=$folder/large.csv
orders_alone
export ORDER_LIFECYCLE=$lifecycle
new_case 3
start_monitor monitor
produce
consume
is '40 types: every total is right' "$(query 'SELECT count(*), min(events), max(events) FROM orders.event_type_totals')" '40|50|50'
is '... in the order of the file' "$(query "SELECT string_agg(substr(event_type::text, 6, 2), ' ' ORDER BY event_type) FROM orders.event_type_totals")" \
    "$(printf '%02d ' {1..40} | sed 's/ $//')"
verify_ok 'verify'
shows_40() { [[ $(status_of '.postgres.types | length') == 40 ]]; }
wait_until 10 shows_40
is 'the monitor shows them whole' "$(status_of '[.postgres.types[].type | length] | unique | join(" ")')" 63
is 'the summary names them whole' "$(grep -c "summary: TYPE_[0-9][0-9]_X\{55\} *received=50 applied=50" "$logs/consumer-$runs.log")" 40
end monitor TERM 10

# --- A database that lost its lifecycle
query 'DELETE FROM orders.lifecycle'
run "consumer-$((++runs))" "${consumer[@]}" --group "$group-again" --exit-at-end
is 'a database without a lifecycle is refused' "$status" 78
ok '... with what to do' logged "consumer-$runs" 'the database has no lifecycle. Run scripts/migrate on it.'

plan
