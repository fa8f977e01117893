# shellcheck shell=bash
# Shared by the scripts of the native stack: where things are, and how its servers are found and stopped.
# Source it; it only defines variables and functions. The tests use it too:
#
#     ORDER_VAR=build/check-stack; . scripts/lib.sh
#     stack_stop_postgres immediate; stack_stop_kafka KILL; scripts/up
#     stack_signal kafka2 KILL 30; scripts/up
#
# A stack is a folder: $ORDER_VAR, an absolute path in $VAR, or var/ in the checkout. In it: .order-replay (it is one), ports (chosen once), env (exports for the shell),
# pgpass (the superuser's password), postgres/ and kafka/ (data), kafka.properties, log/, tmp/. Its servers are called
# postgres and kafka; where there are three brokers, the others are kafka2 and kafka3, with data and properties of their own.
# monitor watches the topic and group of make up, monitor_demo those of the demo; neither has data. A cluster has more Postgres servers:
# postgres1 is node 0, postgres2 node 1, and so on; postgres has the front.

root=$(realpath -- "$(dirname -- "${BASH_SOURCE[0]}")/..")
[[ ${VAR-} != /* ]] || ORDER_VAR=${ORDER_VAR:-$VAR} # VAR is a common name: only an absolute path is meant for us
stack=$(realpath -m -- "${ORDER_VAR:-$root/var}")
jars=${ORDER_REPLAY_KAFKA:-$root/.deps/kafka} # the folder of Kafka's jars
stack_limit=120 # seconds a server may take to start: a crashed one has to recover
# shellcheck source=scripts/command.sh
. "$root/scripts/command.sh"
# shellcheck source=scripts/printable.sh
. "$root/scripts/printable.sh"

fail_log() { # fail_log STATUS LOG MESSAGE: like fail, and prints the end of the log
    local status=$1 log=$2
    shift 2
    say "$*; read $log, which ends:"
    tail -n 15 -- "$log" 2>/dev/null | cut -c 1-300 | printable | sed 's/^/    /' >&2
    exit "$status"
}

# lifecycle_path NAME|FILE: prints the path of a lifecycle file; a name is one of those in lifecycles/.
lifecycle_path() {
    local file=$1
    [[ $file == */* || -e $file ]] || file=$root/lifecycles/$file.csv
    [[ -r $file && ! -d $file ]] || fail 66 "there is no lifecycle file $file: name a file, or a name from $root/lifecycles"
    realpath -- "$file"
}

# usage "$@": --help prints the comment at the top of the script. Other arguments are errors.
usage() {
    case "$#,${1-}" in
    0,) return 0 ;;
    1,-h | 1,--help) awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"; exit 0 ;;
    *) fail 64 "unexpected argument: $*; try --help" ;;
    esac
}

# What scripts/up makes in a stack's folder.
stack_files=(kafka{,2,3}{,.new,.properties,.properties.new} postgres{,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16}{,.new} password.new pgpass{,.new}
    ports{,.new} env{,.new} lifecycle{,.new} generated{,.new} labs log tmp)

# A folder with other data may have a log/ and a tmp/, too: nothing in it is written or removed.
stack_must_be_ours() {
    local name
    [[ ! -e $stack/.order-replay ]] && ! grep -qs '^postgres_port=' -- "$stack/ports" || return 0
    for name in "${stack_files[@]}"; do
        [[ ! -e $stack/$name || $name == generated ]] || fail 78 "$stack/$name does not belong to a stack: use another folder (make VAR=folder)"
    done
}

# Only one script at a time works on a stack. The lock is on the folder itself, so no stale lock file can remain.
stack_lock() {
    [[ -O $stack ]] || fail 78 "$stack belongs to $(stat -c %U -- "$stack"): run this as that user"
    exec 9<"$stack"
    flock -n 9 && return
    say "waiting for another command that works on $stack"
    flock -w $((2 * stack_limit)) 9 || fail 75 "$stack is still locked; try again"
}

# stack_brokers: prints the names of the stack's brokers, which are chosen together with its ports.
stack_brokers() {
    { sed -n 's/^\(kafka[23]\?\)_port=.*/\1/p' -- "$stack/ports" 2>/dev/null || true; } | grep . || echo kafka
}

# stack_postgres: prints the names of the stack's Postgres servers, which are chosen together with its ports: one, or the front and the nodes.
stack_postgres() {
    { sed -n 's/^\(postgres[0-9]*\)_port=.*/\1/p' -- "$stack/ports" 2>/dev/null || true; } | grep . || echo postgres
}

stack_port() { sed -n "s/^$1_port=//p" -- "$stack/ports"; } # stack_port SERVER: prints it

# stack_make_database NAME PARTITIONS: creates it on all servers and brings its schema up to date. In a cluster it creates the front and
# the nodes, for this number of partitions. Needs the variables of $stack/env.
stack_make_database() {
    local server port
    local -a nodes=()
    . "$root/scripts/database.sh"
    while read -r server; do
        port=$(stack_port "$server")
        [[ $(PGPORT=$port psql --no-psqlrc -At -d postgres -c "SELECT 1 FROM pg_database WHERE datname = '$1'") ]] ||
            PGPORT=$port createdb "$1" || return
        [[ $server == postgres ]] || nodes+=(--node "127.0.0.1:$port/$1")
    done < <(stack_postgres)
    export "PGDATABASE=$1"
    if ((${#nodes[@]})); then "$root/scripts/cluster" init --partitions "$2" "${nodes[@]}"; else "$root/scripts/migrate"; fi || return
    psql --file="$root/sql/search_path.sql"
}

stack_drop_database() { # stack_drop_database NAME: on all servers
    local server
    while read -r server; do
        PGPORT=$(stack_port "$server") dropdb --if-exists --force "$1" || return
    done < <(stack_postgres)
}

# All servers have their stack's folder as an argument, which distinguishes them from all other processes. There are no pid files,
# which could be missing or name a process of somebody else.
stack_mark() { # stack_mark SERVER
    case $1 in
    kafka) printf '%s' "-Dorder_replay.stack=$stack" ;;
    kafka?) printf '%s' "-Dorder_replay.$1.stack=$stack" ;;
    postgres) printf '%s' "--order_replay.stack=$stack" ;;
    postgres*) printf '%s' "--order_replay.$1.stack=$stack" ;;
    monitor*) printf '%s' "order-$1.stack=$stack" ;; # instead of the program's name
    esac
}

# stack_uid SERVER: prints the user that it runs as. Other users can read the mark and the ports, and imitate them.
stack_uid() {
    local uid
    uid=$(stat -c %u -- "$stack" 2>/dev/null) || uid=$EUID # servers may still run after their folder was removed
    if [[ $1 == postgres* && $uid == 0 ]]; then id -u postgres; else printf '%s\n' "$uid"; fi
}

# stack_listens SERVER PORT: whether the process that listens there belongs to the server's user. (ss does not show root as the user.)
stack_listens() {
    ss -Hltne "sport = :$2" 2>/dev/null | awk -v uid="$(stack_uid "$1")" '
        $4 ~ /127\.0\.0\.1\]?:[0-9]+$/ { ours = uid == (match($0, / uid:[0-9]+/) ? substr($0, RSTART + 5, RLENGTH - 5) : 0) }
        END { exit !ours }'
}

# stack_pid SERVER: prints the server's process id; fails if it does not run.
stack_pid() {
    local -a found
    local pid parent uid
    uid=$(stack_uid "$1") || return
    # The pattern comes from a pipe, because grep's own arguments must not have the mark. grep fails when a process ends meanwhile,
    # so only its output counts.
    # shellcheck disable=SC2062 # files: the pattern comes from standard input
    mapfile -t found < <(stack_mark "$1" | grep -lszxF --file=- /proc/[0-9]*/cmdline | cut -d/ -f3)
    for pid in "${found[@]}"; do
        # A process that Postgres has just forked still has Postgres' arguments for a moment.
        parent=$(sed -n 's/^PPid:\t//p' "/proc/$pid/status" 2>/dev/null) || continue
        [[ " ${found[*]} " == *" $parent "* ]] && continue
        grep -qs "^Uid:\s*$uid\s" "/proc/$pid/status" || continue
        printf '%s\n' "$pid"
        return
    done
    return 1
}

# stack_name SERVER: the name that a Postgres server's processes show in ps. It also finds those that briefly outlive a killed server.
stack_name() { printf 'order-replay-%s%s' "$(cksum <<<"$stack" | cut -d' ' -f1)" "${1#postgres}"; }

stack_gone() { # stack_gone SERVER
    ! stack_pid "$1" >/dev/null || return
    [[ $1 != postgres* ]] || ! grep -qsz "^postgres: $(stack_name "$1"): " /proc/[0-9]*/cmdline
}

wait_for() { # wait_for SECONDS COMMAND…: until it succeeds, looking less often after a while; fails if it does not in time
    local deadline=$((SECONDS + $1)) wait_count=0 # names that no command uses: it sees them
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return
        if ((++wait_count < 10)); then sleep 0.05; else sleep 0.2; fi
    done
}

stack_signal() { # stack_signal SERVER SIGNAL SECONDS: fails if the server is not gone in time
    local pid
    if pid=$(stack_pid "$1"); then
        kill -s "$2" "$pid" 2>/dev/null || stack_gone "$1" || return
    fi
    wait_for "$3" stack_gone "$1"
}

stack_stop_postgres() { # stack_stop_postgres [fast|immediate [SERVER]]: immediate is a crash that recovers at the next start
    [[ ${1:-fast} == fast ]] && stack_signal "${2:-postgres}" INT 30 && return
    stack_signal "${2:-postgres}" QUIT 30
}

stack_stop_kafka() { # stack_stop_kafka [TERM|KILL]: all brokers
    local broker limit=30
    local -a running=() stopping=()
    for broker in kafka kafka2 kafka3; do ! stack_pid "$broker" >/dev/null || running+=("$broker"); done
    # A broker shuts down cleanly only while most of them are up. The last ones may wait for the others forever, so they are
    # killed. That costs a little time at the next start and nothing else.
    ((${#running[@]} < 2)) || limit=10
    for broker in "${running[@]}"; do
        { { [[ ${1:-TERM} == TERM ]] && stack_signal "$broker" TERM "$limit"; } || stack_signal "$broker" KILL 30; } &
        stopping+=($!)
    done
    for broker in "${stopping[@]}"; do wait "$broker" || return; done
}

stack_stop_monitor() { # stack_stop_monitor MONITOR
    stack_signal "$1" TERM 5 || stack_signal "$1" KILL 5
}

lab_monitors() { local made; for made in "$stack"/labs/*/shell; do [[ ! -e $made ]] || { made=${made%/shell}; echo "monitor_${made##*/}"; }; done; }

# stack_running: prints the names of all running servers. If the ports are unknown, it looks for all possible names.
stack_running() {
    local server
    local -a marks
    # shellcheck disable=SC2062 # files: the pattern comes from standard input
    mapfile -t marks < <(printf '%s' "stack=$stack" | grep -ahszF --file=- /proc/[0-9]*/cmdline | tr '\0' '\n')
    ((${#marks[@]})) || return 0
    for server in monitor monitor_demo $(lab_monitors) kafka{,2,3} postgres{,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16}; do
        [[ $'\n'$(printf '%s\n' "${marks[@]}")$'\n' != *$'\n'"$(stack_mark "$server")"$'\n'* ]] || ! stack_pid "$server" >/dev/null ||
            printf '%s\n' "$server"
    done
}

stack_stop() {
    local server monitor
    local -a servers stopping=()
    for monitor in monitor monitor_demo $(lab_monitors); do
        stack_stop_monitor "$monitor" || fail 70 "cannot stop the monitor, process $(stack_pid "$monitor")"
    done
    mapfile -t servers < <({ stack_postgres; stack_running | grep ^postgres; } | sort -u)
    for server in "${servers[@]}"; do # all at once
        stack_stop_postgres fast "$server" &
        stopping+=($!)
    done
    stack_stop_kafka TERM || fail 70 "cannot stop the broker, process $(stack_pid kafka || stack_pid kafka2 || stack_pid kafka3)"
    for server in "${!servers[@]}"; do
        wait "${stopping[server]}" || fail 70 "cannot stop ${servers[server]}, process $(stack_pid "${servers[server]}")"
    done
}

# postgres_bin: prints the folder of initdb and postgres, which on Debian is not in PATH: $ORDER_REPLAY_POSTGRES, else that of the
# version that made the data, else the newest.
postgres_bin() {
    local version found
    [[ ! ${ORDER_REPLAY_POSTGRES-} ]] || { printf '%s\n' "$ORDER_REPLAY_POSTGRES"; return; }
    if version=$(cat -- "$stack/postgres/PG_VERSION" 2>/dev/null); then
        found=/usr/lib/postgresql/$version/bin/postgres
        [[ -x $found ]] || fail 78 "$stack/postgres needs PostgreSQL $version: install it, or make clean-data"
    else
        found=$({ printf '%s\n' /usr/lib/postgresql/*/bin/postgres; command -v postgres; } | sort -V | tail -n 1)
        [[ -x $found ]] || fail 78 "PostgreSQL's server is missing: make setup"
    fi
    dirname -- "$found"
}

# java with Kafka's classes, logging warnings to standard error. Most of these programs end within seconds. Without the optimizing
# compiler and with the serial collector they need a third less processor time. kafka_stays restores both for a broker that keeps
# running. The tests, whose brokers end soon, set their own JVM options.
read -ra java_options <<<"${ORDER_REPLAY_JAVA_OPTIONS-}"
# shellcheck disable=SC2034
kafka_stays=(-XX:TieredStopAtLevel=4 -XX:-UseSerialGC)
# shellcheck disable=SC2034
kafka_java=(env LC_ALL=C.UTF-8 java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${java_options[@]}" -XX:-UsePerfData "-Djava.io.tmpdir=$stack/tmp" -cp "$jars/*"
    -Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dorg.slf4j.simpleLogger.showDateTime=true
    '-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS')
