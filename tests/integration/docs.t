#!/usr/bin/env bash
# docs.t - the documents are true: the commands of README.md and of other pages, the events, ids and links.
#
#     BUILD=build prove tests/integration/docs.t
#
# The README's commands run in its order, in one shell, as a reader would type them, in a copy of the checkout with
# the programs of BUILD and a stack of its own; then those of the other pages, each in a shell of its own. What they
# print is compared with what the page shows (page.py).
. "$(dirname -- "${BASH_SOURCE[0]}")/copy.sh"

same() { # same NAME FILE FILE
    diff -- "$2" "$3" >"$output" 2>&1 && [[ -s $2 ]]
    result $? "$1"
}
blocks() { awk -v fence="\`\`\`$2" '/^```/ { inside = $0 == fence; next } inside' "$1"; } # blocks FILE LANGUAGE

dry_run() { "$build/order-producer" --dry-run --log-events "$@" 2>"$scratch/dry-run.log"; }

# --- docs/EVENTS.md

blocks docs/EVENTS.md json >"$scratch/events.documented"
order=$(head -n 1 "$scratch/events.documented" | jq -r .orderId)
dry_run --customers tests/data/sample/olist_customers_dataset.csv --items tests/data/sample/olist_order_items_dataset.csv \
    tests/data/sample/olist_orders_dataset.csv | grep -F "\"orderId\":\"$order\"" >"$scratch/events.real"
same "the events of order $order are the program's" "$scratch/events.documented" "$scratch/events.real"

# An order of the sample as the tables show it: its columns, and its timeline.
awk -F'|' '/^\| column \| value/ { inside = 1; next } !/^\|/ { inside = 0 } inside && !/---/ { gsub(/ *$|^ */, "", $3); print $3 }' \
    docs/EVENTS.md >"$scratch/row.documented"
grep -F "$order" tests/data/sample/olist_orders_dataset.csv | tr -d '"' | tr , '\n' >"$scratch/row.real"
same '... its row is the sample'\''s' "$scratch/row.documented" "$scratch/row.real"
sed -nE 's/^\| ([0-9]{4}-[0-9-]+) ([0-9:]+) \| ([A-Z_]+) \|.*/\1T\2 \3/p' docs/EVENTS.md >"$scratch/timeline.documented"
jq -r '"\(.eventAt) \(.eventType)"' "$scratch/events.real" >"$scratch/timeline.real"
same '... and so is its timeline' "$scratch/timeline.documented" "$scratch/timeline.real"

# The test vectors, each as a row of an orders file that has this event.
sed -nE 's/^\| ([!-~]+) \| ([A-Z_]+) \| ([0-9T:.-]+) \| ([0-9a-f-]{36}) \|$/\1 \2 \3 \4/p' docs/EVENTS.md | sort >"$scratch/ids.documented"
awk 'BEGIN { print "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at," \
                   "order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date" }
     { first = "1970-01-01 00:00:00"; last = "9999-12-31 23:59:59.999"; split("", at)
       at[$2] = $3
       if ($2 == "LATE_DETECTED") at["DELIVERED"] = last
       print $1 ",c,delivered," ($2 == "ORDER_PLACED" ? $3 : first) "," at["ORDER_APPROVED"] "," at["HANDED_TO_CARRIER"] "," \
             at["DELIVERED"] "," at["LATE_DETECTED"] }' "$scratch/ids.documented" >"$scratch/ids.csv"
dry_run "$scratch/ids.csv" | jq -r '"\(.orderId) \(.eventType) \(.eventAt) \(.eventId)"' | sort -u |
    join -t $'\n' - "$scratch/ids.documented" >"$scratch/ids.real"
same "the test vectors are the program's" "$scratch/ids.documented" "$scratch/ids.real"
(($(wc -l <"$scratch/ids.documented") >= 3))
result $? 'there are at least three'

blocks docs/EVENTS.md python >"$scratch/event_id.py"
while read -r order_id type at _; do
    printf '%s %s %s %s\n' "$order_id" "$type" "$at" "$(/usr/bin/python3 "$scratch/event_id.py" "$order_id" "$type" "$at")"
done <"$scratch/ids.documented" >"$scratch/ids.python"
same '... and those of the Python that is given' "$scratch/ids.documented" "$scratch/ids.python"

# --- links

for document in *.md docs/*.md docs/*/*.md docs/*/*/*.md; do
    grep -oE '\]\([^)]+\)' "$document" | sed -E 's/^\]\(([^#)]*).*/\1/' | grep . | grep -v '^[a-z]*:' |
        while read -r link; do [[ -e $(dirname "$document")/$link ]] || echo "$document: $link does not exist"; done
done >"$output"
[[ ! -s $output ]]
result $? 'links between the files lead somewhere'

# --- translations: the same commands, which therefore need not be run again, and the same output

compare_translation() { # compare_translation PAGE TRANSLATION
    fenced "$1" >"$scratch/blocks"
    fenced "$2" >"$scratch/blocks.translated"
    same "$2 has the commands of $1" "$scratch/blocks" "$scratch/blocks.translated"
    # Links lead elsewhere from another folder; how many titles, hints and answers there are shows whether one was forgotten.
    grep -cE '^(##|<details>)' "$1" >"$scratch/parts"
    grep -cE '^(##|<details>)' "$2" >"$scratch/parts.translated"
    same '... and as many titles, hints and answers' "$scratch/parts" "$scratch/parts.translated"
}
fenced() { awk '/^```/ { print; inside = !inside; next } inside' "$1"; }
compare_translation README.md README.ko.md
for page in docs/ko/*.md docs/ko/labs/*.md; do compare_translation "docs/${page#docs/ko/}" "$page"; done
for page in docs/labs/*.md; do [[ -e docs/ko/${page#docs/} ]] || echo "$page: docs/ko/${page#docs/} does not exist"; done >"$output"
[[ ! -s $output ]]
result $? 'each page of the labs has its Korean page'
for page in docs/ko/labs/[0-9]*.md; do # scripts/lab looks for these
    [[ $(grep '^## ' "$page" | paste -sd ' ') == '## 과제 ## 힌트 ## 따라 하기 ## 왜 그런가 ## 질문' ]] || echo "$page: $(grep '^## ' "$page" | paste -sd ' ')"
done >"$output"
[[ ! -s $output ]]
result $? '... and the Korean pages have the sections that scripts/lab prints'

# --- the version

sed -n 's/^VERSION *:= *//p' Makefile >"$scratch/version"
sed -n 's/^## \[\([0-9.]*\)\].*/\1/p' CHANGELOG.md | head -n 1 >"$scratch/version.changelog"
sed -n 's/^ARG VERSION=//p' Dockerfile >"$scratch/version.image"
same "CHANGELOG.md's newest version is that of Makefile" "$scratch/version" "$scratch/version.changelog"
same "... and so is the image's" "$scratch/version" "$scratch/version.image"
sed -n 's/.* PRODUCT_VERSION=//p' scripts/certificate.sh >"$scratch/version.certificate"
same "... and that of a certificate" "$scratch/version" "$scratch/version.certificate"

# --- README.md: a copy with the programs built, so that make finds nothing to do for them

make_copy

proves() { # proves PAGE PROOFS DIGESTS: how often verify passes there, and how often the digest is printed
    read_page timeout 900 /usr/bin/python3 tests/integration/page.py "$1"
    result $? "$1: its commands work as they stand, in its order, and print what it shows"
    is_said "$2" '^ *verified: all [0-9]+ checks passed$'
    result $? '... and verify, each time it is asked, passes'
    grep -E '^[0-9a-f]{16}$' "$output" >>"$scratch/digests"
    is_said "$3" '^[0-9a-f]{16}$'
    result $? '... and so many digests are printed'
}
is_said() { [[ $(grep -cE -e "$2" "$output") == "$1" ]]; } # is_said TIMES PATTERN
proves README.md 2 1
proves docs/USAGE.md 4 2
[[ $(sort -u "$scratch/digests" | wc -l) == 1 ]]
result $? 'the digest is the same in both, after all replays'

# --- pages whose commands show what the page says

for page in docs/CONCEPTS.md docs/LIFECYCLES.md docs/MONITORING.md; do
    read_page timeout 300 /usr/bin/python3 tests/integration/page.py "$page"
    result $? "$page: its commands work as they stand, and print what it shows"
done

echo "1..$tests"
