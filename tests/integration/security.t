#!/usr/bin/env bash
# TLS and passwords, to a Kafka and a Postgres that are set up as docs/SECURITY.md says, by its own commands: with the
# right ones everything works. With wrong ones each program refuses with a clear message and in time, and no secret is disclosed.
# shellcheck disable=SC2034 # variables that the document's commands use
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

top=$PWD folder=$logs/servers
mkdir -p -- "$folder"
blocks() { awk -v fence="\`\`\`$2" -v wanted="$3" '/^```/ { inside = $0 == fence; count += inside; next } inside && count == wanted' "$1"; }
document() { # document NUMBER: runs that block of commands
    blocks docs/SECURITY.md sh "$1" >"$logs/commands-$1.sh"
    [[ -s $logs/commands-$1.sh ]]
    cd -- "$folder"
    # shellcheck disable=SC1090
    . "$logs/commands-$1.sh" >>"$logs/commands.out" 2>>"$logs/commands.err"
    cd -- "$top"
}
clean_up() {
    env -u PGSSLMODE PGUSER=postgres PGDATABASE=postgres psql -Xq -c 'ALTER SYSTEM RESET ssl' -c 'ALTER SYSTEM RESET ssl_key_file' \
        -c 'ALTER SYSTEM RESET ssl_cert_file' -c 'SELECT pg_reload_conf()' -c 'DROP ROLE IF EXISTS replay_worker' >/dev/null
    rm -f -- "$stack/postgres/postgres.key" "$stack/postgres/postgres.pem"
}

# --- the servers

document 1
choose_ports 3
secure=127.0.0.1:$((port + 1)) bootstrap=127.0.0.1:$port
{
    lone_broker "$port" "$((port + 2))" | sed -e "s|^\(advertised.\)\?listeners=|&SECURE://$secure,|" \
        -e 's/^listener.security.protocol.map=/&SECURE:SASL_SSL,/'
    blocks docs/SECURITY.md properties 1 | sed "s/PASSWORD/$(<"$folder/kafka-password")/"
} >"$folder/server.properties"
use_orders 100
new_case 1
start_lone_broker "$folder/server.properties" "$bootstrap"
document 2
data_directory=$stack/postgres
ln -s -- "$top/scripts" "$top/sql" "$top/lifecycles" "$folder"
document 3
document 4
worker_password=$PGPASSWORD_FILE
kafka_secret=$(<"$folder/kafka-password") worker_secret=$(<"$folder/worker-password")
export KAFKA_BROKERS=$secure
as_owner() { env -u PGPASSWORD_FILE PGUSER=postgres "$@"; }
query() { as_owner psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# --- with the right ones

mechanism=SCRAM-SHA-256
credentials_advice='check -X sasl.mechanism and the user, and the password in --properties'
[[ $(kcat -V) =~ librdkafka\ ([0-9.]+) ]]
if [[ $(printf '%s\n' "${BASH_REMATCH[1]}" 2.6.1 | sort -V | head -n 1) != 2.6.1 ]]; then
    mechanism=PLAIN
    cp -- "$KAFKA_PROPERTIES_FILE" "$folder/scram.properties"
    start scram env KAFKA_PROPERTIES_FILE="$folder/scram.properties" "${producer[@]}" --verbose
    sed -i "s/^sasl.mechanism=.*/sasl.mechanism=$mechanism/" "$KAFKA_PROPERTIES_FILE"
fi

# kcat as the scripts call it, with what ps would show kept.
mkdir -- "$folder/bin"
printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>%q\nexec %q "$@"\n' "$logs/kcat.arguments" "$(command -v kcat)" >"$folder/bin/kcat"
chmod +x "$folder/bin/kcat"
with_kcat=(as_owner env PATH="$folder/bin:$PATH")

ssl_of_worker() { query "SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.usename = 'replay_worker'"; }
is_encrypted() { [[ $(ssl_of_worker) == t ]]; }
produce
start consumer "${consumer[@]}"
wait_until 30 is_encrypted
is_applied() { [[ $(sum applied) == "$(expected_events)" ]]; }
wait_until 30 is_applied
printf 'no event\n' | KCAT_CONFIG=$KAFKA_PROPERTIES_FILE kcat -P -q -b "$secure" -t "$topic"
quarantined() { [[ $(sum quarantined) == "$1" ]]; }
wait_until 30 quarantined 1
is 'over TLS, with passwords: events go in and out' "$(counters)" "applied=$(expected_events) duplicate=0 redelivered=0 quarantined=1"
ok '... verify proves it' "${with_kcat[@]}" scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
ok '... requeue sends again' "${with_kcat[@]}" scripts/requeue --all --topic "$topic" --group "$group"
wait_until 30 quarantined 2
end consumer TERM 15
is '... and the consumer ends in good order' "$status" 0
between 'the scripts have called kcat' "$(wc -l <"$logs/kcat.arguments")" 3 9
ok '... without the password in their command lines' not grep -qF -- "$kafka_secret" "$logs/kcat.arguments"

# --- a managed Kafka, by the lines of docs/USAGE.md: this system trusts its certificate, and the key is a PLAIN password

awk '/^```text/ { block = ""; inside = 1; next } /^```/ { if (block ~ /API-KEY/) printf "%s", block; inside = 0 } inside { block = block $0 "\n" }' \
    docs/USAGE.md | sed "s/API-KEY/orders/; s/API-SECRET/$kafka_secret/; s/[a-z-]*\.example:9092/$secure/; s|build/|$BUILD/|; s|tests/data/sample|$top/&|" \
    >"$folder/managed.sh"
is 'docs/USAGE.md has lines for a managed Kafka' "$(grep -c "orders\|$secure\|scripts/verify" "$folder/managed.sh")" 3
(
    unset PGPASSWORD_FILE
    export PGUSER=postgres
    new_database
    env -C "$folder" SSL_CERT_FILE="$folder/ca.pem" bash -e managed.sh >"$logs/managed.out" 2>"$logs/managed.log" || true
    query 'SELECT sum(applied) FROM orders.pipeline_status' >"$logs/managed.applied"
)
is 'they replay the sample, and verify proves it' "$(tail -n 1 "$logs/managed.out" | cut -d: -f1) $(<"$logs/managed.applied")" 'verified 8030'

# --- with wrong ones

# shellcheck disable=SC2086,SC2154 # words, of the document
openssl req -x509 $ec -days 2 -subj /CN=other -keyout "$folder/other.key" -out "$folder/other.pem" 2>>"$logs/openssl.log"
printf 'wrong-%s\n' "$worker_secret" >"$folder/wrong-password"
sed "s|^ssl.ca.location=.*|ssl.ca.location=$folder/other.pem|" "$KAFKA_PROPERTIES_FILE" >"$folder/wrong-ca.properties"
sed 's/^sasl.password=/&wrong-/' "$KAFKA_PROPERTIES_FILE" >"$folder/wrong-password.properties"
{ cat -- "$KAFKA_PROPERTIES_FILE"; echo broker.address.family=v4; } >"$folder/wrong-name.properties"

ca_advice="is -X ssl.ca.location=FILE the CA that signed the broker's certificate, and is the certificate for the name in -b?"
# NAME|BROKERS|PROPERTIES|MESSAGE, a regular expression
kafka_cases="of another CA|$secure|wrong-ca|certificate verify failed.*; $ca_advice brokers=$secure\$
for another name|localhost:$((port + 1))|wrong-name|certificate verify failed.*; $ca_advice brokers=localhost:$((port + 1))\$
a wrong password|$secure|wrong-password|SASL authentication error: .*; $credentials_advice brokers=$secure\$"
# NAME|VARIABLE|MESSAGE
postgres_cases="of another CA|PGSSLROOTCERT=$folder/other.pem|SSL error: certificate verify failed .*Correct sslmode and sslrootcert
for another name|PGHOST=localhost|server certificate for \"127.0.0.1\" .*does not match host name \"localhost\".*Correct sslmode and sslrootcert
no CA at all|PGSSLROOTCERT=$folder/none.pem|root certificate file \".*none.pem\" does not exist .*Correct sslmode and sslrootcert
a wrong password|PGPASSWORD_FILE=$folder/wrong-password|password authentication failed .* SQLSTATE=28P01 .*user=replay_worker. Check user and password"

while IFS='|' read -r _ brokers wrong _; do # all at once: each waits for 10 s
    for program in producer consumer; do
        declare -n command=$program
        start "$program-$wrong" env KAFKA_PROPERTIES_FILE="$folder/$wrong.properties" "${command[@]}" --brokers "$brokers" --verbose
    done
    start "verify-$wrong" as_owner env KAFKA_PROPERTIES_FILE="$folder/$wrong.properties" scripts/verify --topic "$topic" --group "$group" \
        --orders "$orders" --brokers "$brokers"
    start "requeue-$wrong" as_owner env KAFKA_PROPERTIES_FILE="$folder/$wrong.properties" scripts/requeue --all --again --topic "$topic" \
        --group "$group" --brokers "$brokers"
done <<<"$kafka_cases"

i=0
while IFS='|' read -r name variable message; do
    run "postgres-$((++i))" env "$variable" "${consumer[@]}" --exit-at-end --verbose
    is "Postgres, $name: the consumer ends" "$status" 78
    is '... and says why, once' "$(grep -c " ERROR [a-z]*: .*$message" "$logs/postgres-$i.log")" 1
done <<<"$postgres_cases"

while IFS='|' read -r name _ wrong message; do
    for program in producer consumer; do
        await "$program-$wrong" 20
        is "Kafka, $name: the $program ends" "$status" 78
        is '... and says why, once' "$(grep -c " ERROR [a-z]*: no answer from Kafka within 10 s: .*$message" "$logs/$program-$wrong.log")" 1
    done
    for script in verify requeue; do
        await "$script-$wrong" 20
        is "... $script ends" "$status" 69
        ok '... and says why' grep -qE 'certificate verify failed|SASL authentication error' "$logs/$script-$wrong.log"
    done
done <<<"$kafka_cases"
if [[ $mechanism == PLAIN ]]; then
    await scram 20
    is 'SCRAM with an old librdkafka: status' "$status" 78
    ok '... and it says what to do' logged scram "SCRAM-SHA-256; this librdkafka is older than 2.6.1, .*PLAIN over TLS brokers=$secure\$"
fi
is 'what was refused has changed nothing' "$(counters)" "applied=$(expected_events) duplicate=0 redelivered=0 quarantined=2"

run missing env KAFKA_PROPERTIES_FILE="$folder/none" scripts/verify --orders "$orders"
is 'a properties file that is not there' "$status $(<"$logs/missing.log")" \
    "78 verify: cannot read the properties file KAFKA_PROPERTIES_FILE=$folder/none: is it there, and may this user read it?"

# The wrong ones contain the right ones.
ok 'no password is in any log' not grep -rqF -e "$kafka_secret" -e "$worker_secret" --include='*.log' --include='*.out' "$logs"
ok '... nor in those of Postgres' not grep -qF -e "$worker_secret" "$stack/log/postgres.log"
plan
