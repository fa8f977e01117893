#!/usr/bin/env bash
# PgBouncer in transaction mode, with two sessions of the server for all clients: kill, replay and verify through it, and what another
# program finds in those sessions. A script that needs its own session names the server to connect to.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

orders=tests/data/sample
new_case 6
direct=$PGPORT
until pool=$((20000 + SRANDOM % 12000)) && [[ -z $(ss -Hltn "sport = :$pool") ]]; do :; done

# It does not run as root, and who runs it then may not enter the checkout.
folder=$(mktemp -d)
clean_up() { rm -rf -- "$folder"; }
as_server=()
cp -- "$PGBOUNCER" "$(dirname -- "$PGBOUNCER")"/../lib/*/lib{event,cares}*.so.* "$folder" 2>>"$logs/copy.log" || [[ -x $folder/pgbouncer ]]
cat >"$folder/pgbouncer.ini" <<END_OF_INI
[databases]
in_sessions = host=$PGHOST port=$direct dbname=$PGDATABASE pool_mode=session
* = host=$PGHOST port=$direct
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $pool
unix_socket_dir =
auth_type = scram-sha-256
auth_file = $folder/users
pool_mode = transaction
default_pool_size = 2
server_login_retry = 1
END_OF_INI
sed 's/.*:\(.*\):\(.*\)/"\1" "\2"/' "$PGPASSFILE" >"$folder/users"
if ((EUID == 0)); then
    chown -R postgres: "$folder"
    as_server=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
start_pooler() {
    start pooler env LD_LIBRARY_PATH="$folder" "${as_server[@]}" "$folder/pgbouncer" -q "$folder/pgbouncer.ini"
    wait_until 10 psql -XAtqc 'SELECT' 2>>"$logs/waiting.log"
}

# What a session has that another client could notice.
state_of_session="SELECT name || '=' || setting FROM pg_settings WHERE name <> 'application_name' AND name NOT LIKE '%.%' -- those of plpgsql come with its first use
    UNION ALL SELECT 'temporary ' || relname FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind = 'r'
    UNION ALL SELECT 'temporary ' || proname FROM pg_proc WHERE pronamespace = pg_my_temp_schema()
    UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements
    UNION ALL SELECT 'lock ' || objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
both_sessions() { # of the pool: one is held by a transaction meanwhile
    psql -XAtq -c BEGIN -c "SELECT 'session ' || pg_backend_pid()" -c "$state_of_session" \
        -c "\! psql -XAtq -c \"SELECT 'session ' || pg_backend_pid()\" -c \"\$STATE\"" -c COMMIT
}
export STATE=$state_of_session
new_session() { PGPORT=$direct psql -XAtqc "$state_of_session"; }
two_new_sessions() { new_session; new_session; }
nothing_stayed() { # nothing_stayed WHERE
    is "$1: both sessions of the pool were looked at" "$(both_sessions | grep '^session ' | sort -u | wc -l)" 2
    ok "$1: another program finds in them what a new session has" same two_new_sessions 'both_without_pids'
}
both_without_pids() { both_sessions | grep -v '^session '; }

export PGPORT=$pool
start_pooler
nothing_stayed 'before'
produce

# Three consumers: one is killed, the sessions are ended by an administrator, the pooler is killed.
quick=(-X session.timeout.ms=6000 --batch-size 50)
slow_database 10
for name in one two three; do start "$name" "${consumer[@]}" "${quick[@]}"; done
wait_until 30 progressed 500
send one KILL
await one 10
before=$(progress)
wait_until 30 progressed "$before"
PGPORT=$direct query "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()" >"$logs/terminated"
misses_the_database() { (($(logs_with 'the database is away' two three) > 0)); }
wait_until 30 misses_the_database
before=$(progress)
wait_until 30 progressed "$before"
ok 'in the middle of it' in_the_middle two
end pooler KILL 10
start_pooler
quick_database
start one "${consumer[@]}" "${quick[@]}"
wait_until 60 applied_all
nothing_stayed 'while consumers run'
for name in one two three; do
    end "$name" TERM 10
    is "$name ends in good order" "$status" 0
done
like 'all is applied once' "$(counters)" 'applied=8030 duplicate=0 redelivered=* quarantined=0'

# A replay, and the proof, twice: the second one meets a session that the first one had.
produce
consume
like 'a second replay: all are duplicates' "$(counters)" 'applied=8030 duplicate=8030 redelivered=* quarantined=0'
verify_ok 'verify'
verify_ok 'verify once more'
is 'the digest' "$(digest)" 0237450b0f07c5e2
is 'the digest by a session of our own' "$(PGPORT=$direct digest)" 0237450b0f07c5e2

start_monitor monitor
reads_postgres() { [[ $(status_of .postgres.up) == true ]]; }
wait_until 10 reads_postgres
is 'the monitor shows the totals' "$(status_of '[.postgres.types[].events] | add')" 8030
end monitor TERM 10

# --- scripts
refused() { # refused NAME COMMAND…
    run refused "${@:2}"
    like "$1" "$status $(<"$logs/refused.log")" "78 *shares sessions*connect to the server directly: PGHOST=127.0.0.1 PGPORT=$direct"
}
ok 'rebuild' scripts/rebuild
ok 'settle' scripts/settle --all
ok 'requeue' scripts/requeue --all --topic "$topic" --group "$group"
refused 'migrate says which address to use' scripts/migrate
refused 'so does retire' scripts/retire --before 2017-02-01
refused 'so does cluster' scripts/cluster init --partitions 6 --node "127.0.0.1:$direct/other"
nothing_stayed 'after the scripts'
succeed migrate env PGPORT="$direct" scripts/migrate
is 'the server itself takes migrate' "$(<"$logs/migrate.log")" 'migrate: nothing to do'
succeed migrate env PGDATABASE=in_sessions scripts/migrate
is 'so does a pool in session mode' "$(<"$logs/migrate.log")" 'migrate: nothing to do'
plan
