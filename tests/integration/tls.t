#!/usr/bin/env bash
# A client without TLS at a TLS port, and the other way round: both programs report what is wrong and what to do. The test has its own
# broker, with one port of each kind. For wrong certificates and passwords see security.t.
# shellcheck disable=SC2034 # arrays that are used by name
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

folder=$logs/broker
mkdir -p -- "$folder"
choose_ports 3
plain=127.0.0.1:$port tls=127.0.0.1:$((port + 1))
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=broker \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$folder/key.pem" -out "$folder/ca.pem" 2>>"$logs/openssl.log"
cat -- "$folder/key.pem" "$folder/ca.pem" >"$folder/keystore.pem"
{
    lone_broker "$port" "$((port + 2))" | sed -e "s|^\(advertised.\)\?listeners=|&TLS://$tls,|" \
        -e 's/^listener.security.protocol.map=/&TLS:SSL,/'
    printf '%s\n' ssl.keystore.type=PEM ssl.keystore.location=keystore.pem
} >"$folder/kafka.properties"
start_lone_broker "$folder/kafka.properties" "$plain"

use_orders 100
new_case 1
no_tls=()
with_ca=(-X security.protocol=ssl -X "ssl.ca.location=$folder/ca.pem")

KAFKA_BROKERS=$tls succeed produce "${producer[@]}" "${with_ca[@]}"
KAFKA_BROKERS=$tls succeed consume "${consumer[@]}" "${with_ca[@]}" --exit-at-end
is 'with what is advised: events go in and out' "$(sum applied)" "$(expected_events)"

# NAME|BROKERS|OPTIONS|ERROR, a regular expression|ADVICE
cases="plain text to TLS|$tls|no_tls|Disconnected while requesting ApiVersion: .*|does this port require TLS? Then add -X security.protocol=ssl -X ssl.ca.location=FILE (sasl_ssl with a password)
TLS to plain text|$plain|with_ca|.*SSL .*|does this port use TLS? If not, leave out -X security.protocol=ssl, or use another port"

i=0
while IFS='|' read -r _ brokers options _ _; do
    declare -n properties=$options
    start "producer-$i" "${producer[@]}" --brokers "$brokers" "${properties[@]}"
    start "consumer-$i" "${consumer[@]}" --brokers "$brokers" "${properties[@]}"
    i=$((i + 1))
done <<<"$cases"
i=0
while IFS='|' read -r name brokers _ error advice; do
    message="127.0.0.1:[0-9]*/bootstrap: $error; $advice brokers=$brokers\$"
    await "producer-$i" 30
    is "$name: the producer gives up, with status 69" "$status" 69
    is "$name: … and says why" "$(grep -c " ERROR publisher: no answer from Kafka within 10 s: \(ssl://\)\?$message" "$logs/producer-$i.log")" 1
    wait_until 30 logged "consumer-$i" WARN
    ok "$name: the consumer waits" alive "consumer-$i"
    end "consumer-$i" TERM 10
    is "$name: … and says why, once" "$(grep -c " WARN  consumer: no answer from Kafka, waiting for one: \(ssl://\)\?$message" "$logs/consumer-$i.log")" 1
    is "$name: … and ends in good order" "$status" 0
    i=$((i + 1))
done <<<"$cases"

plan
