#!/usr/bin/env bash
# The native stack (scripts/up, down, clean-data, status) on real servers: idempotence, crashes, foreign processes,
# two stacks side by side. Run with prove; needs scripts/setup.
# shellcheck disable=SC2016,SC1091 # some $ are for an inner shell; env is what the test makes
set -uo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." || exit

# Two stacks; the first lies where only its owner may enter, which matters where Postgres may not run as root.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/stack test.XXXXXX") # mode 0700, and a space in the path
one=$scratch/one two=$scratch/two
output=$scratch/output # of the current test
sleeper=
tests=0

finish() {
    [[ -z $sleeper ]] || kill "$sleeper" 2>/dev/null
    ORDER_VAR=$one scripts/clean-data 2>/dev/null
    ORDER_VAR=$two scripts/clean-data 2>/dev/null
    rm -rf -- "$scratch"
}
trap finish EXIT
trap 'exit 130' INT TERM

result() { # result STATUS NAME: of one test; what it printed is in $output
    tests=$((tests + 1))
    if (($1 == 0)); then
        printf 'ok %d - %s\n' "$tests" "$2"
    else
        printf 'not ok %d - %s\n' "$tests" "$2"
        tail -n 30 -- "$output" | sed 's/^/# /'
    fi
}
ok() { # ok NAME COMMAND…
    "${@:2}" >"$output" 2>&1
    result $? "$1"
}
is() { # is NAME GOT EXPECTED
    printf 'got:      %s\nexpected: %s\n' "$2" "$3" >"$output"
    [[ $2 == "$3" ]]
    result $? "$1"
}
fails() { ! "$@"; }

stack() { ( ORDER_VAR=$1; . scripts/lib.sh; "${@:2}" ) } # stack VAR COMMAND…: a command of lib.sh, on that stack
pids() { echo "$(stack "$1" stack_pid postgres) $(stack "$1" stack_pid kafka)"; }
inside() { ( . "$1/env" && "${@:2}" ) } # inside VAR COMMAND…: a client of that stack
state() { (cd "$1" && stat -c '%n %Y %i' env ports pgpass kafka.properties && cat env ports); }
sql() { inside "$1" psql -XAtq -v ON_ERROR_STOP=1 -c "$2"; }
records() { inside "$1" sh -c 'kcat -b "$KAFKA_BROKERS" -t order-events -C -e -o beginning -q' | sort | tr '\n' ' '; }

# --- up

ok 'up' env ORDER_VAR="$one" scripts/up
before="$(pids "$one") $(state "$one")"
ok 'up again' env ORDER_VAR="$one" scripts/up
is 'up again changes nothing: same processes, same files' "$(pids "$one") $(state "$one")" "$before"
is 'the schema is there' "$(sql "$one" 'SELECT orders.schema_version() > 0')" t
is 'Postgres has the intended settings for durability' "$(sql "$one" "SELECT string_agg(name || '=' || setting, ' ' ORDER BY name)
    FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums',
        'listen_addresses', 'unix_socket_directories', 'server_encoding')")" \
    'data_checksums=on fsync=on full_page_writes=on listen_addresses=127.0.0.1 server_encoding=UTF8 synchronous_commit=on unix_socket_directories='
ok 'a wrong password is refused' fails inside "$one" env PGPASSWORD=wrong psql -w -c 'SELECT 1'
is 'the password is for its owner only' "$(stat -c %a "$one/pgpass")" 600
is 'the topic has 6 partitions' "$(inside "$one" sh -c 'kcat -b "$KAFKA_BROKERS" -L -J' |
    jq '.topics[] | select(.topic == "order-events") | .partitions | length')" 6
ok 'a missing topic is not created' fails inside "$one" sh -c 'echo x | kcat -b "$KAFKA_BROKERS" -P -t other -X message.timeout.ms=3000'
built=${BUILD:-build}/order-monitor
[[ -x $built ]] && listening=4 || listening=3
on_loopback() { [[ $(ss -Hltn | grep -cE ":($(cut -d= -f2 "$1/ports" | paste -sd'|')) ") == "$listening" ]] &&
    ! ss -Hltn | grep -E ":($(cut -d= -f2 "$1/ports" | paste -sd'|')) " | grep -vE '(^| )(\[::ffff:127\.0\.0\.1\]|127\.0\.0\.1):'; }
ok 'its ports are on loopback only' on_loopback "$one"
if [[ -x $built ]]; then
    ok 'the monitor answers at MONITOR_URL' inside "$one" python3 -c \
        'import os, urllib.request; assert urllib.request.urlopen(os.environ["MONITOR_URL"] + "/healthz").status == 200'
    # A process that goes from one program to the next has no command line for a moment. Here that takes half a second:
    # it bears its mark, then not, and again.
    mkdir -- "$scratch/slow"
    cat >"$scratch/slow/order-monitor" <<END
#!/usr/bin/env bash
export MARK=$(printf %q "$(stack "$one" stack_mark monitor)")
exec bash -c 'sleep 0.5; exec bash -c "\$UNMARKED" unmarked "\$@"' "\$MARK" $(printf %q "$(realpath -- "$built")") "\$@"
END
    chmod +x "$scratch/slow/order-monitor"
    stack "$one" stack_stop_monitor monitor
    ok 'a start that runs several programs in turn does not count as ended' env UNMARKED='sleep 0.5; exec -a "$MARK" "$@"' \
        ORDER_BUILD="$scratch/slow" ORDER_VAR="$one" scripts/up monitor
    ok '... and runs under its mark' stack "$one" stack_pid monitor
    mkdir -- "$scratch/new"
    cp -- "$built" "$scratch/new/"
    ok 'up with a monitor that was built again' env ORDER_BUILD="$scratch/new" ORDER_VAR="$one" scripts/up
    is '... runs that one' "$(realpath -- "/proc/$(stack "$one" stack_pid monitor)/exe")" "$scratch/new/order-monitor"
fi

# --- crashes

sql "$one" 'CREATE TABLE kept AS SELECT 42 AS answer'
inside "$one" sh -c 'printf "a\nb\nc\n" | kcat -b "$KAFKA_BROKERS" -P -t order-events -X acks=all'
before=$(cat "$one/ports")
read -r postgres kafka < <(pids "$one")
kill -KILL "$postgres" "$kafka"
ok 'up repairs a stack whose servers were killed' env ORDER_VAR="$one" scripts/up
is 'the ports are kept' "$(cat "$one/ports")" "$before"
is 'rows are still there' "$(sql "$one" 'TABLE kept')" 42
is 'records are still there' "$(records "$one")" 'a b c '
read -r postgres kafka < <(pids "$one")
stack "$one" stack_stop_kafka KILL
ok 'status of a stack that half runs' env ORDER_VAR="$one" scripts/status
ok 'status says which half' grep -q '^Kafka is not running' <(ORDER_VAR="$one" scripts/status)
is 'Postgres goes on without the broker' "$(stack "$one" stack_pid postgres)" "$postgres"

# After a crash the pid in Postgres's own file may be given to another program, of the very user as whom it runs.
kill -KILL "$postgres"
as_postgres=()
((EUID)) || as_postgres=(setpriv --reuid=postgres --regid=postgres --clear-groups)
"${as_postgres[@]}" sleep 300 &
sleeper=$!
sed -i "1s/.*/$sleeper/" "$one/postgres/postmaster.pid"
((EUID)) || chown postgres: "$one/postgres/postmaster.pid"
ok 'down with the pid of another program' env ORDER_VAR="$one" scripts/down
ok 'that program is not killed' kill -0 "$sleeper"
ok 'up with the pid of another program' env ORDER_VAR="$one" scripts/up
ok 'that program is still not killed' kill -0 "$sleeper"
is 'rows are there after it all' "$(sql "$one" 'TABLE kept')" 42
is 'records are there after it all' "$(records "$one")" 'a b c '

# --- two stacks, and two commands at once

ok 'a second stack, of three partitions' env ORDER_VAR="$two" ORDER_PARTITIONS=3 scripts/up
shared_ports() { cat "$one/ports" "$two/ports" | cut -d= -f2 | sort | uniq -d; }
is 'they share no port' "$(shared_ports)" ''
is 'they share no data' "$(sql "$two" "SELECT to_regclass('kept') IS NULL")" t
is 'the second has 3 partitions' "$(inside "$two" sh -c 'kcat -b "$KAFKA_BROKERS" -L -J' |
    jq '.topics[] | select(.topic == "order-events") | .partitions | length')" 3
before=$(pids "$one")
ok 'the second stops' env ORDER_VAR="$two" scripts/down
is 'the first does not notice' "$(pids "$one")" "$before"

# The broker's port of the second is taken while it is down: by the first's broker.
sed -i "s/^kafka_port=.*/$(grep '^kafka_port=' "$one/ports")/" "$two/ports"
ORDER_VAR="$two" scripts/up 2>"$scratch/refused"
is 'up fails where a port is taken' $? 69
ok 'it names the port, who has it, and what to do' \
    grep -E 'port [0-9]+, .* is taken by .*java.*rm .*/ports' "$scratch/refused"
ORDER_VAR="$two" scripts/down 2>/dev/null
rm -- "$two/ports"
ORDER_VAR="$two" scripts/up >"$scratch/first" 2>/dev/null &
ORDER_VAR="$two" scripts/up >"$scratch/second" 2>/dev/null
second=$?
wait $!
is 'two at once choose other ports and succeed' "$? $second" '0 0'
ok 'with the same servers' cmp "$scratch/first" "$scratch/second"
is 'clients find the second at its new ports' "$(sql "$two" 'SELECT orders.schema_version() > 0') $(records "$two")" 't '

# --- down, clean-data

mv -- "$one" "$scratch/away"
ok 'down, though the folder is gone' env ORDER_VAR="$one" scripts/down
said=$(<"$output")
ok '... says what it stopped' grep -E "stopped .*kafka, postgres, whose folder .* is gone" <<<"$said"
is 'none of its processes runs' "$(pids "$one")" ' '
mv -- "$scratch/away" "$one"
ok 'down again' env ORDER_VAR="$one" scripts/down
said=$(<"$output")
ok '... says that nothing was running' grep 'nothing was running' <<<"$said"
ok 'status when down' env ORDER_VAR="$one" scripts/status
echo mine >"$two/mine"
ok 'clean-data of a stack that runs' env ORDER_VAR="$two" scripts/clean-data
said=$(<"$output")
ok '... says what it stopped and removed' grep -Pzo 'stopped .*kafka.*\n.*removed the data' <<<"$said"
is 'nothing of that one runs' "$(pids "$two")" ' '
is 'and nothing is left but what is not its own' "$(ls -A "$two")" mine
echo 'no.such=property' >"$two/kafka.more"
ok 'clean-data again' env ORDER_VAR="$two" scripts/clean-data
said=$(<"$output")
ok '... says that there were none' grep 'there were no data' <<<"$said"
ok '... and which properties the next stack takes' grep 'kafka.more stays' <<<"$said"
# shellcheck disable=SC2062 # files: the pattern comes from standard input
is 'no process of either is left' \
    "$(printf '%s' "stack=$scratch" | grep -lsF --file=- /proc/[0-9]*/cmdline)" ''
ok 'an unknown argument is refused' fails env ORDER_VAR="$one" scripts/up --force

printf '1..%d\n' "$tests"
