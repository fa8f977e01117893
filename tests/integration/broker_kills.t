#!/usr/bin/env bash
# The broker is killed repeatedly during replays, one replay after the other, and each replay is complete and in order. For a longer
# test with your own files: KILLS=200 ORDERS_FOLDER=folder. The test has its own stack.
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

goal=${KILLS:-3}
RANDOM=${SEED:-20180829}
use_orders 2000
if [[ ${ORDERS_FOLDER-} ]]; then
    orders=$ORDERS_FOLDER/olist_orders_dataset.csv
    files=(--customers "$ORDERS_FOLDER/olist_customers_dataset.csv" --items "$ORDERS_FOLDER/olist_order_items_dataset.csv")
fi
events=$(expected_events)
rate=$((events / 20 + 1)) # a replay lasts for several kills; what waited for the broker goes out at once, and is killed too

acknowledged() { wc -l <"$logs/producer.out"; } # it prints them
outages() { grep -c 'the broker does not answer, waiting for it' "$logs/producer.log" || true; }
more_acknowledged() { (($(acknowledged) > $1)) || dead producer; }
one_more_outage() { (($(outages) > $1)); }
is_led() { printf -- "-t $topic:%d:-1\n" {0..5} | xargs kcat -b "$KAFKA_BROKERS" -Q >/dev/null; } # soon after the broker is up

first_occurrences_are_in_order() { ranked | awk '!seen[$2, $3]++' | in_order; }

kills=0 replays=0 repeats=0
while ((kills < goal)); do
    new_topic 6
    start producer "${producer[@]}" --log-events --rate "$rate" -X batch.num.messages=5 # many requests to hit
    hit=0 before=0
    while ((kills < goal)); do
        wait_until 60 more_acknowledged $((before + RANDOM % (events / 8)))
        alive producer || break
        noticed=$(outages)
        stack_stop_kafka KILL
        before=$(acknowledged)
        if ((before < events)); then # what it waits for was sent, or is still to be sent
            wait_until 30 one_more_outage "$noticed"
            hit=$((hit + 1)) kills=$((kills + 1))
        fi
        succeed up scripts/up
        ((before < events)) || break
    done
    await producer 180
    wait_until 30 is_led
    replays=$((replays + 1))
    repeats=$((repeats + $(log_size) - events))
    is "replay $replays, killed $hit times in the middle: it ends well" "$status $(logs_with ERROR producer)" '0 0'
    ok "replay $replays: no event is lost" same sent_distinct expected_list
    ok "replay $replays: within an order events follow their times" first_occurrences_are_in_order
done
between 'the broker was killed as often as asked for' "$kills" "$goal" "$goal"
diag "$kills kills in $replays replays of $events events; retries wrote $repeats events twice"

new_reader
consume
is 'each event of the last replay is applied once' "$(sum applied)" "$events"
verify_ok 'verify'

plan
