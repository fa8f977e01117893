#!/usr/bin/env bash
# Command lines, good and bad: one line on standard error, status 64, a hint at --help. Needs no server.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 10
unset KAFKA_BROKERS

bad() { # bad PROGRAM PATTERN ARGUMENT…
    local name=${1##*/}
    run bad "${@:1:1}" "${@:3}"
    like "$name ${*:3}" "$status $(wc -l <"$logs/bad.log") $(wc -c <"$logs/bad.out") $(cat -- "$logs/bad.log")" "64 1 0 $name: $2*; try --help"
}

for program in "$PRODUCER" "$CONSUMER" "$MONITOR"; do
    file=()
    [[ $program != "$PRODUCER" ]] || file=("$orders")
    while IFS='|' read -r pattern arguments; do
        read -ra arguments <<<"$arguments"
        bad "$program" "$pattern" "${arguments[@]/EMPTY/}" "${file[@]}"
    done <<'END'
unknown option '--nonsense'|--nonsense
unknown option '--nonsense=1'|--nonsense=1
unknown option|-Z
--brokers needs a value that is not empty|--brokers=
--topic needs a value that is not empty|-t EMPTY
END
    for option in brokers topic property properties; do
        bad "$program" "option --$option needs a value" "${file[@]}" "--$option"
    done
    run good "$program" --help
    is "${program##*/} --help: status, and nothing on standard error" "$status $(wc -c <"$logs/good.log")" '0 0'
    is "${program##*/} --help: the widest line fits" "($(awk 'length > 80' "$logs/good.out"))" '()'
    # shellcheck disable=SC2016 # as --help has it
    for word in '--brokers' '[$KAFKA_BROKERS, localhost:9092]' '[$ORDER_TOPIC, order-events]' '$KAFKA_PROPERTIES_FILE' \
        '-v, --verbose' '--version'; do
        ok "${program##*/} --help shows $word" grep -qF -- "$word" <(tr -s '\n ' '  ' <"$logs/good.out")
    done
    run good "$program" --version
    like "${program##*/} --version" "$status $(cat -- "$logs/good.out")" "0 ${program##*/} [0-9]*.[0-9]*.[0-9]*"
done
run good "$CONSUMER" --help
# shellcheck disable=SC2016
for word in '$PGPASSWORD_FILE' '$ORDER_GROUP' '[5000]' '[300]' PGHOST; do
    ok "order-consumer --help shows $word" grep -qF -- "$word" <(tr -s '\n ' '  ' <"$logs/good.out")
done

while IFS='|' read -r pattern arguments; do
    read -ra arguments <<<"$arguments"
    bad "$PRODUCER" "$pattern" "${arguments[@]/ORDERS/$orders}"
done <<'END'
which orders?|--dry-run
one orders file at a time; '*' is too many|ORDERS ORDERS
--speed needs a number from 0.001 to 1e+09, not '0'|--speed 0 ORDERS
--speed needs a number from 0.001 to 1e+09, not '-1'|--speed -1 ORDERS
--speed needs a number from 0.001 to 1e+09, not 'abc'|--speed abc ORDERS
--speed needs a number from 0.001 to 1e+09, not '1e400'|--speed 1e400 ORDERS
--speed needs a number from 0.001 to 1e+09, not 'nan'|--speed nan ORDERS
--speed needs a number from 0.001 to 1e+09, not 'inf'|--speed=inf ORDERS
--speed needs a number from 0.001 to 1e+09, not '1,5'|--speed=1,5 ORDERS
--speed needs a number from 0.001 to 1e+09, not '10x'|--speed=10x ORDERS
--rate needs a number from 0.001 to 1e+09, not '0'|--rate 0 ORDERS
--create-topic needs a whole number from 1 to 10000, not '0'|--create-topic=0 ORDERS
--seed needs a whole number from 0 to 4294967295, not '1.5'|--seed 1.5 ORDERS
--seed needs a whole number from 0 to 4294967295, not '99999999999999999999'|--seed 99999999999999999999 ORDERS
--duplicates needs a number from 0 to 1, not '2'|--duplicates 2 ORDERS
--order must be one of time*file, not 'size'|--order size ORDERS
--from needs a time like *, not 'yesterday'|--from yesterday ORDERS
--from needs a time like *, not '2017-02-29'|--from 2017-02-29 ORDERS
--from must lie before --to|--from 2018-01-01 --to 2018-01-01 ORDERS
--speed replays in event-time order|--speed 5 --order file ORDERS
only one file can be '-'|--customers - -
END
# A rejects file that is one of the files to read, whatever it is called there. None of them is touched.
scratch=$logs/scratch
mkdir -p -- "$scratch"
for file in orders customers order_items; do cp -- "${orders%orders_dataset.csv}${file}_dataset.csv" "$scratch/$file"; done
ln -s orders "$scratch/symbolic"
ln "$scratch/orders" "$scratch/hard"
checksum() { cat -- "$scratch"/* | md5sum; }
before=$(checksum)
for rejects in orders customers order_items ../scratch/orders symbolic hard; do
    bad "$PRODUCER" "--rejects $scratch/$rejects is a file that is read: it would be overwritten; name another one" \
        --rejects "$scratch/$rejects" --customers "$scratch/customers" --items "$scratch/order_items" "$scratch/orders"
done
bad "$PRODUCER" '--rejects * is a file that is read' --rejects "$scratch/hard" - <"$scratch/orders"
is 'no file was touched' "$(checksum)" "$before"
run good "$PRODUCER" --dry-run --rejects "$scratch/other" "$scratch/orders"
is 'another file is taken' "$status $(wc -l <"$scratch/other")" '0 1'
run good "$PRODUCER" --dry-run --rejects /dev/null - </dev/null
like 'a device may be both' "$status $(cat -- "$logs/good.log")" '65 *it is empty*'

while IFS='|' read -r pattern arguments; do
    read -ra arguments <<<"$arguments"
    bad "$CONSUMER" "$pattern" "${arguments[@]}"
done <<'END'
'orders.csv' is one argument too many|orders.csv
--batch-size needs a whole number from 1 to 100000, not '0'|--batch-size 0
--batch-size needs a whole number from 1 to 100000, not '100001'|--batch-size 100001
--batch-size needs a whole number from 1 to 100000, not '1e3'|--batch-size 1e3
--batch-wait needs a whole number from 0 to 60000, not '-1'|--batch-wait -1
--database-timeout needs a whole number from 0 to 86400, not 'abc'|--database-timeout abc
option --password-file needs a value|--password-file
--database is not a libpq connection string*|--database postgresql://me:s%zzecret@db/orders
--database is not a libpq connection string*|--database passwrd=secret
END
bad "$CONSUMER" '--database is not a libpq connection string*' --database 'user=me password=my secret'
ok 'a password in a connection string that cannot be read is not repeated' not grep -q secret "$logs/bad.log"

# --- librdkafka's properties: what is fixed stays fixed by whatever name, on the command line and in a file

while IFS='|' read -r name property reason; do
    file=()
    [[ $name != PRODUCER ]] || file=("$orders")
    printf '%s\n' "$property" >"$scratch/properties"
    for way in "-X $property" "--properties $scratch/properties"; do
        read -ra arguments <<<"$way"
        run refused "${!name}" --brokers 127.0.0.1:1 "${arguments[@]}" "${file[@]}"
        like "$name ${way/$scratch\/properties/FILE with $property}" "$status $(cat -- "$logs/refused.log")" \
            "78 *property ${property%%=*} cannot be changed: $reason*"
    done
done <<'END'
PRODUCER|topic.acks=0|the guarantees depend on it
PRODUCER|request.required.acks=1|the guarantees depend on it
PRODUCER|topic.queuing.strategy=lifo|the guarantees depend on it
PRODUCER|delivery.timeout.ms=1000|the guarantees depend on it
PRODUCER|metadata.broker.list=127.0.0.1:2|--brokers or KAFKA_BROKERS names other ones; leave one of the two out
CONSUMER|topic.auto.offset.reset=latest|the guarantees depend on it
CONSUMER|enable.auto.commit=true|the guarantees depend on it
CONSUMER|bootstrap.servers=127.0.0.1:2|--brokers or KAFKA_BROKERS names other ones; leave one of the two out
CONSUMER|group.id=other|the group comes from --group or ORDER_GROUP
MONITOR|enable.auto.commit=true|the guarantees depend on it
MONITOR|metadata.broker.list=127.0.0.1:2|--brokers or KAFKA_BROKERS names other ones; leave one of the two out
MONITOR|group.id=other|the group comes from --group or ORDER_GROUP
END

# --- logs as JSON: all that a program says after its command line is read, and also of a command line that cannot be used

is_json() { # is_json NAME: each line is an object with these four, which are text
    jq -e -s 'length > 0 and all(.[]; [.time, .level, .component, .message | type] == ["string", "string", "string", "string"])' \
        <"$logs/$1.log" >/dev/null && [[ $(wc -l <"$logs/$1.log") == $(jq -c . <"$logs/$1.log" | wc -l) ]]
}
run json "$PRODUCER" --dry-run --log-format json "$orders"
ok 'order-producer --log-format json' is_json json
is '… with the details as keys' "$status $(jq -r 'select(.message == "total") | .duplicates' <"$logs/json.log")" '0 0'
run json env ORDER_LOG_FORMAT=json "$PRODUCER" --dry-run --log-format text "$orders"
like 'an option wins over the variable' "$status $(head -n 1 -- "$logs/json.log")" '0 20*Z INFO  *'
for program in CONSUMER MONITOR; do
    run json env ORDER_LOG_FORMAT=json "${!program}" --brokers 127.0.0.1:1 -X acks=x
    like "$program: ORDER_LOG_FORMAT=json" "$status $(jq -r '.level + .message' <"$logs/json.log")" '78 ERROR*acks*'
    run json env ORDER_LOG_FORMAT=json "${!program}" more
    is '… and of a bad command line' "$status $(jq -r '.message' <"$logs/json.log")" "64 'more' is one argument too many"
    bad "${!program}" "--log-format must be one of text*json, not 'xml'" --log-format xml
done

# --- scripts: the same

for script in scripts/*; do
    [[ -x $script && -f $script ]] || continue
    name=${script##*/}
    run good "$script" --help
    is "$name --help: status, and nothing on standard error" "$status $(wc -c <"$logs/good.log")" '0 0'
    between "$name --help: the widest line" "$(LC_ALL=C.UTF-8 wc -L <"$logs/good.out")" 40 80
    bad "$script" '*--nonsense' --nonsense
done
bad scripts/verify '*requires an argument' --orders
bad scripts/verify '*--orders is needed*'
bad scripts/requeue '--offset is not a number: 1x' --offset 1x

# A flag takes no value.
bad "$CONSUMER" "unknown option '--log-events=yes'" --log-events=yes
plan
