#!/usr/bin/env bash
# A Kafka that somebody else configured: it is far away, grants few permissions, advertises an address that clients cannot reach, and
# has other defaults for new topics. The programs report what is wrong and what to do. The test has its own broker, with a listener of
# each kind.
# shellcheck disable=SC2034,SC2154 # arrays that are used by name; lib.sh sets topic, orders …
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

folder=$logs/broker
mkdir -p -- "$folder"
choose_ports 7
plain=127.0.0.1:$port secure=127.0.0.1:$((port + 2)) unknown=127.0.0.1:$((port + 3)) closed=127.0.0.1:$((port + 4)) far=127.0.0.1:$((port + 5))
{
    lone_broker "$port" "$((port + 1))" | sed -e '/^auto.create.topics/d' -e "s|^listeners=|&SECURE://$secure,UNKNOWN://$unknown,CLOSED://$closed,FAR://127.0.0.1:$((port + 6)),|" \
        -e 's|^advertised.listeners=|&SECURE://'"$secure"',UNKNOWN://kafka-in-docker.invalid:9092,CLOSED://127.0.0.1:1,FAR://'"$far"',|' \
        -e 's/^listener.security.protocol.map=/&SECURE:SASL_PLAINTEXT,UNKNOWN:PLAINTEXT,CLOSED:PLAINTEXT,FAR:PLAINTEXT,/'
    printf '%s\n' sasl.enabled.mechanisms=PLAIN \
        'listener.name.secure.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="a";' \
        authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer super.users=User:ANONYMOUS \
        auto.create.topics.enable=true log.cleanup.policy=compact log.retention.bytes=1000 log.retention.ms=1000
} >"$folder/kafka.properties"
use_orders 100
new_case 1
start_lone_broker "$folder/kafka.properties" "$plain"
export KAFKA_BROKERS=$plain

# --- a missing topic, where the cluster makes any that is asked for

for program in PRODUCER CONSUMER; do
    file=()
    [[ $program != PRODUCER ]] || file=("$orders")
    run missing "${!program}" --topic missing "${file[@]}"
    is "a missing topic: $program" "$status" 69
done
ok '... and nobody has made it' not grep -q '"missing"' <(kcat -b "$plain" -L)

# --- a new topic, where the cluster's own defaults would lose records

produce
"${kafka_java[@]}" org.apache.kafka.tools.TopicCommand --bootstrap-server "$plain" --describe --topic "$topic" >"$logs/describe.out" 2>>"$logs/topic.log"
for config in cleanup.policy=delete retention.bytes=-1 retention.ms=-1 message.timestamp.type=LogAppendTime; do
    ok "--create-topic says $config itself" grep -q "[ ,]$config\>" <(tr '\t' ' ' <"$logs/describe.out")
done

# --- a file of properties that other programs use too

printf '%s\n' "bootstrap.servers=$plain" "group.id=$group" >"$folder/client.properties"
in_file=(env -u KAFKA_BROKERS KAFKA_PROPERTIES_FILE="$folder/client.properties")
succeed in-file-producer "${in_file[@]}" "${producer[@]}"
succeed in-file-consumer "${in_file[@]}" "${consumer[@]}" --exit-at-end
is 'its brokers count where no option names any' "$(counters)" "applied=$(expected_events) duplicate=$(expected_events) redelivered=0 quarantined=0"
ok '... for verify too' "${in_file[@]}" scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
run in-file-other "${in_file[@]}" "${consumer[@]}" --brokers "$closed"
is '... and are refused beside others' "$status $(grep -c ' ERROR .*bootstrap.servers cannot be changed: --brokers or KAFKA_BROKERS names other ones' "$logs/in-file-other.log")" '78 1'

# --- another continent, or a VPN: an answer takes 300 ms

start far /usr/bin/python3 tests/integration/far.py "$((port + 5))" "$((port + 6))" 0.15
far_answers() { kcat -b "$far" -L -t "$topic" >/dev/null 2>&1; }
wait_until 20 far_answers
start_monitor monitor --brokers "$far"
KAFKA_BROKERS=$far produce
group=$group-far
set_programs
KAFKA_BROKERS=$far consume
is 'a far cluster: events go in and out' "$(sum received)" "$(log_size)"
sees_group() { [[ $(status_of .kafka.groupState) == Empty ]]; }
wait_until 20 sees_group
end monitor TERM 10

# --- permissions

kafka-acls.sh() { "${kafka_java[@]}" org.apache.kafka.tools.AclCommand "$@" >>"$logs/acls.out" 2>&1; }
printf '%s\n' security.protocol=sasl_plaintext sasl.mechanism=PLAIN sasl.username=alice sasl.password=a >"$folder/alice.properties"
as_alice=(--brokers "$secure" --properties "$folder/alice.properties")
hidden=$topic-hidden
lacks() { # lacks OPERATION RESOURCE NAME [QUOTED]: a pattern
    printf 'User:alice lacks the permission %s on %s %s; an administrator grants it with: kafka-acls.sh --bootstrap-server %s --add --allow-principal User:alice --operation %s --%s %s' \
        "$1" "$2" "$3" "$secure" "$1" "$2" "${4-$3}"
}
run hidden "$PRODUCER" --topic "$hidden" --create-topic=1 "${as_alice[@]}" "$orders"
is 'a topic that the user may not see: the producer' "$status $(grep -c " ERROR publisher: $(lacks Write topic "$hidden")\$" "$logs/hidden.log")" '78 1'
run hidden "$CONSUMER" --topic "$hidden" --group "$group" "${as_alice[@]}"
is '... the consumer' "$status $(grep -c " ERROR consumer: $(lacks Read topic "$hidden")\$" "$logs/hidden.log")" '78 1'

kafka-acls.sh --bootstrap-server "$plain" --add --allow-principal User:alice --operation Describe --topic "$topic"
kafka-acls.sh --bootstrap-server "$plain" --add --allow-principal User:alice --operation Read --group readers
check() { # check TOPIC GROUP: a line each, with what is advised
    run check "$MONITOR" --check --topic "$1" --group "$2" "${as_alice[@]}"
    sed 'N; s/\n        / -> /; P; D' "$logs/check.out"
}
found=$(check "$topic" readers)
is '--check: what may not be asked is unknown' "$(awk -F': ' '/^unknown/ { print $1 }' <<<"$found")" "$(printf 'unknown %s\n' cleanup.policy \
    'retention by time' 'retention by size' message.timestamp.type min.insync.replicas max.message.bytes 'permission to produce')"
like '... with the command that permits it' "$(grep '^unknown cleanup.policy' <<<"$found")" "*this user may not ask -> $(lacks DescribeConfigs topic "$topic")"
like '... and no permission to Read the topic is a warning' "$(grep '^warn' <<<"$found")" "warn *permission to consume: no permission to Read topic * -> $(lacks Read topic "$topic")"
like '... or of the group' "$(check "$topic" 'all readers' | grep '^warn')" "*no permission to Read group all readers, * -> $(lacks Read group 'all readers' "'all readers'")"
like '... and a hidden topic is unknown' "$(check "$hidden" readers | grep ' topic:')" "unknown topic: *may not ask* -> $(lacks Describe topic "$hidden")"
run denied "$PRODUCER" --topic "$topic" "${as_alice[@]}" "$orders"
is 'a topic that the user may not write: the producer' "$status $(grep -c ' ERROR ' "$logs/denied.log") $(grep -c " ERROR publisher: $(lacks Write topic "$topic")\$" "$logs/denied.log")" '69 1 1'
start denied-topic "$CONSUMER" --topic "$topic" --group readers "${as_alice[@]}"
start denied-group "$CONSUMER" --topic "$topic" --group 'all readers' "${as_alice[@]}"
start unknown-name "$CONSUMER" --topic "$topic" --group "$group" --brokers "$unknown"
start closed "$CONSUMER" --topic "$topic" --group "$group" --brokers "$closed"
start unknown-name-producer "$PRODUCER" --topic "$topic" --brokers "$unknown" "$orders"
start_monitor monitor "${as_alice[@]}"
wait_until 20 logged denied-topic " WARN  source: .*: $(lacks Read topic "$topic")\$"
wait_until 20 logged denied-group " WARN  source: .*: $(lacks Read group 'all readers' "'all readers'")\$"
monitor_knows() { [[ $(status_of .kafka.reason) == "$(lacks Describe group "$group")" ]]; }
wait_until 20 monitor_knows
ok 'the monitor says so in its log' logged monitor " WARN  monitor: Kafka is away: $(lacks Describe group "$group")\$"

command=$(sed -n "s/.* grants it with: kafka-acls.sh --bootstrap-server $secure/kafka-acls.sh --bootstrap-server $plain/p" "$logs/denied-topic.log")
eval "$command"
has_read() { [[ $(query "SELECT sum(next_offset) FROM orders.pipeline_status WHERE topic = '$topic' AND consumer_group = 'readers'") == "$(log_size)" ]]; }
ok 'the command that it names grants it: the consumer goes on' wait_for 30 has_read
end denied-topic TERM 15
is '... and ends in good order' "$status" 0

# --- addresses that are of no use here

advice='the broker advertises this name, and this machine cannot resolve it: set the broker.s advertised.listeners'
wait_until 20 logged unknown-name " WARN  source: no partitions from the group for 3 s, still asking: .*kafka-in-docker.invalid:9092.*; $advice"
wait_until 20 logged unknown-name-producer " WARN  publisher: .*kafka-in-docker.invalid:9092.*; $advice"
wait_until 20 logged closed ' WARN  source: no partitions .* 127.0.0.1:1: .*; is it running? The broker advertises this address: its advertised.listeners'
for name in denied-group closed unknown-name; do
    is "$name: told once" "$(grep -c ' WARN ' "$logs/$name.log")" 1
    end "$name" TERM 15
done
end unknown-name-producer TERM 15

plan
