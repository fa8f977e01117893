#!/usr/bin/env bash
# Other database errors: full, read-only, too many sessions, locked, too old, not ours. The consumer waits for temporary errors, and ends
# with status 78 for permanent ones. The servers belong to a stack of this test.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

away='the database is away'
use_orders 2000
events=$(expected_events)
new_topic 6
produce

carries_on() { # carries_on NAME: all is applied once, by the same member, and the consumer ends in good order
    wait_until 60 applied_all
    end consumer TERM 10
    is "$1: the consumer carries on to the end" "$status $(counters | sed 's/duplicate.*quar/quar/')" "0 applied=$events quarantined=0"
    ok "$1: the invariants hold" invariants_hold
    is "$1: no rebalance" "$(grep -c ' assigned [0-9]* partitions' "$logs/consumer.log")" 1
}

# --- faults that an administrator makes and takes back: as each shows, and that no more is needed than to take it back

fault() { # fault NAME PATTERN MAKE TAKE_BACK: of commands
    new_reader
    "$3"
    start consumer "${consumer[@]}" --batch-size 50
    wait_until 30 logged consumer "$away"
    like "$1: it waits, and says why" "$(grep -m 1 "$away" "$logs/consumer.log")" "*$2*"
    ok "$1: it does not end" alive consumer
    "$4"
    carries_on "$1"
}

read_only() { query "ALTER DATABASE $PGDATABASE SET default_transaction_read_only = on"; }
writable() { PGOPTIONS='-c default_transaction_read_only=off' query "ALTER DATABASE $PGDATABASE RESET default_transaction_read_only"; }
fault 'read-only' 'default_transaction_read_only is on' read_only writable

# A table's file that is /dev/full: the kernel refuses to extend it, as on a disk without room.
table_file() { printf '%s/postgres/%s\n' "$stack" "$(query "SELECT pg_relation_filepath('orders.processed_events')")"; }
fill_disk() {
    file=$(table_file)
    mv -- "$file" "$file.room"
    ln -s /dev/full "$file"
}
make_room() { rm -- "$file" && mv -- "$file.room" "$file"; }
fault 'disk full' 'No space left on device (SQLSTATE 53100) Free space' fill_disk make_room

# Of the ordinary sessions that there may be, none is left. The stack's monitor would take one of them now and then.
stack_signal monitor TERM 10
query "ALTER SYSTEM SET max_connections = 12"
query "ALTER SYSTEM SET autovacuum = off"
query "CREATE ROLE crowd LOGIN PASSWORD 'crowd' IN ROLE orders_worker"
stack_stop_postgres fast
succeed up scripts/up postgres
sessions() { query "SELECT count(*) FROM pg_stat_activity WHERE usename = 'crowd'"; }
crowd=0
fill_up() { # one more each time, until there are nine: one that comes beside our own sessions is refused
    (($(sessions) < 9)) || return 0
    start "crowd$((++crowd))" env PGUSER=crowd PGPASSWORD=crowd psql -XAtq -c 'SELECT pg_sleep(600)'
    return 1
}
new_reader
wait_until 30 fill_up
start consumer env PGUSER=crowd PGPASSWORD=crowd "${consumer[@]}" --batch-size 50
wait_until 30 logged consumer "$away"
like 'max_connections reached: it waits, and says why' "$(grep -m 1 "$away" "$logs/consumer.log")" '*53300*'
query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'crowd' AND query LIKE '%pg_sleep%'" >/dev/null
for ((i = 1; i <= crowd; i++)); do await "crowd$i" 10; done
carries_on 'max_connections reached'

# A lock on the tables: waited for 10 s, then said. Looked at below.
new_reader
hold_up
start consumer "${consumer[@]}" --batch-size 50
locked=$PGDATABASE locked_group=$group

# --- errors that waiting does not clear

refused() { # refused NAME PATTERN [VARIABLE=VALUE…]: status 78, and what to do
    run refused env "${@:3}" "${consumer[@]}" --exit-at-end
    like "$1" "$status $(cat -- "$logs/refused.log")" "78 *$2*"
    is "$1: one line" "$(grep -c ERROR "$logs/refused.log")" 1
}
new_reader
query "CREATE ROLE nobody_much LOGIN PASSWORD 'nobody'"
refused 'a role without rights' 'permission denied for schema orders*Grant' PGUSER=nobody_much PGPASSWORD=nobody
refused 'a wrong password' 'Check user and password' PGUSER=crowd PGPASSWORD=wrong
refused 'no password' 'asks for a password and none was given' PGUSER=crowd PGPASSFILE=/dev/null
refused 'a user that does not exist' 'Check user and password' PGUSER=nobody_at_all PGPASSWORD=x
refused 'a port that is not a number' 'invalid port number*Correct the PG\* variables or --database' PGPORT=99999
refused 'an unknown sslmode' 'invalid sslmode value*Correct the PG\* variables or --database' PGSSLMODE=wrong
refused 'a database that is missing' 'database=check_nowhere*Create the database' PGDATABASE=check_nowhere
createdb "check_empty_$$"
refused 'no schema' 'Run scripts/migrate' PGDATABASE="check_empty_$$"
query 'UPDATE orders.schema_migrations SET version = version + 100'
refused 'a schema that is too new' 'Use the program that came with that schema'
query 'DELETE FROM orders.schema_migrations WHERE version > 101'
query 'UPDATE orders.schema_migrations SET version = 0'
refused 'a schema that is too old' 'schema version 0*Run scripts/migrate'

# There is no old server here: one that says it is, and nothing else.
cat >"$logs/old_server.pl" <<'END'
use IO::Socket;
$| = 1;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) or die;
print $server->sockport, "\n";
while (my $client = $server->accept) {
    my ($size, $version);
    do { # the start, after requests for encryption, which it declines
        read $client, $size, 4;
        read $client, my $rest, unpack('N', $size) - 4;
        $version = unpack 'N', $rest;
        print $client 'N' if $version != 196608;
    } while $version != 196608;
    my $parameter = "server_version\0" . "14.99\0";
    print $client pack('a N N', 'R', 8, 0), pack('a N a*', 'S', 4 + length $parameter, $parameter), pack('a N a', 'Z', 5, 'I');
    read $client, $size, 1; # until it goes
}
END
start old perl "$logs/old_server.pl"
wait_until 10 test -s "$logs/old.out"
refused 'a server that is too old' 'PostgreSQL 14.99, and 15 or newer is needed' PGPORT="$(cat -- "$logs/old.out")"

PGDATABASE=$locked group=$locked_group
set_programs
wait_until 30 logged consumer "$away"
like 'a lock held by somebody: it waits, and says so' "$(grep -m 1 "$away" "$logs/consumer.log")" '*55P03*Another session holds a lock*'
let_go
carries_on 'a lock held by somebody'

plan
