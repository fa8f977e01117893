#!/usr/bin/env bash
# Doors: what a login, another user of the machine or a member of the group may plant for the scripts, which run as owner or superuser.
# The stack is one of its own.
# shellcheck disable=SC2016 # of an inner shell
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"
. scripts/printable.sh
query() { PGOPTIONS='-c search_path=pg_catalog' psql -XAtq -v ON_ERROR_STOP=1 "${@:2}" -c "$1"; }
log=$stack/log/postgres.log

# --- text for a terminal

while IFS='|' read -r name text shown; do
    is "printed: $name" "$(printf '%b' "$text" | printable)" "$shown"
done <<'END'
text in several scripts|S\xc3\xa3o Paulo \xec\xa3\xbc\xeb\xac\xb8 \xf0\x9f\x98\x80 ~|São Paulo 주문 😀 ~
escape sequences|a\e[31mb\x07\r|a\x1B[31mb\x07\x0D
those of one character|a\xc2\x9b31m|a\u009b31m
no UTF-8|\xff caf\xc3 \xed\xa0\x80|\xFF caf\xC3 \ud800
a broken character beside a whole one|\xc3\xa3 \xc3|ã \xC3
the direction of text|\xe2\x80\xaegpj.exe \xd8\x9c\xe2\x81\xa6|\u202egpj.exe \u061c\u2066
what cannot be seen|a\xe2\x80\x8bb\xef\xbb\xbfc\xc2\xad|a\u200bb\ufeffc\u00ad
END
is 'the status is the command'"'s" "$(printable_errors sh -c 'echo out; printf "e\033[m\n" >&2; exit 7' 2>&1 || echo "$?")" $'out\ne\\x1B[m\n7'

# --- passwords

printf 'secret-%s\n' "$SRANDOM" >"$logs/password"
secret=$(<"$logs/password")
ok 'a login is made, while the server logs every statement' env PGOPTIONS='-c log_statement=all' scripts/login check_door orders_reader "$logs/password"
is '... which it does' "$(grep -c 'ALTER USER check_door PASSWORD .SCRAM-SHA-256' "$log")" 1
ok '... but not the password' not grep -qF -- "$secret" "$log"
is '... and the password is the right one' "$(PGUSER=check_door PGPASSFILE=/dev/null PGPASSWORD=$secret psql -XAtqc 'SELECT current_user' 2>&1 | tail -n 1)" check_door
if (cd / && script -qec true /dev/null) >/dev/null 2>&1; then
    ok '... also from a terminal' script -qec "scripts/login check_door orders_reader '$logs/password'" "$logs/terminal"
    ok '... where nothing is asked' not grep -q Enter "$logs/terminal"
fi
run login env PGOPTIONS='-c default_transaction_read_only=on -c log_statement=all' scripts/login check_door orders_reader "$logs/password"
like 'the error of the server is reported' "$status $(<"$logs/login.log")" '70 *ERROR: *read-only transaction*the server refuses*'
ok '... and logs no password' not grep -qF -- "$secret" "$log"

# --- client ids, which anybody chooses who may join the group

use_orders 100
succeed producer "$PRODUCER" "${files[@]}" "$orders"
member() { # member ID: a consumer with that client id works while status is asked, whose output is in shown
    start member "$CONSUMER" -X "client.id=$1"
    wait_until 30 logged member ' assigned '
    joined() { shown=$(scripts/status) && [[ $shown == *member*/127* || $shown == *'could forge'* ]]; }
    wait_until 30 joined
    end member TERM 15
}
unfit() { LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]\|\xe2\x80\xae' <<<"$shown"; }
member harmless
like 'status shows a client id' "$shown" '*order-aggregator*harmless*'
member $'x\e[31mred\u202eder'
like '... one that steers terminals as what it is' "$shown" '*order-aggregator*x\\x1B\[31mred\\u202eder*'
ok '... and nothing reaches the terminal' not unfit
member $'a /h a\norder-aggregator order-events 9 1 1 0 b /h b'
like '... and no line ends, which would add lines to the table' "$shown" '*line ends, which could forge this table*'
ok '... or not them' not grep -q 'order-events *9 ' <<<"$shown"

# --- what is planted in public, which everybody could write before PostgreSQL 15, and by default comes after what is built in. Here it
# comes before, so that no exact match saves a call.

words=$(grep -rhoE '[a-z_0-9]+ ?\(' sql scripts | tr -d ' (' | sort -u | paste -sd' ')
for database in template1 postgres order_replay; do
    succeed plant psql -Xq -d "$database" -v words="$words" -f tests/integration/planted.sql
done
between 'functions, operators and views are planted' "$(query "SELECT count(*) FROM pg_depend WHERE refobjid = 'public'::regnamespace")" 500 5000
query "ALTER ROLE postgres SET search_path = public, pg_catalog"
calls() { grep -c ' planted: ' "$log" || true; }
psql -XAtqc "SELECT format('%s', 1), now() FROM pg_class WHERE oid = 1::oid" >"$logs/control" 2>&1 || true
between 'a session as any other calls them' "$(calls)" 1 1000000
before=$(calls)

printf 'no event\n' | kcat -P -b "$KAFKA_BROKERS" -t order-events
PGOPTIONS='-c search_path=pg_catalog' succeed consumer "$CONSUMER" --exit-at-end
while read -r -a command; do
    ok "scripts/${command[*]/$logs\//}" "scripts/${command[0]}" "${command[@]:1}"
    is '... calls none' "$(calls)" "$before"
    before=$(calls)
done <<END
login check_door orders_worker $logs/password
verify --orders $(dirname -- "$orders")
digest --verbose
rebuild
requeue --all
status
migrate
up
END
createdb check_door
ok 'scripts/migrate, of a new database' env PGDATABASE=check_door scripts/migrate
is '... calls none' "$(calls)" "$before"
stack_signal monitor TERM 10
ok 'order-monitor starts' scripts/up monitor
asks() { [[ $(query "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'order-monitor' AND query LIKE '%kafka_partition%'") == 1 ]]; }
wait_until 10 asks
is '... and calls none' "$(calls)" "$before"
ok 'the SQL of the demo' bash -c 'set -euo pipefail; . scripts/lib.sh; . scripts/database.sh; for file in sql/demo/*.sql; do psql -v ON_ERROR_STOP=1 -f "$file"; done'
is '... calls none' "$(calls)" "$before"
query 'ALTER ROLE postgres RESET search_path'

# --- who answers on the port of Postgres, while it is down

if ((EUID == 0)) && id nobody >/dev/null 2>&1; then
    succeed down scripts/down
    cat >"$logs/impostor.py" <<'END'
# As a server that asks for the password in clear text.
import socket, struct, sys
listening = socket.create_server(('127.0.0.1', int(sys.argv[1])))
print('listens', flush=True)
while True:
    client = listening.accept()[0]
    try:
        while True:
            length, code = struct.unpack('>II', client.recv(8))
            if code not in (80877103, 80877104): break
            client.send(b'N')
        client.recv(length - 8)
        client.send(b'R' + struct.pack('>II', 8, 3))
        answer = client.recv(1000)
        if answer[:1] == b'p': print('got', answer[5:-1].decode(), flush=True)
    except Exception: pass
    client.close()
END
    start impostor setpriv --reuid=nobody --clear-groups --regid="$(id -g nobody)" /usr/bin/python3 -c "$(<"$logs/impostor.py")" "$PGPORT" "$(stack_mark postgres)"
    listens() { grep -q listens "$logs/impostor.out"; }
    wait_until 10 listens
    run up scripts/up postgres
    like 'another user listens on the port of Postgres, and bears its mark: up refuses' "$status $(<"$logs/up.log")" "69 *port $PGPORT, *is taken by*python*"
    run up scripts/up
    is '... and without a name too' "$status" 69
    like 'status does not take it for our server' "$(scripts/status)" '*nothing runs in*make up*'
    psql -XAtqc 'SELECT 1' >>"$logs/stderr" 2>&1 || true
    is 'only a client that checks nothing sends it the password' "$(grep -c '^got ' "$logs/impostor.out")" 1
    end impostor KILL 10
    ok 'up works when the impostor is gone' scripts/up
    is '... and finds all its data' "$(totals | head -n 1)" 'ORDER_PLACED|100'
else
    tests=$((tests + 1))
    printf 'ok %d - who answers on the port of Postgres # skip only root can start a process of another user\n' "$tests"
fi
plan
