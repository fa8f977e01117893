#!/usr/bin/env bash
# Who may do what in the database, and where passwords show: the worker and the reader as an attacker would use them.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

secret=Geheim-$$-$RANDOM
printf '%s\n' "$secret" >"$logs/password"
printf 'password in front\n' >"$logs/wrong"
query "DROP ROLE IF EXISTS check_owner, check_worker, check_reader, check_login"
query "CREATE ROLE check_owner LOGIN PASSWORD '$secret'"

as() { env PGUSER="$1" PGPASSWORD="$secret" "${@:2}"; } # as ROLE COMMAND…
run_as() { run "$1" env PGUSER="$2" PGPASSWORD="$secret" "${@:3}"; } # run_as NAME ROLE COMMAND…
as_query() { as "$1" psql -XAtq -v ON_ERROR_STOP=1 -v VERBOSITY=verbose -c "$2" 2>&1; }

denied() { # denied ROLE SQL: for want of permission, and for nothing else
    local said
    said=$(as_query "$1" "$2") && { printf 'it could: %s\n' "$said"; return 1; }
    printf '%s\n' "$said"
    [[ $said == *'ERROR:  42501:'* ]]
}

# --- an owner that is no superuser and may not make roles, on a server that lacks them

use_orders 500
new_topic 3
group=check-$test-$$
set_programs
export PGDATABASE=check_${test}_$$
createdb --owner=check_owner "$PGDATABASE"
query 'ALTER ROLE orders_worker RENAME TO check_away_worker; ALTER ROLE orders_reader RENAME TO check_away_reader'
run_as migrate check_owner scripts/migrate
names_back() { query 'ALTER ROLE check_away_worker RENAME TO orders_worker; ALTER ROLE check_away_reader RENAME TO orders_reader'; }
names_back
is 'without the right to make roles, migrate goes on' "$status $(grep -c applied "$logs/migrate.log")" "0 $(find sql/migrations sql/apply_batch.sql sql/views.sql sql/migrate/order_timeline.sql lifecycles/olist.csv -type f ! -name '.*' | wc -l)"
is '… and says in one line what an administrator runs' "$(grep -c 'CREATE ROLE orders_worker; CREATE ROLE orders_reader;' "$logs/migrate.log")" 1
as check_owner scripts/migrate 2>"$logs/migrate.log"
like 'when the roles are there, migrate has no more to say' "$(cat -- "$logs/migrate.log")" 'migrate: nothing to do'
query "CREATE ROLE check_worker LOGIN PASSWORD '$secret' IN ROLE orders_worker;
       CREATE ROLE check_reader LOGIN PASSWORD '$secret' IN ROLE orders_reader"

# --- the worker, its password from a file

produce
succeed worker env -u PGPASSFILE PGUSER=check_worker PGPASSWORD_FILE="$logs/password" "${consumer[@]}" --exit-at-end
is 'the worker consumes to the end' "$(sum applied)" "$(expected_events)"
verify_ok 'verify'
ok 'verify works for an owner that is no superuser' as check_owner scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"

is 'the worker may call five functions' "$(query "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
    WHERE pronamespace = 'orders'::regnamespace AND has_function_privilege('check_worker', oid, 'EXECUTE')")" \
    'apply_batch read_cluster read_lifecycle schema_version start_positions'
privileges() { # privileges ROLE: relation and privilege, on whole relations or on columns
    query "SELECT relname || ' ' || privilege
             FROM pg_class, unnest('{SELECT,INSERT,UPDATE,REFERENCES,DELETE,TRUNCATE,TRIGGER}'::text[]) privilege
            WHERE relnamespace = 'orders'::regnamespace AND relkind IN ('r', 'v', 'm', 'S', 'p')
              AND (has_table_privilege('$1', oid, privilege) OR relkind <> 'S'
                   AND privilege IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege('$1', oid, privilege))
            ORDER BY 1"
}
is 'the worker has no right to any relation' "($(privileges check_worker))" '()'
views=$(query "SELECT relname || ' SELECT' FROM pg_class WHERE relnamespace = 'orders'::regnamespace AND relkind = 'v' ORDER BY 1")
is 'the reader may select from each view, and do nothing else' "$(privileges check_reader)" "$views"
is 'the reader may call the three functions that only tell' "$(query "SELECT string_agg(proname, ' ' ORDER BY proname) FROM pg_proc
    WHERE pronamespace = 'orders'::regnamespace AND has_function_privilege('check_reader', oid, 'EXECUTE')")" \
    'read_cluster read_lifecycle schema_version'
while read -r view _; do
    ok "the reader reads $view" as_query check_reader "SELECT * FROM orders.$view LIMIT 1"
done <<<"$views"

for role in check_worker check_reader; do
    while read -r statement; do
        ok "$role cannot: $statement" denied "$role" "$statement"
    done <<'END'
SELECT * FROM orders.processed_events
SELECT * FROM orders.schema_migrations
INSERT INTO orders.event_type_counts VALUES ('DELIVERED', 0, 1)
UPDATE orders.event_type_counts SET events = 0
DELETE FROM orders.processed_events
TRUNCATE orders.processed_events
DROP TABLE orders.quarantined_records
DROP VIEW orders.pipeline_status
DROP FUNCTION orders.schema_version()
DROP SCHEMA orders CASCADE
ALTER TABLE orders.processed_events ADD COLUMN more int
ALTER TABLE orders.processed_events DISABLE TRIGGER ALL
CREATE TABLE orders.mine (id int)
CREATE TABLE public.mine (id int)
CREATE SCHEMA mine
CREATE OR REPLACE FUNCTION orders.schema_version() RETURNS integer LANGUAGE sql AS 'SELECT 9'
CREATE INDEX ON orders.processed_events (region)
BEGIN; LOCK TABLE orders.processed_events IN ROW EXCLUSIVE MODE
CREATE ROLE mine
COPY (SELECT 1) TO PROGRAM 'true'
SET ROLE check_owner
END
done
ok 'the worker cannot read a view' denied check_worker 'SELECT * FROM orders.event_type_totals'
ok 'the reader cannot apply' denied check_reader "SELECT orders.start_positions('a', 'b')"

# --- functions with the owner's rights run nothing that their caller made

query 'CREATE SCHEMA evil AUTHORIZATION check_worker'
cat >"$logs/attack.sql" <<'END'
\set ON_ERROR_STOP on
GRANT USAGE ON SCHEMA evil TO PUBLIC;
CREATE FUNCTION evil.stolen() RETURNS text LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END $$;
CREATE FUNCTION evil.cardinality(integer[]) RETURNS integer LANGUAGE sql AS 'SELECT evil.stolen()::integer';
CREATE FUNCTION evil.cardinality(text[]) RETURNS integer LANGUAGE sql AS 'SELECT evil.stolen()::integer';
CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT evil.stolen()';
CREATE FUNCTION evil.same(bigint, bigint) RETURNS boolean LANGUAGE sql AS 'SELECT evil.stolen() IS NULL';
CREATE OPERATOR evil.< (LEFTARG = bigint, RIGHTARG = bigint, FUNCTION = evil.same);
CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT evil.stolen() IS NULL';
CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
CREATE OPERATOR evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
-- In the place of every relation, and of the names inside the function.
CREATE TEMPORARY TABLE partition_progress (consumer_group text, topic text, log int, kafka_partition int, next_offset bigint);
CREATE TEMPORARY TABLE processed_events (event_id uuid);
CREATE TEMPORARY TABLE schema_migrations AS SELECT 99 AS version;
CREATE TYPE pg_temp.event_type AS ENUM ('OTHER');
CREATE FUNCTION pg_temp.unnest(anyarray) RETURNS SETOF anyelement LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'hijacked as %', current_user; END $$;
SET search_path = evil, pg_temp, pg_catalog, orders;
SELECT orders.schema_version();
SELECT pg_catalog.count(*) FROM orders.start_positions('attack', 'attack');
SELECT received, applied, duplicate, redelivered, quarantined, outcomes
  FROM orders.apply_batch('attack', 'attack', NULL, NULL, false, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
       '{0}', '{7}', '{2026-01-01}', '{attacked}', '{"k"}', '{"v"}',
       '{0}', '{1}', '{7}', '{NULL}', '{NULL}', '{8}', '{8}', '{2026-01-01}', '{0}');
END
run_as attack check_worker psql -XAtq -f "$logs/attack.sql"
is 'functions, operators, types and tables of the caller are not used by the owner' \
    "$status $(tr '\n' ' ' <"$logs/attack.out")$(cat -- "$logs/attack.log")" \
    "0 $(query 'SELECT max(version) FROM orders.schema_migrations') 0 1|0|0|0|1|q "
is 'what the call did is in the true tables' "$(query "SELECT reason FROM orders.quarantined_records WHERE consumer_group = 'attack'")" attacked

# --- text stays text: SQL, formats, shell and escape sequences in every field of the three files and of records

new_case 3
id="';DROP/**/SCHEMA/**/orders/**/CASCADE;--"
text="x'); DROP SCHEMA orders CASCADE; -- %s%n \$(id) \`id\` \\! id"
{
    head -n 1 -- "$orders"
    # shellcheck disable=SC2016 # as it is
    for hostile in "$id" '\$(id)%s%n' '`id`${x}' $'a\033]0;taken\007b' $'a\302\2332Jb'; do
        printf '%s,%s,%s,2017-10-02 10:56:33,,,,2017-10-18 00:00:00\n' "$hostile" "$text" "$text"
    done
    printf '%s,%s,x,2017-10-02 10:56:33,,,,2017-10-18 00:00:00\n' c1 $'a\033]0;taken\007b' c2 $'a\302\2332Jb' c3 $'a\2332Jb'
    printf 'c4,c1,x,%s,,,,\n' $'\033]0;taken\007' $'\302\2332J' $'\2332J'
} >"$logs/orders.csv"
printf '%s\n' customer_id,customer_unique_id,customer_city,customer_state "$text,$text,$text,$text" $'c5,x,a\302\2332Jb,SP' >"$logs/customers.csv"
printf '%s\n' order_id,seller_id "$id,$text" $'x,a\302\2332Jb' >"$logs/items.csv"
orders=$logs/orders.csv files=(--customers "$logs/customers.csv" --items "$logs/items.csv")
set_programs
run hostile "${producer[@]}" --log-events
is 'rows with SQL, formats and shell in them are sent, those with escape sequences are rejected' \
    "$status $(wc -l <"$logs/hostile.out") $(grep -c 'row rejected' "$logs/hostile.log")" '65 3 10'
printf '%s|%s\n' "$id" "$text" $'a\302\2332Jb' $'{"\302\2332J":1,"\302\2332J":2}' | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '|'
consume --log-events
is 'they arrive as they are' "$(query "SELECT count(*) FROM orders.processed_events WHERE order_id = \$q\$$id\$q\$ AND region = \$q\$$text\$q\$")" 1
is 'a record too' "$(query "SELECT count(*) FROM orders.quarantined_records WHERE payload = convert_to(\$q\$$text\$q\$, 'UTF8')")" 1
verify_ok 'verify passes'
mv -- "$logs/output" "$logs/verify.out"
run dry "${producer[@]}" --dry-run --log-events
is 'a dry run prints them unchanged' "$(jq -r 'select(.payload.sellers) | .payload.customer, .payload.city, .payload.sellers[]' "$logs/dry.out" | sort -u)" "$text"
controls() { LC_ALL=C grep -hP '[\x00-\x08\x0B-\x1F\x7F]|\xC2[\x80-\x9F]|(?<![\x80-\xFF])[\x80-\xBF]' "$@"; }
ok 'the files hold escape sequences' controls "$orders"
ok 'no escape sequence reaches the terminal' not controls "$logs"/{hostile,dry}.{out,log} "$logs/consumer-$runs".{out,log} "$logs/verify.out"

# --- secrets

refused() { # refused NAME PATTERN COMMAND…: with 78, in words, without the secret
    run refused "${@:3}" --topic "$topic" --group "$group"
    like "$1" "$status $(cat -- "$logs/refused.log" "$logs/refused.out")" "78 *$2*"
    ok "$1: the secret is not said" not grep -q "$secret" "$logs/refused.log" "$logs/refused.out"
}
: >"$logs/empty"
refused 'a password file that is missing' "cannot read the password file $logs/none: No such file" "$CONSUMER" --password-file "$logs/none"
refused 'a password file that is a folder' 'Is a directory' env PGPASSWORD_FILE="$logs" "$CONSUMER"
refused 'a password file that is empty' 'has no password' "$CONSUMER" --password-file "$logs/empty"
refused 'a wrong password in it' 'Check user and password' env PGUSER=check_worker "$CONSUMER" --password-file "$logs/wrong"
printf '# secrets\n\nsasl.username=me\r\nsasl.password=%s\nclient.id=from-file\n' "$secret" >"$logs/good.properties"
printf 'sasl.username=me\n%s\n' "$secret" >"$logs/bad.properties"
printf 'enable.auto.commit=true\nacks=1\n' >"$logs/fixed.properties"
printf 'no.such.property=%s\n' "$secret" >"$logs/unknown.properties"

# The scripts read PGPASSWORD_FILE too, which psql does not.
by_file() { run script env -u PGPASSFILE PGDATABASE="check_${test}_$$" PGUSER="$1" PGPASSWORD_FILE="$logs/$2" "${@:3}"; } # by_file USER FILE COMMAND…
by_file check_owner password scripts/digest
is 'a script takes the password from the file' "$status $(cat -- "$logs/script.out")" "0 $(PGDATABASE=check_${test}_$$ digest)"
by_file check_owner wrong scripts/digest
like 'with a wrong one it names the file' "$status $(cat -- "$logs/script.log")" "69 *authentication failed*PGUSER=check_owner*$logs/wrong*"
by_file check_owner none scripts/digest
like 'without one it names the file' "$status $(cat -- "$logs/script.log")" "78 *PGPASSWORD_FILE=$logs/none*"

# Logins are made from files, and their passwords are changed by them.
can_log_in() { PGUSER=check_login PGPASSWORD=$(head -n 1 -- "$logs/$1") psql -XAtqc 'SELECT count(*) > 0 FROM orders.event_type_totals'; }
ok 'scripts/login makes a reader' scripts/login check_login orders_reader "$logs/password"
is 'who can log in, and read the views' "$(can_log_in password)" t
ok 'scripts/login gives it another password' scripts/login check_login orders_reader "$logs/wrong"
is 'who can log in with that one' "$(can_log_in wrong)" t
ok '… and not with the old one' not can_log_in password
run login scripts/login check_login postgres "$logs/password"
like 'login grants no other roles' "$status $(cat -- "$logs/login.log")" '64 *orders_worker or orders_reader*'
run login scripts/login check_login orders_reader "$logs/empty"
like 'login refuses an empty password' "$status $(cat -- "$logs/login.log")" "66 *no password in $logs/empty*"

refused 'a properties file that is missing' 'cannot read the properties file' env KAFKA_PROPERTIES_FILE="$logs/none" "$CONSUMER"
refused 'a line that is no property' "line 2 of the properties file $logs/bad.properties" "$CONSUMER" --properties "$logs/bad.properties"
refused 'a property that the guarantees rest on' enable.auto.commit "$CONSUMER" --properties "$logs/fixed.properties"
refused 'an unknown property' no.such.property "$CONSUMER" --properties "$logs/unknown.properties"
run refused "$PRODUCER" --properties "$logs/bad.properties" "$orders"
like 'the producer refuses it too' "$status $(cat -- "$logs/refused.log")" '78 *line 2 of the properties file*'

# A crash of each program while it has its secrets in memory, where core files are allowed. The shell's own wait does not tell.
ulimit -c unlimited 2>/dev/null || true
cat >"$logs/crash.pl" <<'END'
# crash.pl COMMAND…: runs it until standard input ends, then crashes it; prints the signal and whether a core was written
my $pid = fork // die;
if (!$pid) { exec @ARGV or die }
$| = 1; print "pid=$pid\n";
1 while <STDIN>;
kill 'SEGV', $pid; waitpid $pid, 0;
printf "%d %s\n", $? & 127, $? & 128 ? 'core' : 'no core';
END
crash() { # crash NAME COMMAND…: $logs/NAME.out ends with what came of it; its command line is in $logs/NAME.ps
    local pipe
    mkfifo "$logs/$1.fifo"
    : >"$logs/$1.log"
    (cd -- "$logs" && exec perl crash.pl "${@:2}") <"$logs/$1.fifo" >"$logs/$1.out" 2>"$logs/$1.log" &
    pid[$1]=$!
    exec {pipe}>"$logs/$1.fifo"
    wait_until 30 logged "$1" INFO
    tr '\0' ' ' <"/proc/$(sed -n 's/^pid=//p' "$logs/$1.out")/cmdline" >"$logs/$1.ps"
    exec {pipe}>&-
    await "$1" 20
}
crash control sh -c 'echo INFO >&2; while :; do sleep 0.1; done'
crash consumer env KAFKA_PROPERTIES_FILE="$logs/good.properties" PGPASSWORD_FILE="$logs/password" PGUSER=check_worker \
    "$CONSUMER" --topic "$topic" --group "$group"
crash producer env KAFKA_PROPERTIES_FILE="$logs/good.properties" "$PRODUCER" --topic "$topic" --log-events --rate 0.01 "$orders"
for name in consumer producer; do
    if [[ $(tail -n 1 -- "$logs/control.out") == '11 core' ]]; then
        is "a crash of the $name leaves no core" "$(tail -n 1 -- "$logs/$name.out")" '11 no core'
    else
        tests=$((tests + 1))
        printf 'ok %d - a crash of the %s leaves no core # skip no program leaves one on this machine\n' "$tests" "$name"
    fi
    ok "$name: the secret is in no log, output or command line" not grep -q "$secret" "$logs/$name".{log,out,ps}
done

for program in "$PRODUCER" "$CONSUMER"; do
    run help env KAFKA_PROPERTIES_FILE="$logs/good.properties" PGPASSWORD="$secret" PGPASSWORD_FILE="$logs/password" "$program" --help
    is "${program##*/} --help: the secret is not in it" "$status $(grep -c "$secret" "$logs/help.out")" '0 0'
done

# On the command line they work, with a warning.
run shown "$CONSUMER" --topic "$topic" --group "$group" --exit-at-end -X "sasl.password=$secret" \
    --database "user=check_worker password=$secret"
is 'on the command line they work, and are warned about' "$status $(grep -c 'ps shows' "$logs/shown.log")" '0 2'
ok 'without being repeated' not grep -q "$secret" "$logs/shown.log"
run shown "$PRODUCER" --topic "$topic" -X "sasl.password=$secret" "$orders"
is 'the producer warns too' "$(grep -c 'ps shows -X sasl.password' "$logs/shown.log")" 1

plan
