#!/usr/bin/env bash
# Time zones and locales: whatever surrounds the programs, the scripts and the server, the digest is the same, and so is
# the verdict of verify.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 1000
# Times that do not exist, or exist twice, where clocks change.
changes=$logs/orders.csv
{
    cat -- "$orders"
    while read -r id at; do
        printf '%s,c1,delivered,%s,%s,%s,%s,%s\n' "$id" "$at" "$at" "$at" "$at" '2017-10-01 00:00:00'
    done <<'END'
gap-in-sao-paulo 2017-10-15 00:30:00
twice-in-sao-paulo 2018-02-17 23:30:00
gap-in-new-york 2018-03-11 02:30:00
before-seoul 1988-05-08 02:30:00
END
} >"$changes"
orders=$changes
set_programs
events=$(expected_events)

# A locale with other digits grouping, decimal comma and order of letters, where the means to make one are here.
korean=
if [[ $(locale -a) == *ko_KR.utf8* ]]; then
    korean=there
elif localedef -i ko_KR -f UTF-8 "$logs/ko_KR.UTF-8" >/dev/null 2>&1 && localedef -i de_DE -f UTF-8 "$logs/de_DE.UTF-8" >/dev/null 2>&1; then
    export LOCPATH=$logs
    korean=made
fi
printf '# ko_KR.UTF-8: %s\n' "${korean:-not on this machine, programs fall back to C}"

replay() { # replay NAME VARIABLE=VALUE…: producer, consumer, verify and digest, each with them; sets sum
    local name=$1 log
    shift
    succeed "$name-producer" env "$@" "${producer[@]}" --log-events --rate 1e5 --from 1988-01-01 --as-of '2018-10-01 00:00:00'
    succeed "$name-consumer" env "$@" "${consumer[@]}" --exit-at-end --log-events
    ok "$name: verify" env "$@" scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders" \
        --from 1988-01-01 --as-of '2018-10-01 00:00:00'
    sum=$(env "$@" scripts/digest)
    for log in producer consumer; do # what is printed, without the place in the log
        printed=$(sed 's/partition=[0-9]* offset=[0-9]*//; s/  */ /g' "$logs/$name-$log.out" | sort | md5sum)
        [[ $name == UTC ]] || is "$name: the $log prints the same" "$printed" "${first[$log]}"
        [[ $name != UTC ]] || first[$log]=$printed
    done
}
declare -A first=()

new_case 6
replay UTC TZ=UTC LC_ALL=C
reference=$sum
between 'there is something to compare' "$(sum applied)" "$events" 1000000
like 'the digest is a digest' "$reference" '[0-9a-f]*'

while read -r name variables; do
    new_case 6
    read -ra variables <<<"$variables"
    replay "$name" "${variables[@]}"
    is "$name: the digest is the same" "$sum" "$reference"
done <<'END'
Sao-Paulo TZ=America/Sao_Paulo LC_ALL=C
Seoul TZ=Asia/Seoul LC_ALL=ko_KR.UTF-8 LANG=ko_KR.UTF-8
New-York TZ=America/New_York LC_ALL=de_DE.UTF-8
libpq TZ=Asia/Kathmandu PGTZ=Asia/Kathmandu PGDATESTYLE=German,DMY PGCLIENTENCODING=LATIN1 LC_ALL=C.UTF-8
END

# A database in another language, with other settings for everybody who connects.
others() {
    query "ALTER DATABASE $PGDATABASE SET TimeZone = 'America/Sao_Paulo';
           ALTER DATABASE $PGDATABASE SET DateStyle = 'SQL, DMY';
           ALTER DATABASE $PGDATABASE SET IntervalStyle = 'iso_8601';
           ALTER DATABASE $PGDATABASE SET bytea_output = 'escape';
           ALTER DATABASE $PGDATABASE SET extra_float_digits = -10;
           ALTER DATABASE $PGDATABASE SET default_text_search_config = 'pg_catalog.german';
           ALTER DATABASE $PGDATABASE SET transform_null_equals = on;
           ALTER DATABASE $PGDATABASE SET standard_conforming_strings = off;
           ALTER DATABASE $PGDATABASE SET quote_all_identifiers = on;
           ALTER DATABASE $PGDATABASE SET search_path = 'nowhere';
           ALTER DATABASE $PGDATABASE SET row_security = off"
}
while IFS='|' read -r name options; do
    new_topic 6
    group=check-$test-$$-$case
    export PGDATABASE=check_${test}_$$_$case
    read -ra options <<<"$options"
    createdb --template=template0 --encoding=UTF8 "${options[@]}" "$PGDATABASE"
    others
    scripts/migrate 2>>"$logs/migrate.log"
    set_programs
    replay "$name" TZ=Asia/Seoul
    is "$name: the digest is the same" "$sum" "$reference"
done <<'END'
database-Korean|--locale-provider=icu --icu-locale=ko-KR --locale=C.UTF-8
database-upper-first|--locale-provider=icu --icu-locale=da-DK-u-kf-upper-kn --locale=C
END

plan
