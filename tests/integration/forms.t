#!/usr/bin/env bash
# The forms in which people have these files: other delimiters, quotes everywhere, BOM, CRLF, blank rows, words for no
# value. Whatever the form, a replay comes to the same, and scripts/verify proves it.
# shellcheck disable=SC2317 # functions are called by name
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

export LC_ALL=C # ids are sorted as bytes
scratch=$logs/scratch
mkdir -p -- "$scratch"
use_orders 200
source=$(dirname -- "$orders")

# rewrite FORM DELIMITER: the three files in scratch/FORM, and sets orders and files to them
rewrite() {
    mkdir -p -- "$scratch/$1"
    python3 - "$source" "$scratch/$1" "$2" <<'END'
import csv, itertools, os, sys
source, target, delimiter = sys.argv[1:]
words = itertools.cycle(["", "NULL", "nan", "-NaN", "NA", "n/a", "<NA>", "#N/A", "#N/A N/A", "#NA", "#NULL!", "None", "NIL", "NaT", "(null)", "\\N"])
for name in os.listdir(source):
    with open(f"{source}/{name}", newline="") as file:
        rows = list(csv.reader(file))
    blank = [delimiter * (len(rows[0]) - 1), '""' + delimiter, delimiter.join(['""'] * 99)]
    with open(f"{target}/{name}", "w", newline="") as file:
        file.write("\ufeff" + blank[0] + "\r\n")
        writer = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        for i, row in enumerate(rows):
            if "items" in name and i and delimiter == ";":
                row = [value.replace(".", ",") for value in row]  # decimal commas
            writer.writerow(["" if i == 0 and not value else value or next(words) for value in row])
            if i % 50 == 49:
                file.write(blank[i // 50 % 3] + "\r\n\r\n")
        file.write(blank[0])
END
    take "$scratch/$1"
}
take() { # take FOLDER
    orders=$1/olist_orders_dataset.csv
    files=(--customers "$1/olist_customers_dataset.csv" --items "$1/olist_order_items_dataset.csv")
}
summary() { sed -nE "s/.* summary: (.* )?$1=([^ ]*).*/\2/p" "$logs/producer-$runs.log" | tail -n 1; }

new_case 3
produce
is 'commas: no row is blank' "$(summary rows) $(summary blank)" '200 0'
consume
verify_ok '… verify passes'
is '… and has nothing to say of blank rows' "$(grep '^orders ' "$logs/output")" "orders  $orders: 200 rows, 0 rejected"
expected=$(digest)

replay() { # replay NAME [OPTION…], for verify too
    new_case 3
    produce "${@:2}"
    is "$1: rows and blank rows" "$(summary rows) $(summary rejected) $(summary blank)" '200 0 6'
    consume
    is '… the digest is that of the comma-separated files' "$(digest)" "$expected"
    verify_ok '… verify passes' "${@:2}"
    is '… and counts the same rows' "$(grep '^orders ' "$logs/output")" "orders  $orders: 200 rows, 0 rejected, 6 blank"
}
rewrite comma ,
replay 'commas, in the form of a spreadsheet'
rewrite tab $'\t'
replay 'tabs'
rewrite semicolon ';'
replay 'semicolons'
replay 'semicolons, named' --delimiter semicolon
rewrite pipe '|'
replay 'pipes'
replay 'pipes, named by the character' --delimiter '|'
files=(--customers "$scratch/tab/olist_customers_dataset.csv" --items "$scratch/semicolon/olist_order_items_dataset.csv")
replay 'each file with a delimiter of its own'

# --- times: the same ones, in other forms

# written NAME DELIMITER CODE [OPTION…]: CODE is Python that writes the time t (a datetime, in UTC) of a column
written() {
    mkdir -p -- "$scratch/times"
    python3 - "$source" "$scratch/times" "$2" "$3" <<'END'
import csv, sys
from datetime import datetime, timedelta, timezone
source, target, delimiter, code = sys.argv[1:]
with open(f"{source}/olist_orders_dataset.csv", newline="") as file:
    rows = list(csv.reader(file))
with open(f"{target}/olist_orders_dataset.csv", "w", newline="") as file:
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(rows[0])
    for row in rows[1:]:
        for i in range(3, 8):
            if row[i]:
                t = datetime.fromisoformat(row[i]).replace(tzinfo=timezone.utc)
                row[i] = eval(code)
        writer.writerow(row)
END
    orders=$scratch/times/olist_orders_dataset.csv
    files=(--customers "$source/olist_customers_dataset.csv" --items "$source/olist_order_items_dataset.csv")
    new_case 3
    produce "${@:4}"
    rejected=$(summary rejected) cut=$(summary cut-to-milliseconds) converted=$(summary converted-to-UTC)
    consume
    is "$1: the digest is that of the usual form" "$(digest) $rejected" "$expected 0"
    verify_ok '… verify passes' "${@:4}"
}
written 'tabs and a 12-hour clock' $'\t' 't.strftime("%m/%d/%Y %I:%M:%S %p")' --timestamp-format '%m/%d/%Y %I:%M:%S %p'
written 'names of months' , 't.strftime("%d-%b-%Y %H:%M:%S")' --timestamp-format '%d-%b-%Y %H:%M:%S'
written 'dates beside full times' , 't.strftime("%Y-%m-%d" if i == 7 else "%Y-%m-%d %H:%M:%S")'
written 'nanoseconds' , 't.strftime("%Y-%m-%d %H:%M:%S.000000123")'
between '… the summary counts what was cut' "$cut" 800 1000
written 'Z' ';' 't.strftime("%Y-%m-%dT%H:%M:%SZ")'
written 'an offset' '|' '(t - timedelta(hours=3)).strftime("%Y-%m-%d %H:%M:%S-03:00")'
between '… the summary counts what was converted' "$converted" 800 1000
written 'milliseconds since 1970' , 'str(int(t.timestamp() * 1000))' --timestamp-format %Q

# --- --delimiter

run wrong "${producer[@]}" --dry-run --delimiter tab
is 'a delimiter that is another: the file is refused' "$status $(grep -c 'has no column named .*order_id' "$logs/wrong.log")" '65 1'
run wrong scripts/verify --no-kafka --orders "$orders" --delimiter tab
is '… by verify too' "$status $(grep -c 'does not have each of these columns' "$logs/wrong.log")" '65 1'
refusal='--delimiter is a comma, a semicolon, a pipe or tab, not'
for value in : tabs Tab ',,' '\t' $'\t' ' ' 'semicolon '; do
    run bad "$PRODUCER" --dry-run --delimiter "$value" "$orders"
    is "--delimiter '$value'" "$status $(cat -- "$logs/bad.log")" "64 order-producer: $refusal '$value'; try --help"
    run bad scripts/verify --no-kafka --orders "$orders" --delimiter "$value"
    is '… of verify' "$status $(cat -- "$logs/bad.log")" "64 verify: $refusal '$value'; try --help"
done

# --- files where the two readers could differ: verify has to find the events that the producer makes, and the same rows

agree() { # agree NAME ROWS BLANK REJECTS <FILE
    cat >"$scratch/file.csv"
    run producer "$PRODUCER" --dry-run --log-events "$scratch/file.csv"
    is "$1" "$(sed -nE 's/.* summary: rows=([0-9]+) .* blank=([0-9]+)$/\1 \2/p' "$logs/producer.log")$(
        sed -nE 's/.* rejects: row rejected: .* line=([0-9]+)$/ \1/p' "$logs/producer.log" | tr -d '\n')" "$2 $3${4:+ $4}"
    succeed fill psql -Xqt -f tests/data/files/fill.sql <"$logs/producer.out"
    run verify scripts/verify --no-kafka --orders "$scratch/file.csv"
    is '… verify agrees' "$status $(sed -nE 's/^orders .*: ([0-9]+) rows, [0-9]+ rejected(, ([0-9]+) blank)?$/\1 0\3/p' "$logs/verify.out")$(
        sed -nE 's/^ +line ([0-9]+): .*/ \1/p' "$logs/verify.out" | tr -d '\n')" "0 $2 0${3#0}${4:+ $4}"
}
header() { sed -n '1s/"//gp' "$source/olist_orders_dataset.csv"; }
order() { printf '%s,c-1,delivered,2017-10-02 10:56:33,,,2017-10-10 21:25:13,2017-10-18 00:00:00\n' "$1"; } # order ID
tabs() { tr , '\t'; }

agree 'blank rows of any number of fields' 2 6 < <(echo ,; header; order a; printf ',,,,,,,\n,\n""\n,"",\n'; order b; printf ,)
agree 'a row of blanks is no blank row' 2 1 '4' < <(header; order a; echo ,,; echo ' , ,,,,,,')
agree 'rows that are blank by another delimiter are bad' 3 0 '3 4' < <(header; order a; echo ';;;;;;;'; tabs <<<,,,,,,,)
agree 'a blank row within quotes is not a row' 2 0 < <(header; order a | sed 's/delivered/"x\n,,,,,,,\ny"/'; order b)
agree '… but behind a quote that is never closed' 3 1 2 < <(header; order '"a'; echo ,,,,,,,; order b; order c)
agree 'a blank row before a quoted line break' 2 2 < <(echo ,,; header; echo ,; order a | sed 's/delivered/"x\ny"/'; order b)
agree 'a tab in a field of a comma-separated file is a control character' 3 0 '3' < <(header; order a; order x | sed 's/c-1/c\t1/'; order b)
agree 'a tab in quotes of a tab-separated file is one too' 4 1 '3 6' < <(
    header | tabs; order a | tabs; order x | tabs | sed 's/c-1/"c\t1"/'; tabs <<<,,; order b | tabs; order y | tabs | sed 's/c-1/"c\n\t\t1"/')
agree 'quoted line breaks and delimiters in a file of pipes' 3 0 '5' < <(
    header | tr , '|'; order a | tr , '|' | sed 's/delivered/"|x,\n""|;y"/'; order b | tr , '|'; order '"x' | tr , '|')
agree 'a header of tabs that names commas and semicolons' 1 0 < <(header | tabs | sed 's/$/\t"a,b"\tc;d/'; order a | tabs | sed 's/$/\t1,5\t;/')
agree 'more fields than columns, and fewer' 3 1 '2 3' < <(header; order x | sed 's/$/,/'; echo x,y; echo ,,,,,,,,,,,,; order a)

# --- words for no value: a table in C and a list in SQL. Regions are what the database keeps of the customers file.

python3 - "$scratch" <<'END'
import sys
missing = ["NULL", "NaN", "-NaN", "NA", "N/A", "<NA>", "#N/A", "#N/A N/A", "#NA", "#NULL!", "None", "Nil", "NaT", "(null)", "\\N"]
values = {""}
for word in missing + ["missing", "N", "n", "-", "#", "<", "(", "\\", "-NA", "+NaN", "null()", "[null]", "\\\\N", "/N", "nanny", "nada",
                       "#N/A!", "#REF!", "-1", "-inf", "nul", "N.A.", "NAN1", "\u017fil", "N\u0131l", "N\u0130L"]:
    for text in (word, word + "1", word + " ", " " + word, word[:-1], word[1:], word * 2, word + "\u00a0", word.replace("N", "\u00d1")):
        mixed = "".join(c.upper() if i % 2 else c.lower() for i, c in enumerate(text))
        values |= {text, text.upper(), text.lower(), text.title(), text.swapcase(), mixed, mixed.swapcase()}
words = {word.lower() for word in missing} | {""}
with open(f"{sys.argv[1]}/orders", "w") as orders, open(f"{sys.argv[1]}/customers", "w") as customers, open(f"{sys.argv[1]}/regions", "w") as regions:
    print("order_id,customer_id,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
          "order_delivered_customer_date,order_estimated_delivery_date", file=orders)
    print("customer_id,customer_unique_id,customer_city,customer_state", file=customers)
    for i, value in enumerate(sorted(values)):
        print(f"o{i},c{i},2017-10-02 10:56:33,,,,", file=orders)
        print(f"c{i},,,{value}", file=customers)
        print(f"o{i}:{'' if value.isascii() and value.lower() in words else value}", file=regions)
END
run producer "$PRODUCER" --dry-run --log-events --customers "$scratch/customers" "$scratch/orders"
between 'words for no value: many spellings' "$(wc -l <"$scratch/regions")" 500 5000
ok '… the producer takes these as missing, and no others' diff <(jq -r '"\(.orderId):\(.payload.region // "")"' "$logs/producer.out") "$scratch/regions"
succeed fill psql -Xqt -f tests/data/files/fill.sql <"$logs/producer.out"
ok '… verify takes the same' scripts/verify --no-kafka --orders "$scratch/orders" --customers "$scratch/customers"

plan
