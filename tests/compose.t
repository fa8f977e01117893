#!/usr/bin/env bash
# docker-compose.yml, from setup to removal, in a separate project: its results are those of the native stack, whatever
# is killed, restarted or scaled. Started by `make check-compose`, next to a native stack.
#
#   REQUIRE_DOCKER=1   no Docker is a failure, and not a reason to skip
#   RESTART_ENGINE     a command that stops and starts the engine itself; without it that is not tried
. "$(dirname -- "${BASH_SOURCE[0]}")/integration/lib.sh"

if ! docker compose version >"$logs/docker" 2>&1 || ! docker info >"$logs/docker" 2>&1; then
    [[ ! ${REQUIRE_DOCKER-} ]] || { printf 'Bail out! there is no Docker, and there must be\n'; exit 1; }
    printf '1..0 # SKIP skipped: there is no Docker Engine with Compose here\n'
    exit 0
fi

project=order-replay-check-$$
free_port() { # one that nobody listens on
    local port
    until port=$((20000 + SRANDOM % 12000)) && [[ ! $(ss -Hltn "sport = :$port") ]]; do :; done
    printf '%s\n' "$port"
}
unset COMPOSE_FILE COMPOSE_PROJECT_NAME COMPOSE_PROFILES PARTITIONS LIFECYCLE OWNER_PASSWORD_FILE READER_PASSWORD_FILE WORKER_PASSWORD_FILE
use_orders 5000
folder=$(realpath -- "$(dirname -- "$orders")")
chmod -R a+rX -- "$folder" # the container runs as a different user
export DATA=$folder IMAGE=order-replay:check-$$
KAFKA_PORT=$(free_port) POSTGRES_PORT=$(free_port) CONSOLE_PORT=$(free_port) MONITOR_PORT=$(free_port)
export KAFKA_PORT POSTGRES_PORT CONSOLE_PORT MONITOR_PORT

compose() { docker compose --progress=plain --env-file=/dev/null --project-name="$project" "$@" 2>>"$logs/compose.log"; }
clean_up() {
    compose --profile='*' down --volumes --timeout=1 --remove-orphans
    docker image rm --force "$IMAGE" >/dev/null 2>&1
}

# --- what is asked of it

ask() { compose exec -T postgres psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }
group_says() { # group_says OPTION…
    compose exec -T kafka /opt/kafka/bin/kafka-consumer-groups.sh --bootstrap-server=localhost:9092 --group=order-aggregator \
        --describe "$@"
}
containers() { compose ps --all --quiet "$@"; }
state_of() { docker inspect --format "{{.State.$2}}" "$1"; } # state_of CONTAINER FIELD
members() { group_says --members | awk '/order-consumer-/ { print $NF }' | sort -n | paste -sd' '; } # partitions of each
owners() { group_says | awk '$2 == "order-events" { print $3, $7 }' | sort; } # partition and member
has_members() { [[ $(members) == "$1" ]]; } # has_members 'PARTITIONS…'

run_task() { # run_task TASK [OPTION…]: which has to succeed; what it printed is in $logs/TASK.out
    compose run --rm --no-TTY "$@" >"$logs/$1.out" 2>"$logs/$1.log" </dev/null
}
applied() { ask "SELECT coalesce(sum(next_offset), 0) FROM orders.pipeline_status WHERE newest AND (consumer_group, topic) = ('order-aggregator', 'order-events')"; }
sent() { compose exec -T kafka /opt/kafka/bin/kafka-get-offsets.sh --bootstrap-server=localhost:9092 --topic=order-events |
    awk -F: '{ n += $3 } END { print n }'; }
caught_up() { [[ $(applied) == "$(sent)" ]]; }
redelivered() { ask 'SELECT sum(redelivered) FROM orders.pipeline_status'; }
digest_of() { run_task digest && cat -- "$logs/digest.out"; }

proves() { # proves WHAT: all is applied, verify passes, the digest is the native one
    wait_until 120 caught_up
    ok "$1: verify" run_task verify
    is "$1: the digest is the native one" "$(digest_of)" "$native"
}

# A replay in the background, slow enough to have a middle.
replay_slowly() { # replay_slowly: until some is applied and more is to come
    local before
    before=$(applied)
    start replay docker compose --env-file=/dev/null --project-name="$project" run --rm --no-TTY producer --rate "$((events / 15))"
    goes_on() { (($(applied) > before + events / 20)); }
    wait_until 60 goes_on
    ok "$1: in the middle of a replay" alive replay
}
replay_ends() { # replay_ends WHAT
    await replay 120
    is "$1: the replay ends well" "$status" 0
}

ok 'on Debian 13 it builds without a warning, and the unit tests pass' docker build --target test .

# --- the native stack gives what is expected

events=$(expected_events)
new_case 6
produce
consume
native=$(digest) native_totals=$(totals)

# --- from nothing

compose build
ok 'it comes up from nothing' compose up --detach --wait
is 'one consumer has all partitions' "$(members)" 6
ok 'the default replay' run_task producer
wait_until 60 caught_up
is 'its totals are the native ones' "$(ask 'SELECT event_type, events FROM orders.event_type_totals')" "$native_totals"
proves 'the default replay'
ok 'status' run_task status
is '… shows all records' "$(awk '/^  all / { print $2 }' "$logs/status.out")" "$events"
ok 'requeue' run_task requeue --all
ok 'rebuild' run_task rebuild
is '… and its hints name what works here' "$(grep -c 'docker compose run --rm requeue' "$logs/status.out")" 1
DATA=$folder/mistyped run_task producer || true
is 'a folder that is not there is named, and not made' \
    "$(grep -c "path does not exist: $folder/mistyped" "$logs/compose.log") $(find "$folder" -name mistyped | wc -l)" '1 0'
is 'the console answers' "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$CONSOLE_PORT/admin/health")" 200
is 'the monitor answers, and reaches Kafka and Postgres' \
    "$(curl -s "http://127.0.0.1:$MONITOR_PORT/healthz") $(curl -s "http://127.0.0.1:$MONITOR_PORT/readyz")" 'running {"ready":true,"away":{}}'
is 'from outside, the producer reaches Kafka by its port' \
    "$(kcat -b "127.0.0.1:$KAFKA_PORT" -L -J | jq '.topics[] | select(.topic == "order-events") | .partitions | length')" 6
is '… and psql Postgres by its own, with the password' \
    "$(PGPASSWORD=$(cat scripts/compose/owner-password) PGHOST=127.0.0.1 PGPORT=$POSTGRES_PORT PGDATABASE=order_replay psql -XAtqc 'SELECT count(*) FROM orders.processed_events')" "$events"
is 'all ports are open on 127.0.0.1 only' \
    "$(docker ps --filter "label=com.docker.compose.project=$project" --format '{{.Ports}}' | grep -oE '[^ ]+->' | grep -cv '^127\.0\.0\.1:' || true)" 0

# --- scaled

compose up --detach --scale consumer=3
wait_until 60 has_members '2 2 2'
is '3 consumers: each partition has one owner, and there are three' \
    "$(owners | awk '{ print $1 }' | paste -sd' ') $(owners | awk '{ print $2 }' | sort -u | wc -l)" '0 1 2 3 4 5 3'
run_task producer
proves '3 consumers'
mapfile -t three < <(containers consumer)
started_at=$SECONDS
compose stop consumer
between 'they end in less than 10 s' "$((SECONDS - started_at))" 0 9
for container in "${three[@]}"; do
    is "… ${container:0:12} with status 0" "$(state_of "$container" ExitCode)" 0
    between "… ${container:0:12} had its share" "$(docker logs "$container" 2>&1 | sed -n 's/.*total  *received=\([0-9]*\).*/\1/p')" 1 "$((2 * events - 1))"
done
before=$(redelivered)
compose start consumer
wait_until 60 has_members '2 2 2'
run_task producer
proves 'after a stop'
is '… nothing is redelivered' "$(redelivered)" "$before"

compose up --detach --scale consumer=8
wait_until 60 has_members '0 0 1 1 1 1 1 1'
run_task producer
proves '8 consumers, two of them idle'
is '… and no consumer warns or fails' "$(compose logs consumer | grep -cE ' (WARN|ERROR) ' || true)" 0
compose up --detach --scale consumer=1
wait_until 9 has_members 6 # not the 10 s after which a member that is silent is missed
ok 'back to one within seconds' has_members 6

# --- killed and restarted, in the middle of a replay

replay_slowly 'a consumer is killed'
victim=$(containers consumer)
kill -KILL "$(state_of "$victim" Pid)"
restarted() { (($(docker inspect --format '{{.RestartCount}}' "$victim") > 0)); }
wait_until 30 restarted
ok 'a consumer that is killed is started again' test "$(state_of "$victim" Running)" = true
replay_ends 'a consumer is killed'
proves 'a consumer is killed'

for server in postgres kafka; do
    replay_slowly "$server is restarted"
    compose restart "$server"
    replay_ends "$server is restarted"
    proves "$server is restarted"
done

replay_slowly 'all is restarted'
compose restart
await replay 120 # Kafka may be away for longer than the producer's start has patience: what counts is what is proven then
run_task producer
proves 'all is restarted'

if [[ ${RESTART_ENGINE-} ]]; then
    replay_slowly 'the engine is restarted'
    succeed engine bash -c "$RESTART_ENGINE" 3>&- # the engine must not hold what prove reads
    await replay 120 # its container is gone with the engine
    ok 'the engine is restarted: containers come back by themselves' wait_until 60 caught_up
    run_task producer
    proves 'the engine is restarted'
fi

# --- down and up

compose down --timeout=15
is 'down leaves no container' "$(containers | wc -l)" 0
ok 'up again' compose up --detach --wait
is 'the data are still there' "$(digest_of)" "$native"
before=$(redelivered)
run_task producer
proves 'down and up'
is '… nothing is redelivered' "$(redelivered)" "$before"

# --- the image

container=$(containers consumer)
between 'the image is smaller than 120 MB' "$(($(docker image inspect --format '{{.Size}}' "$IMAGE") / 1000000))" 20 119
is 'it runs as a user without rights, by number' "$(docker image inspect --format '{{.Config.User}}' "$IMAGE")" 10001:10001
is 'the program is process 1, and takes the signals itself' "$(docker exec "$container" cat /proc/1/comm)" order-consumer
is 'its root is read-only, and it can gain no capabilities' \
    "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}}' "$container")" \
    'true [ALL] [no-new-privileges:true]'
ok '… so that nothing can be written there' not docker exec "$container" touch /opt/order-replay/file
is 'it is given its own password, and not the owner'\''s' "$(docker exec "$container" ls /run/secrets)" worker-password
is 'no container has gone over its memory' \
    "$(docker ps --all --quiet --filter "label=com.docker.compose.project=$project" | xargs docker inspect --format '{{.State.OOMKilled}}' | sort -u)" false
is 'no compiler is in it' "$(docker exec "$container" sh -c 'for c in cc gcc c++ ld make as; do command -v $c; done' | wc -l)" 0
ok 'no password is in it' not docker exec "$container" grep -rlF -f /run/secrets/worker-password / --include='*password*' \
    --exclude-dir=proc --exclude-dir=sys --exclude-dir=run
is '… nor a file that should not be' "$(docker exec "$container" sh -c 'ls -d /src /opt/order-replay/scripts/compose /opt/order-replay/.git 2>/dev/null' | wc -l)" 0
ok '… nor in its history' not grep -q "$(cat scripts/compose/worker-password)\|$(cat scripts/compose/owner-password)" \
    <(docker history --no-trunc "$IMAGE"; docker image inspect "$IMAGE")
is 'its labels describe it' "$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.title"}}' "$IMAGE")" order-replay

# --- what a user can get wrong, and reads then

printf 'other\n' >"$logs/other"
chmod 644 "$logs/other"
logs_path=$(realpath -- "$logs")
try_up() { # try_up VARIABLE=VALUE…: sets status; what compose and migrate said is in $logs/try.log
    compose down --timeout=15
    status=0
    env "$@" timeout 120 docker compose --env-file=/dev/null --project-name="$project" up --detach --wait >"$logs/try.log" 2>&1 || status=$?
    compose logs migrate >>"$logs/try.log"
}
try_up OWNER_PASSWORD_FILE="$logs_path/other"
like 'another password than the database has' "$status $(cat -- "$logs/try.log")" '1 *migrate*exit 69*password authentication failed*the password in /run/secrets/owner-password*'
try_up OWNER_PASSWORD_FILE="$logs_path/none"
like 'a password file that is missing' "$status $(cat -- "$logs/try.log")" "1 *$logs_path/none*"
start listener python3 -m http.server --bind 127.0.0.1 0
wait_until 10 grep -q 'port [0-9]' "$logs/listener.out"
taken=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$logs/listener.out")
try_up POSTGRES_PORT="$taken"
like 'a port that is taken' "$status $(cat -- "$logs/try.log")" "1 *$taken*address already in use*"
ok 'after all that it comes up again' compose up --detach --wait
is '… with its data' "$(digest_of)" "$native"

# --- to nothing

left() { docker "$1" ls --quiet --filter "label=com.docker.compose.project=$project"; }
removes_all() { # removes_all WHAT
    compose --profile=task down --volumes --timeout=15
    is "$1: down -v leaves nothing" \
        "$(docker ps --all --quiet --filter "label=com.docker.compose.project=$project" | wc -l) $(left volume | wc -l) $(left network | wc -l)" '0 0 0'
}
removes_all 'one server'

# --- a Kafka that is no container: it listens where containers reach this machine

gateway=$(docker network inspect bridge --format '{{(index .IPAM.Config 0).Gateway}}')
choose_ports 2
outside=$gateway:$port
mkdir -- "$logs/outside"
lone_broker "$port" "$((port + 1))" | sed "s|BROKER://127.0.0.1|BROKER://$gateway|" >"$logs/outside/kafka.properties"
start_lone_broker "$logs/outside/kafka.properties" "$outside"
: >"$logs/outside/client.properties"
chmod 755 "$logs" "$logs/outside"
chmod 644 "$logs/outside/client.properties"
native_kafka=$KAFKA_BROKERS
export COMPOSE_FILE=docker-compose.yml:docker-compose.outside-kafka.yml
export KAFKA_BROKERS=$outside KAFKA_PROPERTIES_FILE=$logs_path/outside/client.properties
ok 'with a Kafka elsewhere: a replay' run_task producer --create-topic=6
ok '… the others come up' compose up --detach --wait
is '… without a Kafka of their own' "$(containers kafka | wc -l) $(containers consumer | wc -l)" '0 1'
all_applied() { [[ $(applied) == "$events" ]]; }
wait_until 120 all_applied
ok '… verify' run_task verify
is '… the digest is the native one' "$(digest_of)" "$native"
removes_all 'a Kafka elsewhere'
unset COMPOSE_FILE KAFKA_PROPERTIES_FILE
export KAFKA_BROKERS=$native_kafka
end broker TERM 30

# --- a cluster of databases

export COMPOSE_PROFILES=cluster
on_node() { compose exec -T "postgres-node-$1" psql -XAtq -c 'SELECT count(*) FROM orders.processed_events'; } # on_node NODE
ok 'a cluster comes up from nothing' compose up --detach --wait --scale consumer=3
wait_until 60 has_members '2 2 2'
replay_slowly 'a node is killed'
victim=$(containers postgres-node-2)
kill -KILL "$(state_of "$victim" Pid)"
wait_until 30 restarted
ok 'a node that is killed is started again' test "$(state_of "$victim" Running)" = true
replay_ends 'a node is killed'
proves 'a node is killed'
is 'the nodes hold all events, and each some' \
    "$(for node in 0 1 2 3; do on_node "$node"; done | awk '$1 > 0 { n++; sum += $1 } END { print n, sum }')" "4 $events"
unset COMPOSE_PROFILES
try_up A_CLUSTER=once
like 'without the profile it is not taken for one server' "$status $(cat -- "$logs/try.log")" '1 *migrate*postgres-node-3*could not be migrated*'
export COMPOSE_PROFILES=cluster
ok 'with the profile it comes up again' compose up --detach --wait
is '… with its data' "$(digest_of)" "$native"
removes_all 'a cluster'
plan
