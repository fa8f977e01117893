#!/usr/bin/env bash
# The second life cycle: a file of the form of "Delivery Center", with other columns, stages and times than Olist's. The same
# promises, held by the same programs.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

export ORDER_LIFECYCLE=$PWD/lifecycles/delivery-center.csv
folder=$logs/data
"$GENERATE_ORDERS" --form delivery-center --orders 3000 "$folder" 2>"$logs/generate.log"
orders=$folder/orders.csv
orders_alone

moments() { # of the file, by awk alone: "orderId moment"
    awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^order_moment_/) column[i] = $i; next }
             { for (i in column) if ($i != "") print $1, column[i] }' "$orders"
}

events=$(moments | wc -l)
created_first() { moments | awk '{ print $2 }' | sort | uniq -c | awk '{ print $2 "|" $1 }' | sort; }
as_columns() { # what the totals are of, under the names of the columns
    query "SELECT l.source || '|' || t.events FROM orders.event_type_totals t JOIN orders.lifecycle l ON (l.kind, l.name) = ('event', t.event_type::text)" |
        sort
}

new_case 6
produce
consume
is 'a replay comes to the counts of the CSV' "$(as_columns)" "$(created_first)"
is 'all of it is applied' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
verify_ok 'verify'
first=$(digest)
is 'the timeline has a column for each stage' \
    "$(query "SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'orders.order_timeline'::regclass AND attnum > 0")" \
    'order_id region created_at accepted_at ready_at collected_at in_expedition_at delivering_at delivered_at finished_at state'
sample=$(awk -F, 'NR == 2 { print $1, $15 }' "$orders")
is 'a 12-hour clock is read as it is meant' \
    "$(query "SELECT order_id || ' ' || to_char(created_at, 'FMMM/FMDD/YYYY FMHH12:MI:SS AM') FROM orders.order_timeline WHERE order_id = '${sample%% *}'")" \
    "$sample"

produce
consume
is 'a second replay: duplicates and nothing else' "$(counters)" "applied=$events duplicate=$events redelivered=0 quarantined=0"
is 'and the same results' "$(digest)" "$first"

# --- killed in the middle, and three that share

new_reader
slow_database 10
start victim "${consumer[@]}" -X session.timeout.ms=6000 --batch-size 500
wait_until 30 progressed 1000
ok 'a consumer in the middle of its work' in_the_middle victim
end victim KILL 10
quick_database
for i in 1 2 3; do start "sharer$i" "${consumer[@]}" --exit-at-end; done
for i in 1 2 3; do
    await "sharer$i" 60
    is "consumer $i of three ends at the end" "$status" 0
done
is 'killed and shared: the same results' "$(digest)" "$first"
ok 'the invariants hold' invariants_hold
verify_ok 'verify'

# --- the order in which events leave

new_case 3
produce --order file
consume
is 'in file order: the same results' "$(digest)" "$first"
verify_ok 'verify'

# --- a window, and the rest

middle=2021-02-20
new_case 6
produce --to $middle
consume
verify_ok 'the window alone' --to $middle
between 'it is a part' "$(sum applied)" 1 $((events - 1))
produce --from $middle
consume
is 'both windows: the same results' "$(digest)" "$first"
verify_ok 'verify'

plan
