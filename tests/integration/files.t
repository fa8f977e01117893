#!/usr/bin/env bash
# Unusual files. Each case is a file and its exact result: exit status, events by type, rejected rows with their reasons, the message.
# The producer and scripts/verify both read every file, and must find the same events and the same bad rows.
# shellcheck disable=SC2016,SC2030,SC2031,SC2317 # programs in single quotes are those of other languages; functions are called by name
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

export LC_ALL=C # files of bytes, not of characters
scratch=$logs/scratch
mkdir -p -- "$scratch"
new_database

# --- what a file is made of

readonly header=order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,order_delivered_customer_date,order_estimated_delivery_date
readonly times='2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-10 21:25:13,2017-10-18 00:00:00'
readonly late='2017-10-02 10:56:33,2017-10-02 11:07:15,2017-10-04 19:55:00,2017-10-20 21:25:13,2017-10-18 00:00:00'
readonly form='is not a time of the form YYYY-MM-DD HH:MM:SS:'
readonly see='see --timestamp-format' either="--timestamp-format '%m/%d/%Y %H:%M' or '%d/%m/%Y %H:%M' would read it"

order() { printf '%s,c-1,delivered,%s\n' "$1" "${2-$times}"; } # order ID [TIMES]
orders() { printf '%s\n' "$header"; for id; do order "$id"; done; } # orders ID…: a whole file
placed_at() { orders a; order b "$1,,,,"; order c; } # a file whose second order was placed then

# placed FIRST LAST: orders with nothing but the time of their purchase
placed() { seq -f '%.0f' "$1" "$2" | sed 's/.*/o&,c-1,created,2017-10-02 10:56:33,,,,/'; }
letters() { head -c "$1" /dev/zero | tr '\0' x; }

# --- one case

errors() { sed -nE 's/^[^ ]+ ERROR replay: (.*)/\1/p' "$logs/producer.log" | sed "s|$scratch/||g"; }
warnings() { sed -nE 's/^[^ ]+ WARN  replay: (.*)/\1/p' "$logs/producer.log" | sed "s|$scratch/||g"; }
rejects() { sed -nE 's/.* rejects: row rejected: (.*) file=.* line=([0-9]+)$/\2 \1/p' "$logs/producer.log"; }
total() { sed -nE "s/.* summary: (.* )?$1=([^ ]*).*/\2/p" "$logs/producer.log" | tail -n 1; }
counts() { # of the events that were sent, by type, in the order of the life cycle; the summary must say the same
    local type line=
    for type in "${event_types[@]}"; do
        line+=" $(grep -c "\"eventType\":\"$type\"" "$logs/producer.out" || true)"
    done
    [[ $line == " $(sed -nE 's/.* summary: [A-Z_]+ +events=([0-9]+)$/\1/p' "$logs/producer.log" | xargs)" || ! $(total rows) ]] ||
        line+=' (the summary differs)'
    printf '%s\n' "${line# }"
}

outcome() { # what the producer made of it
    printf 'exit %s\n' "$status"
    [[ ! $(total rows) ]] || printf 'events %s\n' "$(counts)"
    errors
    warnings
    rejects
    (("0$(total rejected)" <= 10)) || printf '%s rejected\n' "$(total rejected)"
}

# What verify must say of the orders file, as the producer counted and rejected.
judgement() {
    local events
    events=$(wc -l <"$logs/producer.out")
    case $1 in
        65 | 66 | 74) if [[ ! $(total rows) ]]; then printf 'exit %s\n' "$1"; return; fi ;;
    esac
    if ((events)); then echo 'exit 0'; else echo 'exit 1'; fi
    printf '%s rows\n' "$(total rows)"
    sed -nE "s|.* rejects: row rejected: .* file=($file\|-\|/dev/fd/[0-9]+) line=([0-9]+)\$|\2|p" "$logs/producer.log"
}

verdict() {
    local status=0 output
    output=$("${as[@]}" scripts/verify --no-kafka --orders "$file" "$@" 2>&1) || status=$?
    printf '%s\n' "$output" >"$logs/verify.log"
    printf 'exit %s\n' "$status"
    sed -nE 's/^orders .*: ([0-9,]+) rows, .*/\1 rows/p' "$logs/verify.log" | tr -d ,
    sed -nE 's/^ +line ([0-9]+): .*/\1/p' "$logs/verify.log"
}

file=
as=() # what runs the programs with fewer rights
feed() { # feed OPTION…: $file to the producer
    run producer "${as[@]}" "$PRODUCER" --dry-run --log-events "$@" "$file"
}

is_case() { # is_case NAME EXPECTED: the outcome, and that verify agrees
    is "$1" "$(outcome)" "$2"
}

agree() { # agree OPTION…: verify, with the same file and exactly the producer's events
    local expected
    expected=$(judgement "$status")
    succeed fill psql -Xqt -f tests/data/files/fill.sql <"$logs/producer.out"
    is '… verify agrees' "$(verdict "$@")" "$expected"
}

# check NAME EXPECTED [OPTION…] <FILE: EXPECTED is exit status, events by type, then messages and rejects, a line each
check() {
    file=$scratch/file.csv
    cat >"$file"
    feed "${@:3}"
    is_case "$1" "$2"
    agree "${@:3}"
}

lines() { printf '%s\n' "$@"; } # lines LINE…: what is expected
good() { lines 'exit 0' "events $*"; }
bad() { lines 'exit 65' "events $1" "${@:2}"; }
refused() { lines 'exit 65' "cannot use file.csv: $1"; }

two='2 2 2 2 0' # events of two orders
bad_time() { bad "$two" "3 order_purchase_timestamp $form '$1'; ${2-$see}"; }

# --- not what it should be

check 'a PNG picture' "$(refused 'it is a picture, no CSV file')" < <(printf '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0')
check 'an HTML page' "$(refused 'it is HTML or XML, no CSV file')" < <(printf '<!DOCTYPE html>\n<html><p class="a">Not found</p></html>\n')
check 'HTML with quotes in its first line' "$(refused 'it is HTML or XML, no CSV file')" < <(printf '<html lang="en">\n</html>\n')
check 'gzip' "$(refused 'it is compressed by gzip: unpack it first')" < <(orders a b | gzip)
check 'a ZIP archive' "$(refused 'it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV')" < <(printf 'PK\3\4\24\0\6\0\10\0\0\0')
check 'a program' "$(refused 'it is no CSV file: its first line holds NUL bytes or other control characters')" < <(head -c 1000 "$PRODUCER")
check 'UTF-16' "$(refused 'it is UTF-16: convert it to UTF-8, for example with iconv')" < <(orders a b | iconv -t UTF-16)
check 'UTF-16, big-endian' "$(refused 'it is UTF-16: convert it to UTF-8, for example with iconv')" < <(printf '\xfe\xff'; orders a b | iconv -t UTF-16BE)
check 'UTF-16 without a BOM' "$(refused 'it is no CSV file: its first line holds NUL bytes or other control characters')" < <(orders a b | iconv -t UTF-16LE)
check 'an empty file' "$(refused 'it is empty')" </dev/null
check 'nothing but blank lines' "$(refused 'it is empty')" < <(printf '\n\r\n\n')
check 'nothing but a header' "$(lines 'exit 0' 'events 0 0 0 0 0' 'file.csv has a header, but no rows: nothing was replayed')" < <(orders)
check '0 good rows of 1,000' "$(bad '0 0 0 0 0' 'none of the 1000 rows of file.csv could be replayed: is it the right file?' \
    "$(seq 2 11 | sed "s|\$| order_purchase_timestamp $form '10/2/2017 10:56'; $either|")" \
    '1000 rejected')" < <(orders; seq 1000 | sed 's|$|,c-1,created,10/2/2017 10:56,,,,|')
check 'semicolons' "$(good "$two")" < <(orders a b | tr , ';')
check 'semicolons, and quotes' "$(good "$two")" < <(orders a b | sed 's/,/";"/g; s/.*/"&"/')
check 'tabs' "$(good "$two")" < <(orders a b | tr , '\t')

# --- columns

own='; a lifecycle file can name others (--lifecycle, see docs/LIFECYCLES.md)'
for column in order_id order_purchase_timestamp customer_id order_estimated_delivery_date; do
    check "no column $column" "$(refused "its first line has no column named $column$own")" < <(orders a b | sed "1s/$column/x/")
done
for column in 'order_approved_at 2 0 2 2 0' 'order_delivered_carrier_date 2 2 0 2 0' 'order_delivered_customer_date 2 2 2 0 0'; do
    check "no column ${column%% *}: its events are left out" \
        "$(good "${column#* }"; echo "file.csv has no column named ${column%% *}: its events are left out")" < <(orders a b | sed "1s/${column%% *}/x/")
done
check 'no order_status, which is needed for --as-of alone' "$(good "$two")" < <(orders a b | sed 1s/order_status/x/)
check '… and then it is needed' "$(refused "its first line has no column named order_status$own")" --as-of 2018-01-01 < <(orders a b | sed 1s/order_status/x/)
check 'columns in another order, and others between them' "$(good '1 1 1 1 1')" < <(
    printf 'order_estimated_delivery_date,x,order_delivered_customer_date,order_delivered_carrier_date,order_approved_at,,order_purchase_timestamp,customer_id,x,order_id\n'
    printf '2017-10-18 00:00:00,"1,2",2017-10-20 21:25:13,2017-10-04 19:55:00,2017-10-02 11:07:15,,2017-10-02 10:56:33,c-1,y,a\n')
check 'a needed column twice' "$(refused 'the column order_id appears twice in its header')" < <(orders a b | sed 's/^[^,]*,/&&/')
check 'an optional column twice' "$(refused 'the column order_status appears twice in its header')" < <(orders a b | sed '1!s/delivered/&,&/; 1s/order_status/&,&/')
check 'another column twice' "$(good "$two")" < <(orders a b | sed 's/$/,x,x/')
check 'a header in other case' "$(good "$two")" < <(orders a b | sed '1s/.*/\U&/')
check 'no header' "$(refused "its first line has no column named order_id, order_purchase_timestamp, order_estimated_delivery_date, customer_id$own")" < <(order a; order b)

# --- lines, quotes, bytes

check 'a BOM' "$(good "$two")" < <(printf '\xef\xbb\xbf'; orders a b)
check 'a BOM and quotes' "$(good "$two")" < <(printf '\xef\xbb\xbf'; orders a b | sed 's/,/","/g; s/.*/"&"/')
check 'CRLF' "$(bad "$two" '3 it has 1 fields, but the header has 8')" < <((orders a; echo x; order b) | sed 's/$/\r/')
check 'CR alone' "$(bad "$two" '3 it has 1 fields, but the header has 8')" < <((orders a; echo x; order b) | tr '\n' '\r')
check 'no line end at the end' "$(good "$two")" < <(orders a b | head -c -1)
check 'blank lines count as lines' "$(bad "$two" '8 it has 1 fields, but the header has 8')" < <(printf '\n\r\n'; orders a; printf '\n\n\r\n'; printf 'x\n'; order b)
check 'quotes here and there' "$(good "$two")" < <(orders; order '"a"' ; order b | sed 's/,/","/g; s/.*/"&"/')
check 'commas, quotes and newlines within quotes' "$(bad "$two" '5 it has 1 fields, but the header has 8')" < <(
    orders; order a | sed 's/delivered/"de,""liv\nered"/'; echo; echo x; order b)
check 'a reject has the line of the file, behind CRLF in quotes too' "$(bad "$two" '6 it has 1 fields, but the header has 8')" < <(
    (orders; order a | sed 's/delivered/"de\nliv\n\nered"/'; echo x; order b) | sed 's/$/\r/')
check 'a quote not closed in the first row' "$(bad "$two" '2 a quote is never closed')" < <(orders '"x' a b)
check 'a quote not closed in the header' "$(refused 'its first line is not a CSV header: a quote is never closed')" < <(orders a b | sed '1s/^/"/')
check 'a quote not closed in the last row' "$(bad "$two" '4 a quote is never closed')" < <(orders a b '"x')
check 'a quote not closed, and another later' "$(bad "$two" '3 a quote inside a field is not doubled, or text follows the closing quote of a field')" < <(
    orders a '"x'; order '"b"')
check 'a quote in a field' "$(bad "$two" '3 a quote inside a field is not doubled, or text follows the closing quote of a field')" < <(orders a 'x"y' b)
check 'a quoted field that goes on' "$(bad "$two" '3 a quote inside a field is not doubled, or text follows the closing quote of a field')" < <(orders a '"x"y' b)
check 'too few fields, and too many' "$(bad "$two" '3 it has 7 fields, but the header has 8' '4 it has 9 fields, but the header has 8')" < <(
    orders a; order x | sed 's/,[^,]*$//'; order y | sed 's/$/,/'; order b)
check 'NUL bytes' "$(bad "$two" '3 there is a NUL byte in it' '5 there is a NUL byte in it')" < <(
    orders a 'x@' b | tr @ '\0'; order y | sed s/delivered/@/ | tr @ '\0')
check 'NUL bytes in the header' "$(refused 'it is no CSV file: its first line holds NUL bytes or other control characters')" < <(orders a b | sed 1s/status/@/ | tr @ '\0')
check 'a line of \. alone' "$(bad "$two" '3 it has 1 fields, but the header has 8')" < <(orders a; printf '\\.\n'; order b)
check 'invalid UTF-8' "$(bad "$two" "3 customer_id holds control characters or is not UTF-8: '\xE7'" \
    "4 customer_id holds control characters or is not UTF-8: '\xED\xA0\x80'" \
    "5 customer_id holds control characters or is not UTF-8: '\xF4\x90\x80\x80'")" < <(
    orders a; for text in $'\xe7' $'\xed\xa0\x80' $'\xf4\x90\x80\x80'; do order x | sed "s/c-1/$text/"; done; order b)
check 'invalid UTF-8 where nobody looks' "$(good "$two")" < <(orders a b | sed $'s/,delivered,/,\xe7,/')
check 'the last character of Unicode' "$(good "$two")" < <(orders a b | sed $'s/c-1/\xf4\x8f\xbf\xbf/')
check 'control characters' "$(bad "$two" "3 customer_id holds control characters or is not UTF-8: '\\x1B[31m'" \
    "4 customer_id holds control characters or is not UTF-8: '\\xC2\\x9B31m'")" < <(
    orders a; order x | sed $'s/c-1/\e[31m/'; order x | sed $'s/c-1/\xc2\x9b31m/'; order b)
check 'the character behind the last control character' "$(good "$two")" < <(orders a b | sed $'s/c-1/\xc2\xa0/')

# --- sizes

sized() { printf '%s,c-1,' "$1"; letters "$2"; printf ',%s\n' "$times"; } # sized ID BYTES: an order with a status of that size
check 'a field of 64 KiB, and one of a byte more' "$(bad "$two" '3 a field is longer than 65536 bytes; is a quote never closed?')" < <(
    orders; sized a 65536; sized x 65537; order b)
wide() { # wide BYTES: a row of that many bytes, 16 columns added to the order's
    local i
    printf 'a,,,2017-10-02 10:56:33,,,,' # 27 bytes
    for ((i = 0; i < 16; i++)); do printf ,; letters 65000; done
    printf ,
    letters $(($1 - 27 - 16 * 65001 - 1))
    echo
}
wide_header() { printf '%s' "$header"; printf ',x%.0s' {1..17}; echo; }

# --- order ids

x64=$(letters 64)
check 'order ids of 64 and 65 characters' "$(bad "$two" "3 order_id is not 1 to 64 printable ASCII characters without spaces: '${x64}x'")" < <(orders "$x64" "${x64}x" b)
check 'an order id with a space' "$(bad "$two" "3 order_id is not 1 to 64 printable ASCII characters without spaces: 'x y'")" < <(orders a 'x y' b)
check 'an order id with a newline' "$(bad "$two" "3 order_id is not 1 to 64 printable ASCII characters without spaces: 'x\\x0Ay'")" < <(orders a '"x
y"' b)
check 'an order id of other letters' "$(bad "$two" "3 order_id is not 1 to 64 printable ASCII characters without spaces: 'ç'")" < <(orders a ç b)
check 'no order id' "$(bad "$two" '3 order_id is missing' '4 order_id is missing')" < <(orders a '' NULL b)
check 'commands of SQL stay text' "$(good "$two")" < <(orders "a');DROP--" '$$;\echo')

# --- times

for time in '2017-13-01 00:00:00' '2017-02-29 12:00:00' '2017-10-02 24:00:00' '2017-10-02 10:56:60' '2017-02-29' \
    '2017-10-02 10:56:33+25' '1969-12-31 23:59:59' '10000-01-01 00:00:00' '9999-12-31 23:59:59-03:00' null1; do
    check "placed at '$time'" "$(bad_time "$time")" < <(placed_at "$time")
done
for time in '2017-10-02 10:56:33.123' '2017-10-02 10:56:33.123000' '2017-10-02T10:56:33' '2016-02-29 12:00:00' \
    '1970-01-01 00:00:00' '9999-12-31 23:59:59.999' 2017-10-02 '2017-10-02 10:56' '2017-10-02 10:56:33.123456' \
    '2017-10-02 10:56:33Z' '2017-10-02 10:56:33+02:00' '9999-12-31 23:59:59.999999999'; do
    check "placed at '$time'" "$(good '3 2 2 2 0')" < <(placed_at "$time")
done
for time in ' 2017-10-02 10:56:33|%Y-%m-%d %H:%M:%S' '2017-10-02  10:56:33|%Y-%m-%d %H:%M:%S' '2.10.2017 10:56|%d.%m.%Y %H:%M' \
    '13/10/2017|%d/%m/%Y' '02-Oct-17 22:56|%d-%b-%y %H:%M' '20171002T105633Z|%Y%m%dT%H%M%S%z' '1506941793123|%Q'; do
    check "placed at '${time%|*}'" "$(bad_time "${time%|*}" "--timestamp-format '${time#*|}' would read it")" < <(placed_at "${time%|*}")
    check '… and it does' "$(good '3 2 2 2 0')" --timestamp-format %FT%T --timestamp-format '%F %T' --timestamp-format "${time#*|}" < <(
        placed_at "${time%|*}")
done
check "placed at '10/2/2017 10:56'" "$(bad_time '10/2/2017 10:56' "$either")" < <(placed_at '10/2/2017 10:56')
spaced() { lines "2 order_purchase_timestamp $1: '2017-10-02 10:56:33'; $2" "4 order_purchase_timestamp $1: '2017-10-02 10:56:33'; $2"; }
check '… which --timestamp-format reads' "$(bad '1 0 0 0 0' \
    "$(spaced 'is not a time of the form %m/%d/%Y %H:%M' "--timestamp-format '%Y-%m-%d %H:%M:%S' would read it")")" \
    --timestamp-format '%m/%d/%Y %H:%M' < <(placed_at '10/2/2017 10:56')
check '… as one of two' "$(bad '1 0 0 0 0' \
    "$(spaced 'is not a time of any of the 2 forms given' "--timestamp-format '%Y-%m-%d %H:%M:%S' would read it")")" \
    --timestamp-format '%d.%m.%Y' --timestamp-format '%m/%d/%Y %H:%M' < <(placed_at '10/2/2017 10:56')
check 'all words for a missing value' "$(good '5 0 0 0 0')" < <(orders; n=0
    for word in '' NULL NaN NA '\N'; do printf 'o%s,%s,created,2017-10-02 10:56:33,%s,%s,%s,%s\n' $((++n)) "$word" "$word" "$word" "$word" "$word"; done)
check 'no time of purchase' "$(bad "$two" '3 order_purchase_timestamp is missing' '4 order_purchase_timestamp is missing')" < <(orders a; order x ',,,,'; order y 'NaN,,,,'; order b)
check 'no estimate' "$(good "$two")" < <(orders a; order b "${late%,*},")
check 'delivered before it was placed' "$(good '1 1 1 1 0')" < <(orders; order a '2017-10-02 10:56:33,2017-09-02 10:56:33,2017-09-01 10:56:33,2017-08-01 10:56:33,2017-10-18 00:00:00')
check 'late by a second, and not' "$(good '2 0 0 2 1')" < <(orders; order a '2017-10-02 10:56:33,,,2017-10-18 00:00:01,2017-10-18 00:00:00'
    order b '2017-10-02 10:56:33,,,2017-10-18 00:00:00,2017-10-18 00:00:00')
check 'the same order twice' "$(good '2 2 2 2 0')" < <(orders a a)
check 'the same order twice, with other times' "$(good '2 2 2 2 1')" < <(orders a; order a "$late")

# --- large ones: the memory is the same as ever. The bound is what a file of a few rows takes, and 20 MB.

peak() { # of the producer's memory, in KiB, with $file
    /usr/bin/time -f %M -o "$logs/peak" "$PRODUCER" --dry-run --order file "$file" >/dev/null 2>&1 || true
    tail -n 1 "$logs/peak"
}
file=$scratch/small.csv
orders a b >"$file"
bound=$(($(peak) + 20000))
check 'a field of 10 MB' "$(bad "$two" '3 a field is longer than 65536 bytes; is a quote never closed?')" < <(
    orders a; printf 'x,'; letters 10000000; printf ',,,,,,\n'; order b)
between '… in bounded memory' "$(peak)" 1 "$bound"
check 'a quoted field of 10 MB, never closed' "$(bad "$two" '3 a field is longer than 65536 bytes; is a quote never closed?')" < <(
    orders a; printf 'x,"'; letters 10000000; printf ',,,,,,\n'; order b)
between '… in bounded memory' "$(peak)" 1 "$bound"
check 'a quote not closed in the middle of 100,000 rows' "$(bad '100000 0 0 0 0' \
    '50002 a field is longer than 65536 bytes; is a quote never closed?')" < <(orders; placed 1 50000; printf 'x,"c,,,,,,\n'; placed 50001 100000)
between '… in bounded memory' "$(peak)" 1 "$bound"
check 'a quote that is closed too late to be one' "$(bad '2002 2 2 2 0' '3 a field is longer than 65536 bytes; is a quote never closed?' \
    '2004 a quote inside a field is not doubled, or text follows the closing quote of a field')" < <(
    orders a; printf 'x,"c\n'; placed 1 2000; printf 'c",delivered,%s\n' "$times"; order b)
check 'a row of 1 MiB, and one of a byte more' "$(bad '1 0 0 0 0' '3 the row is longer than 1048576 bytes')" < <(
    wide_header; wide 1048576; wide 1048577)

# --- not a file as others are

file=$scratch
feed
is_case 'a folder without an orders file' "$(lines 'exit 66' 'cannot read olist_orders_dataset.csv: No such file or directory')"
agree
orders a b >"$scratch/olist_orders_dataset.csv"
feed
is_case 'a folder with an orders file' "$(good "$two")"
agree
mkdir "$scratch/olist_customers_dataset.csv"
feed
is_case 'a directory in place of a file' "$(lines 'exit 66' 'cannot read olist_customers_dataset.csv: Is a directory')"
agree
rmdir "$scratch/olist_customers_dataset.csv"
file=$scratch/none.csv
feed
is_case 'no file' "$(lines 'exit 66' 'cannot read none.csv: No such file or directory')"
agree
file=$scratch/locked.csv
orders a b >"$file"
chmod 000 "$file"
((EUID)) || as=(setpriv '--bounding-set=-dac_override,-dac_read_search')
feed
is_case 'a file that must not be read' "$(lines 'exit 66' 'cannot read locked.csv: Permission denied')"
agree
as=()

file=$scratch/file.csv
(orders a; echo x; order b) >"$file"
run producer bash -c 'cat -- "$1" | "${@:2}" -' - "$file" "$PRODUCER" --dry-run --log-events
is_case 'standard input that is a pipe' "$(bad "$two" '3 it has 1 fields, but the header has 8')"
agree
run producer bash -c '"${@:2}" <(sleep 0.3; cat -- "$1")' - "$file" "$PRODUCER" --dry-run --log-events
is_case 'a pipe with a name' "$(bad "$two" '3 it has 1 fields, but the header has 8')"
agree
run producer bash -c 'exec <"$1"; head -n 0; "${@:2}" -' - "$file" "$PRODUCER" --dry-run --log-events
is_case 'standard input that is a file' "$(bad "$two" '3 it has 1 fields, but the header has 8')"
agree

# The producer is held up by its own output until something has happened to the file, of which it has a block by then.
meanwhile() { # meanwhile COMMAND…
    run producer bash -c 'set -o pipefail; "$PRODUCER" --dry-run --log-events --order file "$1" | { read -r line; "${@:2}" "$1"; echo "$line"; cat; }' \
        - "$file" "$@"
}
(orders; placed 1 20000) >"$scratch/whole.csv"
cp -- "$scratch/whole.csv" "$file"
meanwhile rm
is_case 'a file that is removed while it is read is read to its end' "$(good '20000 0 0 0 0')"
file=$scratch/whole.csv
agree
block_lines=$(head -c 65536 "$file" | wc -l)
file=$scratch/file.csv
cp -- "$scratch/whole.csv" "$file"
meanwhile truncate -s 1000
is_case 'a file that becomes shorter while it is read' "$(lines 'exit 74' "events $((block_lines - 1)) 0 0 0 0" \
    "cannot read file.csv: it was truncated while it was being read, after line $((block_lines + 1))")"

# --- customers and items

known() { # order, city, region, person and number of sellers: what the events know
    jq -r 'select(.eventType == "ORDER_PLACED") | [.orderId, (.payload | .city, .region, .customerUniqueId, (.sellers // [] | length))] | map(. // "-") | join(" ")' "$logs/producer.out"
}
two_orders() { orders; order a | sed s/c-1/A/; order b | sed s/c-1/B/; }
enriched() { # enriched NAME KNOWN EXPECTED OPTION <FILE: two orders, with a customers or items file
    cat >"$scratch/other.csv"
    two_orders >"$file"
    feed "$4" "$scratch/other.csv"
    is_case "$1" "$3"
    [[ ! $2 ]] || is '… and what is known of the orders' "$(known)" "$2"
    agree "$4" "$scratch/other.csv"
}
customers() { lines customer_id,customer_unique_id,customer_city,customer_state "$@"; }
items() { lines order_id,order_item_id,seller_id "$@"; }
both=$(lines 'a são paulo SP p-1 0' 'b rio RJ p-2 0')
nothing=$(lines 'a - - - 0' 'b - - - 0')

enriched 'customers' "$both" "$(good "$two")" --customers < <(customers 'A,p-1,são paulo,SP' 'B,p-2,rio,RJ')
enriched 'customers: columns in another order and case, and unknown ones' "$both" "$(good "$two")" --customers < <(
    lines 'x,CUSTOMER_STATE,Customer_City,customer_id,zip,customer_unique_id' ',SP,são paulo,A,1,p-1' ',RJ,rio,B,2,p-2')
enriched 'customers: a missing one' "$(lines 'a - - - 0' 'b rio RJ p-2 0')" "$(good "$two")" --customers < <(customers 'B,p-2,rio,RJ')
enriched 'customers: no value is no value' "$(lines 'a - SP - 0' 'b rio - - 0')" "$(good "$two")" --customers < <(customers 'A,NULL,,SP' 'B,NaN,rio,\N')
enriched 'customers: twice the same' "$both" "$(good "$two")" --customers < <(customers 'A,p-1,são paulo,SP' 'B,p-2,rio,RJ' 'A,p-1,são paulo,SP')
enriched 'customers: twice, with other values' "$both" "$(bad "$two" '4 the customer_id A appears in an earlier row, with other values')" \
    --customers < <(customers 'A,p-1,são paulo,SP' 'B,p-2,rio,RJ' 'A,p-1,são paulo,RJ')
enriched 'customers: a bad row is ignored' "$both" "$(bad "$two" '2 it has 3 fields, but the header has 4' \
    "3 customer_state holds control characters or is not UTF-8: '\xE7'" '4 customer_id is missing' \
    "5 customer_state has 129 bytes, more than 128: '$(letters 40)…'" '6 there is a NUL byte in it')" --customers < <(
    customers A,p-1,x $'A,p-1,x,\xe7' ',p-1,x,SP' "A,p-1,x,$(letters 129)" 'A,p-1,x,@' 'A,p-1,são paulo,SP' 'B,p-2,rio,RJ' | tr @ '\0')
enriched 'customers: a key that differs in case, or by a space, is another' "$nothing" "$(good "$two")" --customers < <(customers 'a,p-1,são paulo,SP' 'B ,p-2,rio,RJ')
enriched 'customers: the last character of Unicode' $'a \xf4\x8f\xbf\xbf \xf4\x8f\xbf\xbf p-1 0\nb - - - 0' "$(good "$two")" --customers < <(
    customers $'A,p-1,\xf4\x8f\xbf\xbf,\xf4\x8f\xbf\xbf')
enriched 'customers: none' "$nothing" "$(good "$two")" --customers < <(customers)
enriched 'customers: an empty file' '' "$(lines 'exit 65' 'cannot use other.csv: it is empty')" --customers </dev/null
enriched 'customers: without a column' '' "$(lines 'exit 65' 'cannot use other.csv: its first line has no column named customer_state')" \
    --customers < <(customers | sed s/state/x/)
enriched 'customers: semicolons' "$(lines 'a x SP p-1 0' 'b - - - 0')" "$(good "$two")" --customers < <(customers 'A,p-1,x,SP' | tr , ';')

enriched 'items: a seller twice is one; of unknown orders nothing is asked' "$(lines 'a - - - 2' 'b - - - 1')" "$(good "$two")" --items < <(
    items a,1,s-2 b,1,s-1 unknown,1,s-3 a,2,s-1 a,3,s-2)
is '… sellers are sorted' "$(jq -c .payload.sellers "$logs/producer.out" | sort -u | head -n 1)" '["s-1","s-2"]'
enriched 'items: 500 sellers in an order' "$(lines 'a - - - 500' 'b - - - 0')" "$(good "$two")" --items < <(items; seq 500 | sed 's/.*/a,&,seller-&/')
enriched 'items: a key that differs in case, or by a space, is another' "$nothing" "$(bad "$two" \
    "3 order_id is not 1 to 64 printable ASCII characters without spaces: 'b '")" --items < <(items A,1,s-1 'b ,1,s-1')
enriched 'items: a bad row is ignored' "$(lines 'a - - - 0' 'b - - - 1')" "$(bad "$two" '2 order_id is missing' '3 seller_id is missing' \
    "4 seller_id has 129 bytes, more than 128: '$(letters 40)…'" "5 seller_id holds control characters or is not UTF-8: '\xE7'")" --items < <(
    items ,1,s-1 a,1, "a,1,$(letters 129)" $'a,1,\xe7' b,1,s-1)
enriched 'items: a column twice' '' "$(lines 'exit 65' 'cannot use other.csv: the column seller_id appears twice in its header')" --items < <(
    lines order_id,seller_id,seller_id)

# --- the whole path: good rows between bad ones, 500 sellers, texts at their limits

customers "A,p-1,$(letters 128),$(letters 64)" $'B,p-2,rio,\xf4\x8f\xbf\xbf' 'B,p-2,rio,RJ' >"$scratch/customers.csv"
(items; seq 500 | sed 's/.*/a,&,seller-&/') >"$scratch/items.csv"
(printf '\xef\xbb\xbf'; two_orders; echo x; order "$x64" "$late"; order 'x y'; order b "$late" | sed s/c-1/B/; order '"c'; placed 1 1000) | sed 's/$/\r/' >"$scratch/file.csv"
orders=$scratch/file.csv files=(--customers "$scratch/customers.csv" --items "$scratch/items.csv")
new_case 3
run producer "${producer[@]}"
is 'through Kafka: the good rows are sent, the bad ones are rejected' "$status $(total acknowledged) $(total rejected)" '65 1018 4'
consume
is '… and applied' "$(totals | tr '\n' ' ')" 'ORDER_PLACED|1003 ORDER_APPROVED|3 HANDED_TO_CARRIER|3 DELIVERED|4 LATE_DETECTED|2 '
verify_ok '… verify passes'

plan
