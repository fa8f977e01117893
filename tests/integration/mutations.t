#!/usr/bin/env bash
# mutations.t - scripts/verify finds each change in the database, or docs/GUARANTEES.md says why it does not check for it.
#
# tests/data/verify/mutations.sql has a mutation for each column; each gets a copy of a database that a replay has filled. What
# found it must be what the table in docs/GUARANTEES.md says. With WRITE=1 the table is written (make mutations).
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

data=tests/data/verify page=docs/GUARANTEES.md at_once=4
orders=$data/orders.csv
files=(--customers "$data/customers.csv" --items "$data/items.csv")
new_case 2
for once in 1 2; do
    run "produce-$once" "${producer[@]}"
    is "sent ($once)" "$status" 65 # some rows are made to be rejected
done
printf 'key\tgarbage\n' | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '\t' -X partitioner=murmur2_random
consume
is 'the sample is replayed twice' "$(counters)" 'applied=21 duplicate=25 redelivered=0 quarantined=1'
verify_ok 'and verified'

base=$PGDATABASE list=$logs/list
mkdir "$list"
# Each mutation into a file of its own: 001.sql, with its name in 001.name and its options in 001.options.
awk -v list="$list" '
    /^# / {
        n++; split(substr($0, 3), part, / \| /); file = sprintf("%s/%03d", list, n)
        print part[1] >(file ".name"); print part[2] >(file ".options"); next
    }
    n { print >(file ".sql") }' "$data/mutations.sql"
# And of every view the columns, each made empty.
query "SELECT concat_ws(E'\t', format('%s: its columns made empty, one at a time', view), column_name, format('CREATE OR REPLACE VIEW orders.%I AS SELECT %s FROM (%s) AS v', view,
              (SELECT string_agg(CASE o.attname WHEN a.attname THEN format('NULL::%s%s AS %I', format_type(o.atttypid, o.atttypmod), ' COLLATE ' || nullif(o.attcollation, 0)::regcollation, o.attname) ELSE quote_ident(o.attname) END, ', ' ORDER BY o.attnum)
                 FROM pg_attribute o WHERE o.attrelid = c.oid AND o.attnum > 0),
              regexp_replace(rtrim(pg_get_viewdef(c.oid), ';'), '\s+', ' ', 'g')))
         FROM (SELECT oid, relname AS view FROM pg_class WHERE relnamespace = 'orders'::regnamespace AND relkind = 'v') c
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0, LATERAL (SELECT a.attname AS column_name) n
        WHERE a.attnum = 2 OR '${EACH_COLUMN-}' <> ''
        ORDER BY view, a.attnum" >"$logs/views"
names=("$list"/*.name)
count=${#names[@]}
while IFS=$'\t' read -r name column sql; do
    printf -v file '%s/%03d' "$list" $((++count))
    printf '%s\n' "$name" >"$file.name"
    printf '\n' >"$file.options"
    printf '%s;\n' "$sql" >"$file.sql"
done <"$logs/views"

sed 's/: .*//' "$list"/*.name | awk -F', ' '{ for (i = 1; i <= NF; i++) { if (i == 1) { split($1, part, "."); print $1 } else print part[1] $i } }' >"$logs/columns"
missing=$(query "SELECT format('%s.%s', relname, attname) FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                  WHERE relnamespace = 'orders'::regnamespace AND relkind = 'r' ORDER BY 1" | while read -r column; do
    grep -qx -- "$column" "$logs/columns" || printf '%s ' "$column"
done)
is 'each column of each table has a mutation' "${missing:-none is missing}" 'none is missing'

cat >"$logs/batch.sql" <<'END_OF_SQL'
CREATE FUNCTION pg_temp.batch(consumer_group text = NULL, topic text = NULL, log integer = NULL, kafka_offset bigint = NULL, first_offset bigint = NULL,
                              next_offset bigint = NULL, event_id uuid = '0163b268-0000-8000-8000-000000000000', order_id text = 'o-made-up',
                              payload_hash bigint = 1, reason text = NULL) RETURNS text LANGUAGE sql AS $$
    SELECT b.outcomes
      FROM (SELECT coalesce($1, current_setting('mutation.of_group')) AS g, coalesce($2, current_setting('mutation.of_topic')) AS t) n
      LEFT JOIN orders.start_positions(current_setting('mutation.of_group'), current_setting('mutation.of_topic')) p ON p.kafka_partition = 0,
      LATERAL (SELECT coalesce($4, p.next_offset) AS kafka_offset, $10 IS NULL AS is_event) r,
      orders.apply_batch(g, t, p.cluster_id, p.topic_id, false,
                         ARRAY(SELECT 0 WHERE is_event), ARRAY(SELECT r.kafka_offset WHERE is_event), ARRAY(SELECT 1 WHERE is_event),
                         ARRAY(SELECT $7 WHERE is_event), '{ORDER_PLACED}', ARRAY(SELECT 1::smallint WHERE is_event),
                         ARRAY(SELECT timestamp '2018-06-01' WHERE is_event), ARRAY(SELECT $8 WHERE is_event), ARRAY(SELECT NULL::text WHERE is_event),
                         ARRAY(SELECT $9 WHERE is_event), ARRAY(SELECT 0 WHERE NOT is_event), ARRAY(SELECT r.kafka_offset WHERE NOT is_event),
                         ARRAY(SELECT now() WHERE NOT is_event), ARRAY(SELECT $10 WHERE NOT is_event),
                         ARRAY(SELECT NULL::bytea WHERE NOT is_event), ARRAY(SELECT NULL::bytea WHERE NOT is_event),
                         '{0}', ARRAY[coalesce($3, p.log)], ARRAY[$5], '{NULL}', '{NULL}',
                         ARRAY[coalesce($6, $4 + 1, p.next_offset + 1)], '{NULL}', ARRAY[now()], '{1}') b
$$;
CREATE FUNCTION pg_temp.retire(before date) RETURNS void LANGUAGE sql AS $$
    INSERT INTO orders.retirements VALUES (before) ON CONFLICT DO NOTHING;
    WITH removed AS (DELETE FROM orders.processed_events WHERE event_at < before RETURNING event_at::date, event_type, region, kafka_partition)
    INSERT INTO orders.retired_counts SELECT *, count(*) FROM removed GROUP BY 1, 2, 3, 4;
$$;
END_OF_SQL
IFS='|' read -r leap_id leap_hash <<<"$(query "SELECT event_id, payload_hash FROM orders.processed_events WHERE order_id = 'o-leap'")"

change() { # change DATABASE FILE
    local role=
    [[ $(<"$2.options") != *'as worker'* ]] || role='SET ROLE orders_worker;'
    {
        printf '%s\n' 'SET client_min_messages = error;' "SELECT set_config('mutation.of_group', :'group', false), set_config('mutation.of_topic', :'topic', false) \\g /dev/null"
        cat "$logs/batch.sql"
        printf '%s\n' "$role"
        cat "$2.sql"
    } | psql -Xqtd "$1" --single-transaction -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -v group="$group" -v topic="$topic" -v leap_id="$leap_id" \
        -v leap_hash="$leap_hash" >"$2.out" 2>&1
}

proves() { PGDATABASE=$1 scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders" "${@:2}"; } # proves DATABASE [OPTION…]

mutate() { # mutate FILE: writes what found it into FILE.found
    local status=0 database=${base}_${1##*/}
    local -a kafka=(--no-kafka)
    [[ $(<"$1.options") != *'with Kafka'* ]] || kafka=()
    createdb -T "$base" "$database"
    if change "$database" "$1"; then
        proves "$database" "${kafka[@]}" >"$1.out" 2>&1 || status=$?
        case $status in
            0) echo 'NOT FOUND' ;;
            1) sed -n '$s/^FAILED: [0-9]* of [0-9]* checks: //p' "$1.out" ;;
            78) sed -n '$s/^verify: /refused: /p' "$1.out" ;;
        esac >"$1.found"
    else # only what the database keeps out by its own rules
        sed -nE 's/^.*ERROR:  (22...|23...|OR001|42501): (.*)$/the database refuses it: \2/p' "$1.out" | sed 's/new row for relation "[^"]*" violates //' >"$1.found"
    fi
    dropdb "$database"
}

# What verify does not look at it does not see in all of it together either.
createdb -T "$base" "${base}_unseen"
unchanged=''
for name in "$list"/*.name; do
    file=${name%.name}
    if [[ $(<"$file.options") == *'not looked at: '* ]]; then
        change "${base}_unseen" "$file" || unchanged+="$(<"$name"): $(tail -n 3 "$file.out")"
        sed 's/^as worker; //' "$file.options" >"$file.found"
    else
        while (($(jobs -rp | wc -l) >= at_once)); do wait -n || true; done
        mutate "$file" &
    fi
done
wait
is 'columns that verify does not check can be changed' "${unchanged:-all of it}" 'all of it'
ok '… and verify passes' proves "${base}_unseen" --no-kafka

table() {
    local name
    printf '| mutation | found by |\n|---|---|\n'
    for name in "$list"/*.name; do printf '| %s | %s |\n' "$(<"$name")" "$(<"${name%.name}.found")"; done | sed "s|$PWD/||g" | uniq
}
table >"$logs/table.md"
blind=$(grep -E '\| (NOT FOUND|) \|$' "$logs/table.md" || true)
is 'all others are found' "${blind:-all of them}" 'all of them'
if [[ ${WRITE-} ]]; then
    sed -i -e '/^<!-- mutations -->$/,/^<!-- end of mutations -->$/{//!d}' -e "/^<!-- mutations -->\$/r $logs/table.md" "$page"
fi
ok "$page has this table: make mutations writes it" diff <(sed '1,/^<!-- mutations -->$/d; /^<!-- end of mutations -->$/,$d' "$page") "$logs/table.md"
plan
