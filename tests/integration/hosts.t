#!/usr/bin/env bash
# Several hosts, one of which does not answer at all, or is a standby: consumer, monitor and scripts connect to the right one, as psql does.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

orders=tests/data/sample
new_topic 3
produce
free_port() { local port; until port=$((20000 + SRANDOM % 12000)) && [[ -z $(ss -Hltn "sport = :$port") ]]; do :; done; echo "$port"; }
direct=$PGPORT
folder=$(mktemp -d)
standby=$folder/standby
as_server=()
clean_up() {
    [[ ! -e $standby/postmaster.pid ]] || "${as_server[@]}" "$postgres_bin/pg_ctl" -D "$standby" -m immediate stop >>"$logs/standby.log"
    rm -rf -- "$folder"
}

reads_postgres() { [[ $(status_of .postgres.up) == true ]]; }

# Its queue is full: further connections are neither accepted nor refused.
silent=$(free_port)
cat >"$folder/silent.py" <<END_OF_PYTHON
import signal, socket
server = socket.socket()
server.bind(('127.0.0.1', $silent))
server.listen(0)
waiting = [socket.socket() for _ in range(3)]
for client in waiting:
    client.setblocking(False)
    client.connect_ex(('127.0.0.1', $silent))
print('silent')
signal.pause()
END_OF_PYTHON
start silent python3 -u "$folder/silent.py"
wait_until 10 grep -q silent "$logs/silent.out"
export PGHOST=127.0.0.1,127.0.0.1 PGPORT=$silent,$direct PGCONNECT_TIMEOUT=2
new_reader
consume
is 'behind a host that does not answer: the consumer' "$(sum applied)" 8030
is '... scripts' "$(digest)" 0237450b0f07c5e2
verify_ok '... verify'
start_monitor monitor
wait_until 20 reads_postgres
is '... the monitor' "$(status_of '[.postgres.types[].events] | add')" 8030
end monitor TERM 10
unset PGCONNECT_TIMEOUT
start patient "${consumer[@]}" --exit-at-end
await patient 60
is '... and 10 s are the limit where none is set' "$status" 0
PGPORT=$silent PGHOST=127.0.0.1 PGCONNECT_TIMEOUT=2 run alone "${consumer[@]}" --exit-at-end --database-timeout 1
like 'alone it is said, with its name' "$status $(<"$logs/alone.log")" "69 *connection to server at \"127.0.0.1\", port $silent failed: timeout expired*"

# A standby comes first in the list.
postgres_bin=$(postgres_bin)
export PGHOST=127.0.0.1 PGPORT=$direct
PGPASSWORD=$(sed 's/.*://' "$PGPASSFILE") succeed backup "$postgres_bin/pg_basebackup" --pgdata="$standby" --write-recovery-conf --checkpoint=fast
if ((EUID == 0)); then
    chown -R postgres: "$folder"
    as_server=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
behind=$(free_port)
start standby "${as_server[@]}" "$postgres_bin/postgres" -D "$standby" --listen_addresses=127.0.0.1 --port="$behind" --unix_socket_directories=
wait_until 60 pg_isready -q -h 127.0.0.1 -p "$behind"
is 'there is a standby' "$(PGPORT=$behind query 'SELECT pg_is_in_recovery()')" t
group=$group-again
set_programs
export PGHOST=127.0.0.1,127.0.0.1 PGPORT=$behind,$direct
PGTARGETSESSIONATTRS=read-write consume
is 'target_session_attrs=read-write: the consumer passes the standby' "$(PGHOST=127.0.0.1 PGPORT=$direct sum duplicate)" 8030
is '... and so do scripts' "$(PGTARGETSESSIONATTRS=read-write scripts/rebuild | grep -c ' 0 corrected')" 3
export PGTARGETSESSIONATTRS=standby PGPORT=$direct,$behind
start_monitor monitor
wait_until 20 reads_postgres
is 'target_session_attrs=standby: the monitor reads the standby' "$(status_of '[.postgres.types[].events] | add')" 8030
on_standby() { PGHOST=127.0.0.1 PGPORT=$behind PGTARGETSESSIONATTRS=any sees "application_name = 'order-monitor'"; }
ok '... nothing else' on_standby
end monitor TERM 10
plan
