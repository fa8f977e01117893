#!/usr/bin/env bash
# What the environment of a new user's shell holds, and its terminal: variables of others under names that make documents, libpq's, a
# pager, 80 columns, a pipe that ends early. On the stack that all tests share, which is up.
# shellcheck disable=SC2016 # the inner shell expands these
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"
scratch=$(mktemp -d "${TMPDIR:-/tmp}/environment.XXXXXX")
clean_up() { rm -rf -- "$scratch"; }

strangers=(BROKERS=host:9092 VAR=production NODES=4 PARTITIONS=none DATA=/nowhere BUILD=7 LIFECYCLE=none TESTS=none SAN=none PORT=1 V=0
    PGSSLMODE=require PGSERVICE=none PGHOSTADDR=192.0.2.1 PGGSSENCMODE=require PGOPTIONS='-c nothing=1' PGCHANNELBINDING=require
    PGTARGETSESSIONATTRS=standby KAFKA_PROPERTIES_FILE=/nowhere KCAT_CONFIG=/nowhere)

# --- make

said() { env "${strangers[@]}" "${@:2}" make --no-print-directory -n "$1" 2>&1 | sed -nE "s|^(ORDER_.*[^ ]) +scripts/$1.*|\1|p"; }
is "make up takes nothing that others exported" "$(said up)" "ORDER_BUILD='build' ORDER_VAR='var'"
is '… and what stands on its command line' "$(make --no-print-directory -n up NODES=4 VAR=there BROKERS=3 2>&1 | sed -nE 's|^(ORDER_.*[^ ]) +scripts/up.*|\1|p' | tr -s ' ')" \
    "ORDER_BUILD='build' ORDER_VAR='there' ORDER_BROKERS='3' ORDER_NODES='4'"
is '… and what is exported under our names' "$(said up ORDER_VAR=/there)" "ORDER_BUILD='build' ORDER_VAR='/there'"
run demo env "${strangers[@]}" make --no-print-directory -n demo
is 'make demo ignores them too' "$(grep -c 'scripts/demo *$' "$logs/demo.out") $(grep -c nowhere "$logs/demo.out")" '1 0'

# --- the scripts

before=$(cat -- "$VAR/env")
ok 'make up, with all of these, finds what runs' timeout 100 env "${strangers[@]}" make --no-print-directory up "VAR=$VAR" "BUILD=$BUILD"
is '… and changes nothing' "$(cat -- "$VAR/env")" "$before"
ok 'scripts/up too' timeout 100 env "${strangers[@]}" VAR="$VAR" scripts/up
is 'env leads psql to the stack' "$(env "${strangers[@]}" bash -c '. "$0/env" && psql -XAtqc "SELECT current_database()"' "$VAR")" order_replay
is '\d shows the tables of the schema orders' "$(bash -c '. "$0/env" && psql -X -c "\d"' "$VAR" | grep -c 'processed_events')" 1
is "Kafka's tools are in PATH, and know the broker" "$(bash -c '. "$0/env" && kafka-topics.sh --list' "$VAR" | grep -cx order-events)" 1

# --- a folder that is not a stack's

mkdir -p -- "$scratch/foreign/log"
echo kept >"$scratch/foreign/log/mine"
for script in up clean-data; do
    run "$script" env ORDER_VAR="$scratch/foreign" "scripts/$script"
    is "$script refuses a folder that has a log/ of somebody else" "$status $(grep -c 'does not belong to a stack' "$logs/$script.log") $(cat -- "$scratch/foreign/log/mine")" '78 1 kept'
done

# --- a terminal

# A pager would take the line that follows. This one says that it was called.
on_terminal() { # on_terminal COMMANDS: typed into an interactive bash of 80 columns and 10 lines
    printf '%s\n' 'stty rows 10 cols 80' "$1" 'exit' | TERM=xterm PAGER='sh -c "cat >/dev/null; echo paged"' script -qec 'bash --norc' /dev/null
}
like 'psql leaves the lines that are pasted behind a query alone' \
    "$(on_terminal ". $(printf %q "$VAR/env")"$'\npsql -c "SELECT generate_series(1, 99)"\necho and $((6 * 7))' | grep -oE 'paged|and 42' | paste -sd' ')" 'and 42'

shared() { env -u ORDER_TOPIC -u ORDER_GROUP bash -c '. "$0/env" && "$@"' "$VAR" "$@"; }
ok 'records in the usual topic' shared "$PRODUCER" tests/data/sample
ok '… that the usual group has read' shared "$CONSUMER" --exit-at-end
run status scripts/status
is 'status fits 80 columns, apart from the paths of logs' "$status $(grep -v ' log ' "$logs/status.out" | awk 'length($0) > 80' | wc -l)" '0 0'
is '… and shows the partitions in their order, with one lag' \
    "$(sed -n '/^Group/,/^Postgres/p' "$logs/status.out" | awk '$1 ~ /^[0-9]+$/ { printf "%s ", $1 }') $(grep -c '\<lag\>' "$logs/status.out")" '0 1 2 3 4 5  1'
is '… and head may end it early' "$(scripts/status 2>&1 | head -n 1 | grep -c .; echo "${PIPESTATUS[0]}")" $'1\n0'
like 'where nothing runs it says what starts it' "$(env -u KAFKA_BROKERS ORDER_VAR="$scratch/none" scripts/status)" '*make up*'
run head bash -c '"$0" --dry-run --log-events tests/data/sample | head -n 1' "$PRODUCER"
is 'a dry run whose reader has enough ends without an error' "$(wc -l <"$logs/head.out") $(grep -c ERROR "$logs/head.log")" '1 0'

# --- an empty database, a folder

use_orders 200
new_case 1
run empty scripts/digest
is 'the digest of a database without events says so' "$(<"$logs/empty.out") $(grep -c 'holds no events' "$logs/empty.log")" '0000000000000000 1'
produce
consume
ok 'verify takes a folder as the producer does' scripts/verify --topic "$topic" --group "$group" "$(dirname -- "$orders")"
plan
