#!/usr/bin/env bash
# scripts/migrate, scripts/digest and scripts/rebuild.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/sql/tap.sh
. ./tap.sh
root=$PWD/../..

apply() { query "SELECT test.apply('$1')" >>"$scratch/applied"; }

for script in migrate digest rebuild; do
    run "$root/scripts/$script" --help
    like "$status $out" "0 usage: scripts/$script*exit status*" "$script --help"
    run "$root/scripts/$script" --nonsense
    like "$status|$out|$err" "64||$script: unexpected argument: --nonsense; try --help" "$script refuses an unknown option"
    run env PGHOST=127.0.0.1 PGPORT=1 "$root/scripts/$script"
    like "$status|$out|$err" "69||*$script: no answer from the database*PGPORT=1*" "$script says that the database is not there"
done

query 'SELECT test.clean()'

# A database in another encoding, and the command that makes a right one.
foreign="${PGDATABASE}_in ascii"
createdb --template=template0 --encoding=SQL_ASCII --locale=C "$foreign"
trap 'dropdb --if-exists --force "$foreign"; dropdb --if-exists --force "${foreign}_utf8"; rm -rf "$scratch"' EXIT
PGDATABASE=$foreign run "$root/scripts/migrate"
like "$status|$err" "78|migrate: the database $foreign has the encoding SQL_ASCII, *UTF8 is needed*" 'migrate refuses another encoding than UTF8'
is "$(PGDATABASE=$foreign query "SELECT to_regnamespace('orders')")" '' 'and changes nothing'
eval "$(sed -n 's/^migrate: \(createdb \)/\1/p' <<<"$err")"
PGDATABASE=${foreign}_utf8 run "$root/scripts/migrate"
is "$status" 0 'the command that it names makes a database that it takes'

# digest and rebuild ----------------------------------------------------------------------------------------------
run "$root/scripts/digest"
like "$status $out" '0 0000000000000000' 'nothing has a digest'

apply '0:0:1 0:1:2 0:2:3 1:0:101 1:1:102 1:2:11'
apply '0:3:bad 0:4:103'
cd "$scratch"
run "$root/scripts/digest"
first=$out
like "$status|$out|$err" '0|[0-9a-f]???????????????|' 'digest prints one line, from any directory'
run "$root/scripts/digest" --verbose
is "$out $(wc -l <<<"$err")" "$first 5" 'with --verbose five relations on stderr'

apply '0:5:1 0:6:2 0:7:103 1:3:101'
apply '0:0:1 0:1:2 0:5:1 1:2:11'
apply '0:8:bad 2:0:1#77'
is "$("$root/scripts/digest")" "$first" 'duplicates, redelivery, quarantine and conflicts do not change it'
is "$(PGTZ=Asia/Kathmandu PGDATESTYLE='SQL, DMY' LC_ALL=C "$root/scripts/digest")" "$first" 'nor do zone and date style'

# Another database, with the same events in another order, by other partitions.
other=${PGDATABASE}_other
createdb "$other"
trap 'dropdb --if-exists --force "$other"; dropdb --if-exists --force "$foreign"; dropdb --if-exists --force "${foreign}_utf8"; rm -rf "$scratch"' EXIT
PGAPPNAME=first PGDATABASE=$other "$root/scripts/migrate" 2>"$scratch/err"
PGDATABASE=$other psql --no-psqlrc --quiet --file="$OLDPWD/helper.psql"
PGDATABASE=$other apply '7:0:11 7:1:3 7:2:103 7:3:2'
PGDATABASE=$other apply '8:0:102 9:1:1 9:2:101'
is "$(PGDATABASE=$other "$root/scripts/digest")" "$first" 'nor do order and partitions'

while IFS='|' read -r damage corrected; do
    query "$damage"
    run "$root/scripts/digest"
    if [[ $out != "$first" ]]; then ok 0 "digest sees: $damage"; else ok 1 "digest sees: $damage"; fi
    run "$root/scripts/rebuild"
    like "$status $out" "0 *$corrected*" 'rebuild says what it corrected'
    is "$("$root/scripts/digest")" "$first" 'and the digest is the old one'
done <<'END'
UPDATE orders.event_type_counts SET events = events + 1 WHERE event_type = 'DELIVERED'|event_type_counts: * rows, 1 corrected, 0 removed
DELETE FROM orders.event_type_counts WHERE kafka_partition = 0|event_type_counts: * rows, 3 corrected, 0 removed
INSERT INTO orders.event_type_counts VALUES ('DELIVERED', 99, 1)|event_type_counts: * rows, 0 corrected, 1 removed
UPDATE orders.event_day_counts SET event_day = event_day + 100 WHERE event_type = 'DELIVERED'|event_day_counts: * rows, 2 corrected, 2 removed
INSERT INTO orders.event_day_counts VALUES ('2020-01-01', 'DELIVERED', 0, 1)|event_day_counts: * rows, 0 corrected, 1 removed
UPDATE orders.event_region_counts SET events = events + 1 WHERE region IS NULL AND kafka_partition = 0|event_region_counts: * rows, 1 corrected, 0 removed
UPDATE orders.event_region_counts SET region = 'XX' WHERE region IS NULL AND kafka_partition = 0|event_region_counts: * rows, 1 corrected, 1 removed
INSERT INTO orders.event_region_counts VALUES (NULL, 'DELIVERED', 99, 1)|event_region_counts: * rows, 0 corrected, 1 removed
END
is "$(query 'SELECT test.problems()')" '' 'nothing is left'

while read -r damage; do
    query "CREATE TABLE saved AS SELECT * FROM orders.processed_events; $damage"
    run "$root/scripts/digest"
    if [[ $out != "$first" ]]; then ok 0 "digest sees: $damage"; else ok 1 "digest sees: $damage"; fi
    query 'TRUNCATE orders.processed_events; INSERT INTO orders.processed_events SELECT * FROM saved; DROP TABLE saved'
done <<'END'
DELETE FROM orders.processed_events WHERE event_id = test.event_id(1)
UPDATE orders.processed_events SET event_at = event_at + interval '1 ms' WHERE event_id = test.event_id(3)
UPDATE orders.processed_events SET payload_hash = payload_hash + 1 WHERE event_id = test.event_id(3)
UPDATE orders.processed_events SET region = '' WHERE region IS NULL
UPDATE orders.processed_events SET event_id = test.event_id(999) WHERE event_id = test.event_id(3)
UPDATE orders.processed_events SET order_id = upper(order_id) WHERE event_id = test.event_id(3)
END
is "$("$root/scripts/digest")" "$first" 'and is the old one when all is as it was'

# migrate ---------------------------------------------------------------------------------------------------------
run "$root/scripts/migrate"
is "$status|$out|$err" '0||migrate: nothing to do' 'a second migrate has nothing to do, and says so'
is "$("$root/scripts/digest")" "$first" 'and changed nothing'

dropdb --force "$other"
createdb "$other"
export PGDATABASE=$other
# Both wait for a session that makes the schema, and then does not, so they meet.
mkfifo hold
# shellcheck disable=SC2094
PGAPPNAME=hold psql --no-psqlrc --quiet --no-align --tuples-only <hold >>held &
exec {hold}>hold
printf '%s\n' 'BEGIN;' 'CREATE SCHEMA orders;' '\echo held' >&"$hold"
wait_for 'the schema' grep -q held held
PGAPPNAME=migrate "$root/scripts/migrate" 2>one & one=$!
PGAPPNAME=migrate "$root/scripts/migrate" 2>two & two=$!
wait_for 'both to wait' waiting 2 migrate
printf '%s\n' '\q' >&"$hold"
wait "$one" && status=0 || status=$?
wait "$two" || status=$?
migrations=("$root"/sql/migrations/*.sql)
is "$status $(grep -h applied one two | sort | uniq -d) $(cat one two | grep -c applied)" "0  $((${#migrations[@]} + 4))" \
    'of two at once each step is done once' # lifecycle, timeline and two scripts more

# The lock is the owner's alone. Waiting for it, and for others, has an end, and is no secret.
hold() { # hold ROLE SQL: in a transaction of a session of its own
    PGAPPNAME=hold psql --no-psqlrc --quiet --no-align --tuples-only <<<"SET ROLE $1; BEGIN; $2; SELECT pg_sleep(600)" >/dev/null 2>&1 &
    held=$!
    wait_for 'the lock' holds
}
holds() { [[ $(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'hold' AND wait_event = 'PgSleep'") == 1 ]]; }
let_go() {
    query "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'hold'" >/dev/null
    wait "$held" || true
}
hold none 'LOCK TABLE orders.schema_migrations IN SHARE UPDATE EXCLUSIVE MODE'
"$root/scripts/migrate" 2>patient & one=$!
wait_for 'migrate to wait' grep -q 'waiting for' patient
like "$(<patient)" "migrate: waiting for process * (user $(query 'SELECT current_user'), application hold, its transaction *s old)" 'migrate says whom it waits for'
like "$(query 'SHOW lock_timeout') $(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'psql' AND wait_event_type = 'Lock'")" '0 1' 'and waits'
run env PGOPTIONS='-c lock_timeout=100ms' "$root/scripts/migrate"
like "$status|$err" '75|*waiting for process*the lock is still held by process*' 'not longer than lock_timeout says'
let_go
wait "$one" && status=0 || status=$?
like "$status $(<patient)" '0 *waiting for*nothing to do' 'and goes on when the lock is free'
query 'CREATE ROLE test_holder'
query 'GRANT orders_reader, orders_worker TO test_holder'
query "UPDATE orders.schema_scripts SET checksum = 'older' WHERE name = 'views.sql'"
hold test_holder "SELECT pg_advisory_lock(x'6f7264657273'::bigint), orders.schema_version(), count(*) FROM orders.event_type_totals"
is "$(query 'SET ROLE test_holder; BEGIN; LOCK TABLE orders.schema_migrations IN ROW SHARE MODE' 2>&1 | sed 's/^[^:]*: *//')" \
    'permission denied for table schema_migrations' 'no reader or worker can take the lock'
old() { [[ $(query "SELECT now() - xact_start > interval '3 s' FROM pg_stat_activity WHERE application_name = 'hold'") == t ]]; }
wait_for 'that transaction to be old' old
run env PGOPTIONS='-c lock_timeout=100ms' "$root/scripts/migrate"
like "$status|$err" '70|*views.sql:*ERROR:*look at process * (user *, application hold, its transaction *' 'who holds a view up is named too'
let_go
query 'DROP ROLE test_holder'

query "UPDATE orders.schema_scripts SET checksum = 'older' WHERE name = 'views.sql'"
run "$root/scripts/migrate"
is "$status|$err" '0|migrate: applied views.sql' 'views that changed are applied again'

# A schema that somebody has made before the first migration, with what he likes in it.
query 'CREATE ROLE test_planter'
createdb "${other}_planted"
PGDATABASE=${other}_planted query 'CREATE SCHEMA orders AUTHORIZATION test_planter'
run env PGDATABASE="${other}_planted" "$root/scripts/migrate"
like "$status|$err" '78|*the schema orders belongs to test_planter*' 'a schema of somebody else is refused'
dropdb --force "${other}_planted"
query 'DROP ROLE test_planter'

# A later checkout, whose next migration fails at first.
known=$(query 'SELECT orders.schema_version()')
is "$known" "$(find "$root/sql/migrations" -name '[0-9]*.sql' -printf '%f\n' | sed 's/^0*//; s/_.*//' | sort -n | tail -n 1)" \
    'the version is the number of the newest migration'
next=$((known + 1))
printf -v later '%03d_later.sql' "$next"
mkdir later later/scripts
cp -r "$root/sql" later
cp "$root"/scripts/{migrate,command.sh,database.sh,nodes.sh,printable.sh} later/scripts
printf 'CREATE TABLE orders.later (id int);\nSELECT 1 / 0;\n' >"later/sql/migrations/$later"
run later/scripts/migrate
like "$status $err" "70 *$later:2: ERROR:*division by zero*migrate: failed*" 'a migration that fails is named'
is "$(query "SELECT orders.schema_version(), to_regclass('orders.later')")" "$known|" 'and leaves nothing behind'
sed -i '$d' "later/sql/migrations/$later"
run later/scripts/migrate
like "$status|$err" "0|migrate: applied migrations/$later*applied apply_batch.sql*applied views.sql" 'once corrected it is applied'
is "$(query 'SELECT orders.schema_version()')" "$next" 'and remembered'
run "$root/scripts/migrate"
like "$status $err" "78 *the database has schema version $next, this checkout knows $known*" 'an older checkout refuses the newer database'

done_testing
