#!/usr/bin/env bash
# Times of the CSV files: the producer (shared/time_pattern.c) and verify (sql/verify/timestamp_format.sql) share no code, and
# read the same, by whatever formats, and refuse the same formats with the same words. SEED=… for another run of the same.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
diag "SEED=$seed"
folder=$(cd -- "$logs" && pwd)
sql=$PWD/sql
new_database

by_c() { "$BUILD/read-times" <"$folder/input"; }
by_sql() { psql -XAtq -v ON_ERROR_STOP=1 -v folder="$folder" -v sql="${1-$sql}" -f tests/integration/times.sql 2>>"$logs/times.log"; }

# --- by hand: formats, separated by 0x1f; a text; what it comes to

by_hand() { cat <<'END'
|2017-10-02 10:56:33|1506941793000
|2017-10-02T10:56|1506941760000
|2017-10-02|1506902400000
|2017-10-02 10:56:33.190954|1506941793190
|2017-10-02 10:56:33.123456789|1506941793123
|2017-10-02 10:56:33.9999|1506941793999
|2017-10-02T10:56:33Z|1506941793000
|2017-10-02 10:56:33-03:00|1506952593000
|2017-10-02 10:56:33+0530|1506921993000
|2017-10-02 10:56+09|1506909360000
|1969-12-31 22:00:00-03:00|3600000
|1970-01-01 01:00:00+03:00|-
|9999-12-31 23:59:59.999999|253402300799999
|9999-12-31 23:59:59-01:00|-
|2017-10-02Z|-
|2017-10-02 10|-
|2017-10-02 10:56:33 Z|-
|2017-02-29|-
|10/2/2017 10:56|-
%m/%d/%Y %I:%M:%S %p|10/2/2017 10:56:33 PM|1506984993000
%m/%d/%Y %I:%M:%S %p|1/1/2021 12:01:36 AM|1609459296000
%m/%d/%Y %I:%M:%S %p|1/1/2021 12:01:36pm|1609502496000
%m/%d/%Y %I:%M:%S %p|1/1/2021|1609459200000
%m/%d/%Y %I:%M:%S %p|1/1/2021 0:01:36 AM|-
%m/%d/%Y %I:%M:%S %p|1/1/2021 13:01:36 PM|-
%m/%d/%Y %H:%M|10/18/2017|1508284800000
%m/%d/%Y %H:%M|10/18/2017 |-
%d-%b-%y %H:%M|02-Oct-17 22:56|1506984960000
%d-%b-%y %H:%M|02-OCTOBER-17|1506902400000
%d-%b-%y %H:%M|02-Octo-17|-
%B %e, %Y|May 1, 2018|1525132800000
%d.%m.%y|1.1.69|-
%d.%m.%y|1.1.70|0
%d.%m.%y|31.12.68|3124137600000
%s|1506941793|1506941793000
%s.%f|1506941793.25|1506941793250
%Q|1506941793123|1506941793123
%F %T.%f%z|2017-10-02 10:56:33.190954-0300|1506952593190
%Y-%m-%d%H:%M@%d/%m/%Y|2017-10-02|1506902400000
%Y-%m-%d%H:%M@%d/%m/%Y|02/10/2017|1506902400000
%d/%m/%Y@%m/%d/%Y|10/13/2017|1507852800000
END
}
by_hand | awk -F'|' -v folder="$folder" '{
    gsub("@", "\037", $1)
    print "=" $1 "\n " $2 >(folder "/input")
    gsub("\037", "\",\"", $1)
    print NR "\002" ($1 == "" ? "[]" : "[\"" $1 "\"]") >(folder "/lists")
    print NR "\002" $2 >(folder "/texts")
}'
expected=$(by_hand | awk -F'|' '{ print "accepted\n" $3 }')
is 'times by hand, read by the producer' "$(by_c)" "$expected"
is '… and by verify' "$(by_sql)" "$expected"

# --- refused, by the programs themselves

printf 'order_id\n' >"$folder/file.csv"
for format in '' '%-d.%m.%Y' '%d.%m.%Y %' '%d.%m.%Y %é' '%d.%m.%Y%Y' '%H:%M' '%d.%m.%Y %I:%M' '%s %d' $'caf\xe9 %F' $'%F\t' "%F$(printf '%063d' 0)"; do
    run producer "$PRODUCER" --dry-run --timestamp-format %F --timestamp-format "$format" "$folder/file.csv"
    by_producer="$status $(sed 's/^order-producer: //; s/; try --help$//' "$logs/producer.log")"
    run verify scripts/verify --no-kafka --orders "$folder/file.csv" --timestamp-format %F --timestamp-format "$format"
    is "refused alike: ${by_producer#* }" "$by_producer" "$status $(sed 's/^verify: //' "$logs/verify.log")"
    is '… with status 64' "${by_producer%% *}" 64
done

# --- in bulk

python3 tests/integration/times.py "$seed" 330 1000 "$folder"
by_c >"$folder/by_c"
by_sql >"$folder/by_sql"
between 'so many texts are read or rejected' "$(grep -cE '^(-|[0-9]+)$' "$folder/by_c")" 200000 330000
between '… of which so many are times' "$(grep -cE '^[0-9]+$' "$folder/by_c")" 60000 330000
between 'so many lists of formats are refused' "$(grep -c '^--timestamp-format' "$folder/by_c")" 30 200
ok 'the producer and verify read the same' diff "$folder/by_c" "$folder/by_sql"

# --- what differs is found: by the same texts each time, as few of any have to do with it

python3 tests/integration/times.py 1 60 300 "$folder"
by_c >"$folder/by_c"
mkdir -p -- "$folder/planted"
planted() { # planted NAME FROM TO: with this text of verify's in place of that one, something differs
    local name=$1
    cp -R -- "$sql/csv" "$sql/verify" "$folder/planted/"
    awk -v from="$2" -v to="$3" '{ while ((at = index($0, from)) > 0) { $0 = substr($0, 1, at - 1) to substr($0, at + length(from)); n++ } print } END { exit !n }' \
        "$sql/${4-verify/timestamp_format.sql}" >"$folder/planted/${4-verify/timestamp_format.sql}"
    by_sql "$folder/planted" >"$folder/by_sql"
    is "found: $name" "$(cmp -s "$folder/by_c" "$folder/by_sql" || echo differs)" differs
}
planted 'years from 70' "short_year < '69'" "short_year < '70'"
planted 'fractions of two digits' 'left(fraction, 3), 3' 'left(fraction, 2), 3'
planted 'noon is midnight' 'h := h % 12 +' 'h := h +'
planted 'zones the other way' "zone LIKE '-%'" "zone LIKE '+%'"
planted 'other words' 'it gives no date' 'there is no date' csv/time_formats.sql
plan
