#!/usr/bin/env bash
# The check of lab 11: it names what is wrong with a consumer, whichever step of the way it has come, and accepts each right one.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

changed() { # changed NAME: a copy of the learner's files, which the caller changes
    copy=$logs/$1
    mkdir -p -- "$copy"
    cp -- docs/labs/11/* "$copy/"
}
key() { sed -i 's/event_id   uuid NOT NULL/event_id   uuid PRIMARY KEY/' "$copy/schema.sql"; }
on_conflict() { sed -i '/^SELECT (event/s/;$/\nON CONFLICT DO NOTHING;/' "$copy/apply.sql"; }

# statements: what apply.sql has after the copy of the batch
statements() { sed -i '/^\\copy/q' "$copy/apply.sql" && cat >>"$copy/apply.sql"; }
select_batch="SELECT (event->>'eventId')::uuid, event->>'eventType' FROM batch"
count_from() { # count_from TABLE
    printf '%s\n' "UPDATE lab.counts AS c SET events = c.events + n.events FROM (SELECT event_type, count(*) AS events FROM $1 GROUP BY 1) AS n WHERE c.event_type = n.event_type;"
}
store_offset='UPDATE lab.offsets SET next_offset = (SELECT max(kafka_offset) + 1 FROM batch) WHERE kafka_partition = :partition;'

check() { # check NAME: the check of the lab, on the copy; its output is $logs/NAME.out
    run "$1" env COLUMNS=1000 programs="$BUILD" state="$logs/$1" bash -c 'set -euo pipefail
        . scripts/lib.sh
        . docs/labs/lab.bash
        lab=lab11 number=11 asked=0 missing=0
        . docs/labs/checks/11.sh'
}

says() { # says NAME PATTERN…: the lines of the check, in this order
    local name=$1 line
    local -a lines
    shift
    check "$name"
    mapfile -t lines <"$logs/$name.out"
    cat -- "$logs/$name.out"
    for line in "${!lines[@]}"; do
        # shellcheck disable=SC2053 # a pattern
        [[ ${lines[line]} == ${1-nothing} ]] || return
        shift
    done
    (($# == 0))
}
right=('ok       events that were sent twice, stored: 350' 'ok       events that were sent twice, counted: 350'
    'ok       records read again from an earlier offset, events counted: 350' 'ok       a consumer killed in the middle and started again, events counted: 350')
missing() { printf 'missing  %s: 350 expected, found %s' "$@"; }
twice_stored='events that were sent twice, stored' twice_counted='events that were sent twice, counted'
again='records read again from an earlier offset, events counted' killed='a consumer killed in the middle and started again, events counted'

changed untouched
ok 'untouched: what is stored and counted twice, in each case' says untouched "$(missing "$twice_stored" 730)" '*Add a key to schema.sql, and ON CONFLICT*' \
    "$(missing "$twice_counted" '730, which is 380 too many')" '*(RETURNING)*' "$(missing "$again" '584, which is 234 too many')" '*An offset tells where to read on*' \
    "$(missing "$killed" '450, which is 100 too many')" '*had counted the batch, but had not stored the offset*'

changed key && key
ok 'a key alone: the consumer ends' says key "$(missing "$twice_stored" '*')" '*duplicate key value*ON CONFLICT*' "$(missing "$twice_counted" 'status 3 of consumer.sh')" '*' \
    "$(missing "$again" 'status 3 of consumer.sh')" '*duplicate key*' "$(missing "$killed" 'status 3 of consumer.sh')" '*duplicate key*'

changed line && on_conflict
ok 'ON CONFLICT without a key: no conflict' says line "$(missing "$twice_stored" 730)" '*lab.events accepts an event_id more than once*' \
    "$(missing "$twice_counted" '730, *')" '*' "$(missing "$again" '584, *')" '*' "$(missing "$killed" '450, *')" '*'

changed received && key && on_conflict
ok 'stored once, but the records received are counted' says received "${right[0]}" "$(missing "$twice_counted" '730, which is 380 too many')" '*Count the rows that it returns*' \
    "$(missing "$again" '584, *')" '*' "$(missing "$killed" '450, which is 100 too many')" '*'

changed before && key
{
    count_from "(SELECT DISTINCT event FROM batch) AS b, LATERAL (SELECT event->>'eventType' AS event_type) AS t WHERE NOT EXISTS (SELECT FROM lab.events e WHERE e.event_id = (event->>'eventId')::uuid)"
    printf '%s\n' "INSERT INTO lab.events (event_id, event_type) $select_batch ON CONFLICT DO NOTHING;" "$store_offset"
} | statements
ok 'counted before the INSERT: a crash in between counts twice' says before "${right[@]:0:3}" "$(missing "$killed" '450, which is 100 too many')" '*killed before it wrote to lab.events, and had counted the batch already*'

changed after && key
{
    printf '%s\n' 'CREATE TEMP TABLE fresh (event_type text);' \
        "WITH f AS (INSERT INTO lab.events (event_id, event_type) $select_batch ON CONFLICT DO NOTHING RETURNING event_type) INSERT INTO fresh TABLE f;"
    count_from fresh
    printf '%s\n' "$store_offset"
} | statements
ok 'counted after the INSERT: a crash in between is never counted' says after "${right[@]:0:3}" "$(missing "$killed" '250, which is 100 too few')" '*stored the events, but had not counted them*'

one_statement() {
    printf '%s\n' "WITH fresh AS (INSERT INTO lab.events (event_id, event_type) $select_batch ON CONFLICT (event_id) DO NOTHING RETURNING event_type)"
    count_from fresh
}
changed offset-first && key
{ printf '%s\n' "$store_offset"; one_statement; } | statements
ok 'the offset first: a crash loses the batch' says offset-first "${right[@]:0:3}" "$(missing "$killed" '250, which is 100 too few')" '*had stored the offset already*'

changed solution && key
{ one_statement; printf '%s\n' "$store_offset"; } | statements
ok 'the solution passes' says solution "${right[@]}"

changed view && key
sed -i -e '/^CREATE TABLE lab.counts/,/^SELECT unnest/d' "$copy/schema.sql"
printf '%s\n' 'CREATE VIEW lab.counts AS SELECT event_type, count(*) AS events FROM lab.events GROUP BY event_type;' >>"$copy/schema.sql"
printf '%s\n' BEGIN\; "INSERT INTO lab.events (event_id, event_type) $select_batch ON CONFLICT DO NOTHING;" "$store_offset" COMMIT\; | statements
ok '… and so does another: a view that counts, and one transaction' says view "${right[@]}"

changed broken
printf 'CREATE TABEL lab.more ();\n' >>"$copy/schema.sql"
ok 'a mistake in schema.sql is shown' says broken 'missing  tables of schema.sql: *' '*ERROR:  syntax error at or near "TABEL"*'

left=$(psql -XAtqc "SELECT count(*) FROM pg_database WHERE datname LIKE 'lab11\_check\_$$\_%' OR datname = 'lab11_check_$$'" postgres)
left+=" $(kcat -b "$KAFKA_BROKERS" -L -J | jq "[.topics[].topic | select(startswith(\"lab11-check-$$-\"))] | length")"
is 'it leaves no databases and topics behind' "$left" '0 0'
plan
