#!/usr/bin/env bash
# generate.t - the sample generator: reproducible, well-formed, and with every
# oddity that the sample promises. Looks at the files with awk alone.
#
#     prove tests/data/generate.t                 # tests build/generate-orders
#     GENERATE_ORDERS=path prove tests/data/generate.t
# shellcheck disable=SC2016 # what looks like a variable in single quotes is a field of awk
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
generate=${GENERATE_ORDERS:-$here/../../build/generate-orders}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

tests=0

# ok NAME COMMAND... - passes when the command succeeds; what it printed is shown when it does not.
ok() {
    local name=$1 output
    shift
    tests=$((tests + 1))
    if output=$("$@" 2>&1); then
        echo "ok $tests - $name"
    else
        echo "not ok $tests - $name"
        printf '%s\n' "$output" | sed 's/^/# /'
    fi
}

# is NAME GOT EXPECTED
is() {
    ok "$1" test "$2" = "$3"
    [ "$2" = "$3" ] || printf '# got      %s\n# expected %s\n' "$2" "$3"
}

at_least() {
    echo "$1, at least $2 expected"
    [ "$1" -ge "$2" ]
}

differ() {
    ! cmp -s "$1" "$2"
}

# The exit status of a command. It may write files of 20 MiB, so that a limit that does not hold fills no disk.
status_of() {
    local status=0
    (ulimit -f 20480 && exec "$@") >"$scratch/out" 2>"$scratch/err" || status=$?
    echo "$status"
}

# Rows of a file without header and quotes. No field of orders and items has a comma.
rows() {
    sed -e 1d -e 's/"//g' "$1"
}

count() {
    awk -F, "$1"' { n++ } END { print n + 0 }'
}

orders=olist_orders_dataset.csv
customers=olist_customers_dataset.csv
items=olist_order_items_dataset.csv

# ---- reproducible ----

ok 'a sample is written' "$generate" "$scratch/a"
ok '… and again, elsewhere in the world' \
    env TZ=America/Sao_Paulo LC_ALL=C.UTF-8 "$generate" --orders 2000 --seed 1 --from 2017-01-01 --days 600 "$scratch/b"
ok '… with another seed' "$generate" --seed 2 "$scratch/c"
for file in $orders $customers $items; do
    ok "same seed, same bytes: $file" cmp "$scratch/a/$file" "$scratch/b/$file"
    ok "other seed, other bytes: $file" differ "$scratch/a/$file" "$scratch/c/$file"
    ok "the checked-in sample is what the generator makes: $file" cmp "$scratch/a/$file" "$here/sample/$file"
done

# ---- well-formed ----

is 'header of orders' "$(head -n 1 "$scratch/a/$orders")" \
    '"order_id","customer_id","order_status","order_purchase_timestamp","order_approved_at","order_delivered_carrier_date","order_delivered_customer_date","order_estimated_delivery_date"'
is 'header of customers' "$(head -n 1 "$scratch/a/$customers")" \
    '"customer_id","customer_unique_id","customer_zip_code_prefix","customer_city","customer_state"'
is 'header of items' "$(head -n 1 "$scratch/a/$items")" \
    '"order_id","order_item_id","product_id","seller_id","shipping_limit_date","price","freight_value"'
for file in $orders $customers $items; do
    is "final newline in $file" "$(tail -c 1 "$scratch/a/$file" | od -An -c | tr -d ' ')" '\n'
    ok "valid UTF-8: $file" iconv -f UTF-8 -t UTF-8 -o /dev/null "$scratch/a/$file"
done

rows "$scratch/a/$orders" >"$scratch/orders"
rows "$scratch/a/$items" >"$scratch/items"
sed 1d "$scratch/a/$customers" >"$scratch/customers"
# The city alone may have commas: take the ids from the front.
sed 's/"//g' "$scratch/customers" | cut -d, -f1,2 >"$scratch/customer_ids"

id='[0-9a-f]{32}'
time='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}'
is 'rows of orders' "$(wc -l <"$scratch/orders")" 2000
is 'well-formed rows of orders' "$(grep -cE \
    "^$id,$id,[a-z]+,$time,($time)?,($time)?,($time)?,$time\$" "$scratch/orders")" 2000
is 'well-formed rows of items' "$(grep -cE \
    "^$id,[1-6],$id,$id,$time,[0-9]+\.[0-9]{2},[0-9]+\.[0-9]{2}\$" "$scratch/items")" "$(wc -l <"$scratch/items")"
is 'well-formed rows of customers' "$(grep -cE \
    "^(\"$id\",\"$id\",\"[0-9]{5}\",([^\",]+|\"[^\"]+\"),[A-Z]{2}|$id,$id,[0-9]{5},([^\",]+|\"[^\"]+\"),[A-Z]{2}|\"$id\",\"$id\",\"[0-9]{5}\",\"[^\"]+\",\"[A-Z]{2}\")\$" \
    "$scratch/customers")" "$(wc -l <"$scratch/customers")"
is 'order ids are distinct' "$(cut -d, -f1 "$scratch/orders" | sort -u | wc -l)" 2000
is 'each order has its own customer_id' "$(cut -d, -f2 "$scratch/orders" | sort -u | wc -l)" 2000
is 'customers come once' "$(cut -d, -f1 "$scratch/customer_ids" | sort | uniq -d | wc -l)" 0
is 'customers belong to orders' "$(comm -13 <(cut -d, -f2 "$scratch/orders" | sort) \
    <(cut -d, -f1 "$scratch/customer_ids" | sort) | wc -l)" 0
is 'items belong to orders' "$(comm -13 <(cut -d, -f1 "$scratch/orders" | sort) \
    <(cut -d, -f1 "$scratch/items" | sort -u) | wc -l)" 0
is 'items are numbered from 1' "$(awk -F, '$2 != ++item[$1]' "$scratch/items" | wc -l)" 0
is 'estimates are midnights' "$(count '$8 !~ / 00:00:00$/' <"$scratch/orders")" 0
is 'purchases lie in the period' "$(count '$4 < "2017-01-01" || $4 >= "2018-08-24"' <"$scratch/orders")" 0
ok 'orders come in random order' at_least "$(count '$4 < last { n++ } { last = $4 } 0' <"$scratch/orders")" 800

# ---- every oddity, at least twice ----

while IFS='|' read -r name condition; do
    ok "$name" at_least "$(count "$condition" <"$scratch/orders")" 2
done <<'END'
delivered|$3 == "delivered"
shipped|$3 == "shipped"
canceled before approval|$3 == "canceled" && $5 == "" && $6 == "" && $7 == ""
canceled after approval|$3 == "canceled" && $5 != "" && $6 == "" && $7 == ""
canceled on the way|$3 == "canceled" && $6 != "" && $7 == ""
canceled after delivery|$3 == "canceled" && $7 != ""
unavailable|$3 == "unavailable" && $6 == "" && $7 == ""
invoiced|$3 == "invoiced" && $6 == "" && $7 == ""
processing|$3 == "processing" && $6 == "" && $7 == ""
created|$3 == "created" && $5 == "" && $6 == "" && $7 == ""
approved|$3 == "approved" && $5 != "" && $6 == "" && $7 == ""
delivered without approval|$3 == "delivered" && $5 == "" && $6 != "" && $7 != ""
delivered without hand-over|$3 == "delivered" && $5 != "" && $6 == "" && $7 != ""
delivered without a time|$3 == "delivered" && $7 == ""
handed over before approval|$6 != "" && $6 < $5 && $6 >= $4
handed over before purchase|$6 != "" && $6 < $4
delivered before hand-over|$7 != "" && $7 < $6
approved in the second of the purchase|$5 == $4
placed in the second of another order|seen[$4]++
late|$7 > $8
late by a second|$7 == substr($8, 1, 18) 1
delivered at the estimate|$7 == $8
undelivered past the estimate|$7 == "" && $8 < "2018-08-24"
END

ok 'several items' at_least "$(count '$2 == 2' <"$scratch/items")" 100
ok 'several sellers' at_least "$(cut -d, -f1,4 "$scratch/items" | sort -u | cut -d, -f1 | uniq -d | wc -l)" 10
ok 'orders without items' at_least "$(comm -23 <(cut -d, -f1 "$scratch/orders" | sort) \
    <(cut -d, -f1 "$scratch/items" | sort -u) | wc -l)" 10
ok 'customers that return' at_least "$(cut -d, -f2 "$scratch/customer_ids" | sort | uniq -d | wc -l)" 10
ok 'customers that are missing' at_least "$(comm -23 <(cut -d, -f2 "$scratch/orders" | sort) \
    <(cut -d, -f1 "$scratch/customer_ids" | sort) | wc -l)" 2
ok 'cities with accents' at_least "$(grep -c 'são paulo' "$scratch/customers")" 2
ok 'cities with an apostrophe' at_least "$(grep -c "d'oeste" "$scratch/customers")" 2
ok 'cities with a comma, in quotes' at_least "$(grep -c '"[a-z ]*, [a-z, ]*"' "$scratch/customers")" 2
is 'regions' "$(sed 's/"//g; s/.*,//' "$scratch/customers" | sort -u | wc -l)" 27
for file in $orders $customers $items; do
    sed 1d "$scratch/a/$file" >"$scratch/raw"
    ok "rows with ids quoted: $file" at_least "$(grep -cE '^"[0-9a-f]+",.*[^"]$' "$scratch/raw")" 1000
    ok "rows without quotes: $file" at_least "$(grep -vc '"' "$scratch/raw")" 20
    ok "rows with all quoted: $file" at_least "$(grep -cE '^("[^"]*",)+"[^"]*"$' "$scratch/raw")" 20
done

# ---- the counts that the sample's README states ----

while IFS='|' read -r name condition; do
    is "README: $name" "$(sed -nE "s/^\| $name \| ([0-9,]+) \|.*/\1/p" "$here/sample/README.md" | tr -d ,)" \
        "$(rows "$here/sample/$orders" | count "$condition")"
done <<'END'
ORDER_PLACED|$4 != ""
ORDER_APPROVED|$5 != ""
HANDED_TO_CARRIER|$6 != ""
DELIVERED|$7 != ""
LATE_DETECTED|$7 > $8
LATE_DETECTED with `--as-of 2018-01-01T00:00:00`|$7 > $8 || $7 == "" && $8 < "2018-01-01 00:00:00" && $3 !~ /^(canceled|unavailable)$/
END

is 'README: all events' "$(sed -nE 's/^\| all events \| ([0-9,]+) \|.*/\1/p' "$here/sample/README.md" | tr -d ,)" \
    "$(rows "$here/sample/$orders" | awk -F, '{ n += 1 + ($5 != "") + ($6 != "") + ($7 != "") + ($7 > $8) } END { print n }')"

# ---- small samples, and the calendar against date(1) ----

ok 'a sample of one' "$generate" --orders 1 "$scratch/one"
is '… has one order' "$(rows "$scratch/one/$orders" | wc -l)" 1

for from in 1999-12-01 2019-12-01 2099-12-01; do
    ok "a hundred days from $from" "$generate" --orders 5000 --from $from --days 100 "$scratch/days"
    is '… are the calendar'"'"'s hundred days' \
        "$(rows "$scratch/days/$orders" | cut -d, -f4 | cut -c1-10 | sort -u)" \
        "$(seq -f "$from UTC +%.0f days" 0 99 | date -u -f - +%F)"
done

# ---- the form of Delivery Center ----

form=(--form delivery-center --orders 10000)
ok 'orders in the form of Delivery Center' "$generate" "${form[@]}" "$scratch/dc"
ok '… and again, elsewhere in the world' \
    env TZ=America/Sao_Paulo LC_ALL=C.UTF-8 "$generate" "${form[@]}" --seed 1 --from 2021-01-01 --days 120 "$scratch/dc2"
ok '… with another seed' "$generate" "${form[@]}" --seed 2 "$scratch/dc3"
ok 'same seed, same bytes' cmp "$scratch/dc/orders.csv" "$scratch/dc2/orders.csv"
ok 'other seed, other bytes' differ "$scratch/dc/orders.csv" "$scratch/dc3/orders.csv"
# So that another machine's bytes, or another version's, are seen to differ.
is 'the bytes are those of every machine' "$(cksum <"$scratch/dc/orders.csv")" '1039190658 2438721'
is 'one file' "$(ls "$scratch/dc")" orders.csv
is 'its header' "$(head -n 1 "$scratch/dc/orders.csv")" \
    'order_id,store_id,channel_id,payment_order_id,delivery_order_id,order_status,order_amount,order_delivery_fee,order_delivery_cost,order_created_hour,order_created_minute,order_created_day,order_created_month,order_created_year,order_moment_created,order_moment_accepted,order_moment_ready,order_moment_collected,order_moment_in_expedition,order_moment_delivering,order_moment_delivered,order_moment_finished,order_metric_collected_time,order_metric_paused_time,order_metric_production_time,order_metric_walking_time,order_metric_expediton_speed_time,order_metric_transit_time,order_metric_cycle_time'
rows "$scratch/dc/orders.csv" >"$scratch/orders"
moment='(1[0-2]|[1-9])/([12][0-9]|3[01]|[1-9])/[0-9]{4} (1[0-2]|[1-9]):[0-5][0-9]:[0-5][0-9] [AP]M'
number='-?[0-9]+(\.[0-9]?[1-9])?'
is 'well-formed rows' "$(grep -cE \
    "^([0-9]+,){5}(FINISHED|CANCELED),$number,$number,($number)?,([0-9]+,){5}$moment,(($moment)?,){7}(($number)?,){6}($number)?\$" "$scratch/orders")" 10000
is 'order ids are distinct' "$(cut -d, -f1 "$scratch/orders" | sort -u | wc -l)" 10000
is 'the parts of the time of creation are its' "$(count '{ split($15, t, /[\/ :]/); h = t[4] % 12 + (t[7] == "PM" ? 12 : 0) }
    $10 != h || $11 != t[5] + 0 || $12 != t[2] || $13 != t[1] || $14 != t[3]' <"$scratch/orders")" 0
is 'they are the calendar'"'"'s' "$(cut -d, -f15 "$scratch/orders" | cut -d' ' -f1 | sort -u)" \
    "$(seq -f '2021-01-01 UTC +%.0f days' 0 119 | date -u -f - +%-m/%-d/%Y | sort)"
while IFS='|' read -r name least most condition; do
    found=$(count "$condition" <"$scratch/orders")
    ok "$name: $found of 10,000, at least $least" at_least "$found" "$least"
    ok "$name: $found of 10,000, at most $most" at_least "$most" "$found"
done <<'END'
canceled|400|600|$6 == "CANCELED"
accepted|9600|9900|$16 != ""
ready|9200|9600|$17 != ""
collected|8500|8900|$18 != ""
in expedition|7300|8000|$19 != ""
delivering|8700|9200|$20 != ""
delivered|400|600|$21 != ""
finished|9300|9600|$22 != ""
canceled, and all the same finished|2|30|$6 == "CANCELED" && $22 != ""
finished, without a time|2|30|$6 == "FINISHED" && $22 == ""
accepted in the second of the creation|50|500|$16 == $15
collected in the second of ready|50|500|$18 != "" && $18 == $17
collected before it was ready|5|200|$23 ~ /^-/
created in the second of the order before|90|110|$15 == last { n++ } { last = $15 } 0
between midnight and one|200|600|$10 == 0 && $15 ~ / 12:..:.. AM/
between noon and one|200|600|$10 == 12 && $15 ~ / 12:..:.. PM/
END

# ---- refusals ----

while IFS='|' read -r expected arguments; do
    # shellcheck disable=SC2086 # the arguments are words
    is "exit $expected: $arguments" "$(status_of "$generate" $arguments)" "$expected"
    ok '… with a message' test -s "$scratch/err"
done <<END
64|
64|$scratch/x $scratch/y
64|--orders 0 $scratch/x
64|--orders 10x $scratch/x
64|--orders 1000000001 $scratch/x
64|--seed -1 $scratch/x
64|--seed 9223372036854775808 $scratch/x
64|--days 0 $scratch/x
64|--days 36501 $scratch/x
64|--from 2017-02-29 $scratch/x
64|--from 2017-2-1 $scratch/x
64|--from 1970-12-31 $scratch/x
64|--from 9800-01-01 $scratch/x
64|--unknown $scratch/x
64|--form oliste $scratch/x
64|--form delivery-center
73|--form delivery-center $scratch/missing/x
73|$scratch/missing/x
73|$scratch/orders
END
ok 'nothing was written then' test ! -e "$scratch/x"

# A disk that is full: at once for a large file, only when closing for a small one.
for orders_wanted in 1 100000; do
    for file in $orders $customers $items; do
        mkdir "$scratch/full"
        ln -s /dev/full "$scratch/full/$file"
        is "exit 74 when $file of $orders_wanted orders cannot be written" \
            "$(status_of "$generate" --orders $orders_wanted "$scratch/full")" 74
        rm -r "$scratch/full"
    done
    mkdir "$scratch/full"
    ln -s /dev/full "$scratch/full/orders.csv"
    is "exit 74 when orders.csv of $orders_wanted orders cannot be written" \
        "$(status_of "$generate" --form delivery-center --orders $orders_wanted "$scratch/full")" 74
    rm -r "$scratch/full"
done

is '--help succeeds' "$(status_of "$generate" --help)" 0
ok '… and tells of every option' grep -q -e --days "$scratch/out"

echo "1..$tests"
