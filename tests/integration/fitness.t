#!/usr/bin/env bash
# order-monitor --check: bad settings are planted one at a time, and each is named with the command that corrects it. And a topic that Kafka
# compacts, which producer and consumer refuse. The servers are of a stack of its own.
stack_disk=2g
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

check=("$MONITOR" --check)
look() { # look [OPTION…]: sets status, and found to the lines that are not ok, each with its advice
    run check "${check[@]}" --topic "$topic" --group "$group" "$@"
    found=$(sed 'N; s/\n        / -> /; P; D' "$logs/check.out" | sed '/^ok /d')
}
finds() { # finds NAME STATUS 'PATTERN' [OPTION…]: one thing that is wrong, and no other
    look "${@:4}"
    is "$1: the exit status" "$status" "$2"
    like "$1: what is wrong and what to do" "$found" "$3"
    is "$1: nothing else is wrong" "$(awk '/^(warn|fail) / { n++ } END { print n + 0 }' <<<"$found")" 1
}
ask() { psql -XAtqc "$1"; }
everywhere() { # everywhere SETTING: for the whole server
    ask "ALTER SYSTEM $1"
    ask 'SELECT pg_reload_conf()' >>"$logs/reload"
}
has() { [[ $(ask "SHOW $1") == "$2" ]]; } # has SETTING VALUE
topics() { "${kafka_java[@]}" org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" "$@" >>"$logs/topics" 2>&1; }

use_orders 100
new_case 2
produce
consume

# --- a good set

look
is 'a good set: the exit status' "$status" 0
is 'a good set: every check is ok' "$(awk '{ print $1 }' "$logs/check.out" | sort -u)" ok
is 'as JSON it is the same' "$("${check[@]}" --topic "$topic" --group "$group" --json | jq -r '.[] | "\(.level) \(.check)"')" \
    "$(sed 's/^\([a-z]*\) *\([^:]*\):.*/\1 \2/' "$logs/check.out")"
run status env ORDER_TOPIC="$topic" ORDER_GROUP="$group" scripts/status
like 'make status says so' "$(tail -n 1 "$logs/status.out")" 'order-monitor --check: all * checks are ok'
run json "$MONITOR" --json
is '--json alone is an error of usage' "$status" 64

# --- the topic: a setting, what is said, and a topic of its own

number=0
with_setting() { # with_setting SETTING STATUS PATTERN
    topic=check-setting-$((++number))
    topics --create --topic "$topic" --partitions 1 --config retention.ms=-1 --config message.timestamp.type=LogAppendTime --config "$1"
    finds "$1" "$2" "$3"
}
with_setting cleanup.policy=compact 78 'fail *cleanup.policy: compact: *only one event of each order* -> kafka-configs.sh * --add-config cleanup.policy=delete'
compacted=$topic
with_setting retention.ms=7200000 1 'warn *retention by time: *after 2 hours* -> kafka-configs.sh * --add-config retention.ms=-1'
with_setting retention.bytes=50000000 1 'warn *retention by size: *50 MB* -> kafka-configs.sh * --add-config retention.bytes=-1'
with_setting message.timestamp.type=CreateTime 1 'warn *message.timestamp.type: CreateTime* -> kafka-configs.sh * --add-config message.timestamp.type=LogAppendTime'
with_setting min.insync.replicas=2 78 'fail *min.insync.replicas: 2, but partitions have 1 replicas: Kafka accepts no record -> kafka-configs.sh * --add-config min.insync.replicas=1'
with_setting max.message.bytes=5000 78 'fail *max.message.bytes: 5000: Kafka refuses * -> kafka-configs.sh * --add-config max.message.bytes=1000000'

# What the advice says corrects it.
look
fix=${found##* -> kafka-configs.sh }
read -ra words <<<"$fix"
succeed fix kafka-configs.sh "${words[@]}"
look
is 'the command that it names corrects it' "$status $found" '0 '

topic='check-missing'
finds 'no topic' 78 "*fail *topic: there is no topic check-missing -> order-producer * --topic check-missing --create-topic *"

# --- what was read does not fit the topic

new_case 4
produce
consume
topics --delete --topic "$topic"
gone() { ! kcat -b "$KAFKA_BROKERS" -L 2>/dev/null | grep -q "\"$topic\""; }
wait_until 20 gone
topics --create --topic "$topic" --partitions 2 --config retention.ms=-1 --config message.timestamp.type=LogAppendTime
finds 'a topic with fewer partitions than were read' 78 'fail *partitions that were read: *has read 4 partitions, and the topic has 2* -> name the right topic*'
new_case 2
produce
consume

# --- the group

start member kcat -b "$KAFKA_BROKERS" -X partition.assignment.strategy=cooperative-sticky -G "$group-other" "$topic"
own=$group group="$group-other"
joined() { look && [[ $found == *cooperative-sticky* ]]; }
wait_until 60 joined
finds 'members that share partitions in another way' 78 'fail *consumer group: *cooperative-sticky* cannot join -> *--group*'
end member TERM 10
group=$own

# --- the server

plant() { # plant NAME 'SETTING' VALUE STATUS PATTERN: for the whole server, and away again
    everywhere "SET $2 = '$3'"
    wait_until 10 has "$2" "$3"
    finds "$1" "$4" "$5"
    everywhere "RESET $2"
    wait_until 10 not has "$2" "$3"
}
plant 'fsync off' fsync off 78 "fail *fsync: off: * -> psql *ALTER SYSTEM SET fsync = on* pg_reload_conf*"
plant 'full_page_writes off' full_page_writes off 78 "fail *full_page_writes: off* -> psql *ALTER SYSTEM SET full_page_writes = on*"
plant 'synchronous_commit off' synchronous_commit off 1 "warn *synchronous_commit: off* -> psql *ALTER SYSTEM SET synchronous_commit = on*"
plant 'another isolation' default_transaction_isolation serializable 1 "warn *isolation: serializable* -> psql *ALTER SYSTEM SET default_transaction_isolation = \"read committed\"*"
ask "ALTER DATABASE \"$PGDATABASE\" SET default_transaction_read_only = on"
finds 'a database that is read only' 78 "fail *read only: * -> *ALTER DATABASE * RESET default_transaction_read_only*"
PGOPTIONS='-c default_transaction_read_only=off' ask "ALTER DATABASE \"$PGDATABASE\" RESET default_transaction_read_only"
ask "ALTER DATABASE \"$PGDATABASE\" SET statement_timeout = '1s'"
finds 'a time limit' 1 "warn *time limits: statement_timeout is 1000 ms* -> psql *statement_timeout = 0*"
ask "ALTER DATABASE \"$PGDATABASE\" RESET statement_timeout"
if [[ $stack_disk ]]; then
    fill() { fallocate -l "$(($(stat -f -c '%a * %S' "$VAR") - $(stat -f -c "%b * %S * $1 / 100" "$VAR")))" "$VAR/kafka/filler.$1"; }
    fill 7
    finds 'little room on the disk' 1 "warn *room on disk: 0.2 GB of 2.1 GB are free at $VAR/* -> free some space*scripts/retire --help"
    fill 3
    finds 'no room on the disk' 78 'fail *room on disk: 0.1 GB of 2.1 GB are free * -> free some space*'
    rm -- "$VAR"/kafka/filler.*
else
    tests=$((tests + 1))
    printf 'ok %d - little room on the disk # skip this user may not mount a disk\n' "$tests"
fi
ask "INSERT INTO orders.schema_migrations (version, name) VALUES (99, 'of tomorrow')"
finds 'a newer schema' 78 'fail *schema version: 99, but these programs know only [0-9]*: * -> install the newer programs'
ask 'DELETE FROM orders.schema_migrations WHERE version = 99'

# librdkafka does not start under faketime, so Kafka is away then; and sometimes it does not give up, so there are several attempts.
# A record from tomorrow stands for a broker whose clock is ahead.
faketime=$(dpkg -L libfaketime | grep '/libfaketimeMT\.so\.1$')
sees_clock() {
    run clock timeout 15 env LD_PRELOAD="$faketime" FAKETIME=-90s "${check[@]}" --topic "$topic" --group "$group"
    grep -q 'clock of the database' "$logs/clock.out"
}
wait_until 120 sees_clock
like 'a clock that is 90 s behind that of the database' "$(cat "$logs/clock.out")" '*fail *clock of the database: 90* s ahead of the clock of this machine*timedatectl*'
topic='check-tomorrow'
topics --create --topic "$topic" --partitions 1 --config retention.ms=-1 --config message.timestamp.type=CreateTime --config message.timestamp.after.max.ms=9000000000000
succeed tomorrow "${kafka_java[@]}" org.apache.kafka.tools.VerifiableProducer --bootstrap-server "$KAFKA_BROKERS" --topic "$topic" --max-messages 1 \
    --message-create-time "$((($(date +%s) + 86400) * 1000))"
succeed alter kafka-configs.sh --bootstrap-server "$KAFKA_BROKERS" --alter --entity-type topics --entity-name "$topic" \
    --add-config message.timestamp.type=LogAppendTime
finds 'a record from tomorrow' 1 'warn *clock of Kafka: 1 partitions have records with a future time: *timedatectl*'
new_case 2
produce

db=$PGDATABASE
createdb empty_check
PGDATABASE=empty_check look
like 'no schema' "$status $found" '78 *fail *schema version: *-> scripts/migrate*'
createdb -E LATIN1 --locale=C -T template0 latin_check
PGDATABASE=latin_check look
like 'another encoding' "$status $found" '78 *fail *encoding: LATIN1: *-> createdb --encoding=UTF8 --template=template0 *'
export PGDATABASE=$db

# --- permissions: unknown, and never ok

ask "CREATE ROLE check_nobody LOGIN PASSWORD 'secret'; CREATE ROLE check_looks LOGIN PASSWORD 'secret' IN ROLE orders_reader"
export PGPASSWORD=secret
PGUSER=check_nobody look
is 'a role without rights: the exit status' "$status" 0
is '… does not learn of the schema' "$(awk '/^unknown (schema version|what was read|room on disk): / { n++ } END { print n + 0 }' <<<"$found")" 3
PGUSER=check_looks look
is 'one of orders_reader learns of it' "$(awk '/^ok +(schema version|lifecycle|partitions that were read|deleted records): / { n++ } END { print n + 0 }' "$logs/check.out")" 4

unset PGPASSWORD

# --- nobody answers

PGPORT=1 look
like 'Postgres away' "$status $found" '69 *fail *Postgres: no answer: *'
KAFKA_BROKERS=127.0.0.1:1 look
like 'Kafka away' "$status $found" '69 *fail *Kafka: no answer: *'

# --- a compacted topic

topic=$compacted
set_programs
run producer "${producer[@]}"
like 'the producer refuses a compacted topic' "$status $(cat "$logs/producer.log")" "78 *ERROR publisher: topic $topic is compacted: *cleanup.policy=delete*--allow-compacted*"
is '… and sent nothing' "$(kcat -C -b "$KAFKA_BROKERS" -t "$topic" -e -q -f . | wc -c)" 0
run producer "${producer[@]}" --allow-compacted
like '… unless that is allowed' "$status $(cat "$logs/producer.log")" "0 *WARN  publisher: topic $topic is compacted*"
run consumer "${consumer[@]}" --exit-at-end
like 'so does the consumer' "$status $(cat "$logs/consumer.log")" "78 *ERROR source: topic $topic is compacted: *--allow-compacted*"
run consumer "${consumer[@]}" --exit-at-end --allow-compacted
is '… unless that is allowed' "$status" 0
plan
