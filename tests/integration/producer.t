#!/usr/bin/env bash
# The producer against a real broker: the events that it sends, their partitions and order, the rate, how it stops, and its errors. The
# expected values come from the CSV by awk, or from kcat, never from the producer.
# shellcheck disable=SC2154,SC2016 # programs in single quotes are those of other languages; lib.sh sets orders, topic, producer …
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

sent_counts() { # by type, as expected_counts
    values | jq -r .eventType | awk -v types="${event_types[*]}" '
        { n[$1]++ }
        END {
            count = split(types, type, " ")
            for (i = 1; i <= count; i++) print type[i] "|" n[type[i]] + 0
        }'
}

key_partitions() { records | cut -f1,3 | LC_ALL=C sort -u; }

ordered_within_orders() { ranked | in_order; }

ordered_by_time() { # in every partition
    records | cut -f1,4 | jq -Rr 'split("\t") | "\(.[0]) \(.[1] | fromjson | .eventAt)"' |
        awk '$1 == p && $2 < at { print $2 " follows " at; bad++ } { p = $1; at = $2; n++ } END { exit bad || !n }'
}

valid_by_schema() {
    values | /usr/bin/python3 -c '
import json, sys
from jsonschema import Draft202012Validator
validator = Draft202012Validator(json.load(open("docs/event.schema.json")))
count = 0
for line in sys.stdin:
    validator.validate(json.loads(line))
    count += 1
sys.exit(count == 0)'
}

# --- what the producer said

log_file() { printf '%s/producer-%d.log' "$logs" "$runs"; }
summary() { # summary FIELD [LOG]: of the line of totals
    sed -nE "s/.* summary: total (.* )?$1=([^ ]*).*/\2/p" "${2:-$(log_file)}"
}
summary_counts() { # by type, as expected_counts
    sed -nE 's/.* summary: ([A-Z_]+) +events=([0-9]+).*/\1|\2/p' "$(log_file)"
}

use_orders 5000
events=$(expected_events)

# --- a replay

new_topic 6
produce
is 'all events of the CSV are sent' "$(sent_counts)" "$(expected_counts)"
ok '… each with its order and time' same sent_list expected_list
is 'the summary counts them by type' "$(summary_counts)" "$(expected_counts)"
is '… and all as acknowledged' "$(summary events) $(summary acknowledged) $(summary failed) $(summary not-sent)" \
    "$events $events 0 0"
is 'the first and the last time are those of the CSV' "$(summary first) $(summary last)" \
    "$(expected_list | awk '{ print $3 }' | sort | sed -n '1p;$p' | tr '\n' ' ' | sed 's/ $//')"
ok 'within an order events follow their times, in one partition' ordered_within_orders
ok 'by default events follow their times in every partition' ordered_by_time
is 'all partitions are used' "$(key_partitions | cut -f1 | sort -u | tr '\n' ' ')" '0 1 2 3 4 5 '
is 'the key is the order id' "$(records | awk -F'\t' 'index($4, "\"orderId\":\"" $3 "\"") == 0' | wc -l)" 0
ok 'the events are valid by the schema' valid_by_schema
is 'records carry the time of their append' \
    "$(kcat -b "$KAFKA_BROKERS" -t "$topic" -C -e -q -J | jq -r .tstype | sort -u)" logappend
like 'the topic that it made keeps its records' "$("${kafka_java[@]}" org.apache.kafka.tools.TopicCommand \
    --bootstrap-server "$KAFKA_BROKERS" --describe --topic "$topic" 2>>"$logs/topic.log")" '*retention.ms=-1*'

by_producer=$(key_partitions)
records | cut -f3 | sort -u | sed 's/$/\tx/' >"$logs/keys"
new_topic 6
succeed create "$PRODUCER" --topic "$topic" --create-topic=6 --to 1970-01-02 "$orders"
is 'an empty window sends nothing' "$(log_size)" 0
kcat -b "$KAFKA_BROKERS" -t "$topic" -P -K '\t' -X topic.partitioner=murmur2_random <"$logs/keys"
is 'another producer with murmur2_random puts the same keys into the same partitions' "$(key_partitions)" "$by_producer"

new_topic 3
produce --order file --log-events
ok 'in file order the same events are sent' same sent_list expected_list
ok '… and follow their times within an order' ordered_within_orders
is '… which are the rows of the file' "$(records | cut -f3 | uniq | sort | uniq -d | wc -l)" 0
printed() { LC_ALL=C sort "$logs/producer-$runs.out"; }
as_printed() {
    records | cut -f1,2,4 | jq -Rr 'split("\t") | .[0] as $p | .[1] as $o | (.[2] | fromjson) |
        "eventAt=\(.eventAt) eventType=\(.eventType) orderId=\(.orderId) eventId=\(.eventId) partition=\($p) offset=\($o)"' |
        LC_ALL=C sort
}
ok '--log-events prints each event with its place in the topic' same printed as_printed

new_topic 2
succeed stdin bash -c 'cat -- "$1" | "${@:2}" -' - "$orders" "$PRODUCER" --topic "$topic" --create-topic=2
is 'a pipe is as good as a file' "$(sent_counts)" "$(expected_counts)"
payload_fields() { values | jq -r '.payload | keys[]' | LC_ALL=C sort -u | tr '\n' ' '; }
is 'with the orders file alone, events carry nothing of the others' "$(payload_fields)" 'customer estimatedDeliveryAt '

# A row each 50 ms: each event leaves long before there are enough for a round.
new_topic 2
slow_rows() { # slow_rows COUNT
    head -n 1 -- "$orders"
    for ((row = 1; row <= $1; row++)); do
        printf '"slow-%d","c","created","2018-01-01 00:00:00",,,,\n' "$row"
        printf '%d\n' "$row" >"$logs/written"
        sleep 0.05
    done
}
mkfifo -- "$logs/slow"
slow_rows 150 >"$logs/slow" &
start slow "$PRODUCER" --topic "$topic" --create-topic=2 --order file --log-events "$logs/slow"
has_printed() { [[ -s $logs/slow.out ]]; }
wait_until 30 has_printed
between 'rows that come slowly: the first event is sent before row 60' "$(<"$logs/written")" 1 59
await slow 30
is '… and all of them in the end' "$status $(wc -l <"$logs/slow.out")" '0 150'

# --- which events

# Both ends are times at which something happened: the first is in, the last is out.
read -r from to < <(expected_list | awk '{ print $3 }' | sort | awk '{ at[NR] = $0 } END { print at[int(NR / 3)], at[int(NR / 2)] }')
windowed_list() { expected_list | awk -v from="$from" -v to="$to" '$3 >= from && $3 < to'; }
new_topic 6
produce --from "$from" --to "$to"
ok '--from and --to send exactly that window' same sent_list windowed_list
is '… which has a beginning' "$(sent_list | awk -v at="$from" '$3 == at' | grep -c .)" \
    "$(expected_list | awk -v at="$from" '$3 == at' | grep -c .)"
produce --to "$from"
produce --from "$to"
ok 'what lies before and after completes it, without overlap' same sent_list expected_list

as_of=2018-01-01T00:00:00
as_of_list() { expected_list "2018-01-01 00:00:00"; }
new_topic 6
produce --as-of "$as_of"
ok '--as-of adds exactly the orders that are undelivered and overdue then' same sent_list as_of_list
between '… of which there are some' "$(($(as_of_list | grep -c .) - events))" 1 "$events"

succeed dry "$PRODUCER" --brokers 127.0.0.1:1 --topic none --dry-run --log-events "${files[@]}" --as-of "$as_of" "$orders"
dry_values() { LC_ALL=C sort "$logs/dry.out"; }
real_values() { values | LC_ALL=C sort; }
ok '--dry-run --log-events prints what is sent otherwise, without a broker' same dry_values real_values
is '… and counts it' "$(summary events "$logs/dry.log")" "$(log_size)"
is '… and the rows placed earlier than one before them' "$(sed -nE 's/.*out-of-order=([0-9]+).*/\1/p' "$logs/dry.log")" \
    "$(tr -d '"' <"$orders" | awk -F, 'NR > 1 { if ($4 < last) n++; else last = $4 } END { print n }')"

# --- duplicates

new_topic 6
produce --duplicates 0.3 --seed 7
ok '--duplicates loses nothing' same sent_distinct expected_list
copies=$(($(log_size) - events))
is '… the summary counts the copies' "$(summary duplicates) $(summary acknowledged)" "$copies $((events + copies))"
between '… about as many as asked for' "$copies" $((events * 27 / 100)) $((events * 33 / 100))
is '… each directly behind its original' "$(records | cut -f4 | uniq -d | wc -l)" "$copies"
dry_duplicates() { "$PRODUCER" --dry-run --log-events --duplicates 0.3 --seed "$1" "$orders" 2>/dev/null | md5sum; }
is 'the same seed chooses the same events' "$(dry_duplicates 7)" "$(dry_duplicates 7)"
ok 'another seed chooses others' test "$(dry_duplicates 8)" != "$(dry_duplicates 7)"

# --- stopping

sent_some() { (($(log_size) > 100)); }
stopped_well() { # stopped_well NAME SIGNAL
    local began
    wait_until 30 sent_some
    began=${EPOCHREALTIME/./}
    end "$1" "$2" 30
    is "$1, $2: exit status 75" "$status" 75
    between "$1, $2: within two seconds" "$(((${EPOCHREALTIME/./} - began) / 1000))" 0 2000
    is "$1, $2: what it calls acknowledged is what is there" "$(summary acknowledged "$logs/$1.log")" "$(log_size)"
    is "$1, $2: every event is accounted for" "$(summary events "$logs/$1.log")" "$(($(summary acknowledged "$logs/$1.log") +
        $(summary not-sent "$logs/$1.log") + $(summary unknown "$logs/$1.log") + $(summary failed "$logs/$1.log")))"
}

new_topic 6
succeed make_topic "$PRODUCER" --topic "$topic" --create-topic=6 --to 1970-01-02 "$orders"
start paced "${producer[@]}" --rate 500
stopped_well paced INT

use_orders 200000
new_topic 6
succeed make_topic "$PRODUCER" --topic "$topic" --create-topic=6 --to 1970-01-02 tests/data/sample/olist_orders_dataset.csv
start fast "${producer[@]}" --order file
stopped_well fast TERM

# --- pace: a ratio of the program's own clock to what was asked for, in permille

new_topic 6
succeed make_topic "$PRODUCER" --topic "$topic" --create-topic=6 --to 1970-01-02 tests/data/sample/olist_orders_dataset.csv
window=(--from 2017-06-01 --to 2017-07-01)
events_of_month=$(expected_list | awk '$3 >= "2017-06-01" && $3 < "2017-07-01"' | grep -c .)
rate=$((events_of_month / 10))
start rate "${producer[@]}" "${window[@]}" --rate "$rate"
# A part of the month of a smaller file: few events, so that it is the speed alone that takes its time.
start speed "${producer[@]}" --from 2017-06-10 --to 2017-06-12 --speed 17280
await rate 300
await speed 60
between '--rate is kept within 2 %' \
    "$(awk -v s="$(summary seconds "$logs/rate.log")" -v n="$events_of_month" -v r="$rate" \
        'BEGIN { printf "%d", 1000 * s / ((n - 1) / r) }')" 980 1020
span() { echo $(($(date -ud "$2" +%s) - $(date -ud "$1" +%s))); }
between '--speed is kept within 2 %' \
    "$(awk -v s="$(summary seconds "$logs/speed.log")" \
        -v n="$(span "$(summary first "$logs/speed.log")" "$(summary last "$logs/speed.log")")" \
        'BEGIN { printf "%d", 1000 * s / (n / 17280) }')" 980 1020
succeed dry "$PRODUCER" --dry-run "${window[@]}" --rate "$rate" "$orders"
between '--dry-run tells how long it takes' \
    "$(awk -v s="$(summary seconds "$logs/rate.log")" -v d="$(summary seconds "$logs/dry.log")" \
        'BEGIN { printf "%d", 1000 * s / d }')" 980 1020

# One order of 1970 among those of 2017, as a zero that was meant as no date makes it.
{ head -n 1 -- "$orders"; echo 'old,c,created,1970-01-01 00:00:00,,,,'; sed -n 2p -- "$orders"; } >"$logs/gap.csv"
start gap "$PRODUCER" --topic "$topic" --speed 864000 "$logs/gap.csv"
wait_until 10 logged gap ' INFO  replay: the next event goes out in 17[0-9][0-9] s, at 20[0-9T:-]*Z last=1970-01-01T00:00:00 next=201[78]-'
end gap INT 10
is 'a long pause is reported, with its end' "$status $(grep -c ' days of event time take 17[0-9][0-9] s, until 20' "$logs/gap.log")" '75 1'

# --- what is not replayed, and what cannot be

sample=tests/data/sample/olist_orders_dataset.csv
scratch=$logs/scratch
mkdir -p -- "$scratch"
sed -e '3s/$/,more/' -e '5s/,20[0-9-]* /,yesterday /' "$sample" >"$scratch/bad.csv"
new_topic 1
run rejected "$PRODUCER" --topic "$topic" --create-topic=1 --rejects "$scratch/rejects.csv" "$scratch/bad.csv"
is 'rows that cannot be replayed: exit status 65' "$status" 65
is '… they are in the rejects file' "$(tail -n +2 "$scratch/rejects.csv" | cut -d, -f2 | tr '\n' ' ')" '3 5 '
is '… the others are sent' "$(records | cut -f3 | sort -u | grep -c .)" 1998
produce_again() { run again "$PRODUCER" --topic "$topic" --create-topic=4 "$sample"; }
produce_again
is 'a topic with other partitions is used as it is' "$status $(grep -c 'already exists' "$logs/again.log")" '0 1'
size=$(log_size)

sed 1s/order_purchase_timestamp/purchased/ "$sample" >"$scratch/no-column.csv"
head -c 1000 /bin/sh >"$scratch/binary.csv"
: >"$scratch/empty.csv"
refused() { # refused STATUS WORDS ARGUMENT…: exits so, says so, and nothing is sent
    run refused "$PRODUCER" --topic "$topic" "${@:3}"
    is "exit $1: $(printf '%s ' "${@:3}" | sed "s|$scratch/||g")" "$status" "$1"
    like "… with the reason" "$(tail -n 1 "$logs/refused.log")" "*$2*"
}
refused 64 'try --help'
refused 64 'try --help' --speed 2 --order file "$sample"
refused 64 'try --help' --from 2018-01-02 --to 2018-01-02 "$sample"
refused 64 'try --help' --no-such-option "$sample"
refused 64 'try --help' --duplicates 1.5 "$sample"
refused 64 'try --help' --customers - -
refused 65 order_purchase_timestamp "$scratch/no-column.csv"
refused 65 'NUL bytes' "$scratch/binary.csv"
refused 65 'it is empty' "$scratch/empty.csv"
refused 65 customer_id --customers "${sample%orders_dataset.csv}order_items_dataset.csv" "$sample"
refused 66 'No such file' "$scratch/missing.csv"
refused 66 'olist_orders_dataset.csv: No such file' "$scratch"
refused 66 'No such file' --items "$scratch/missing.csv" "$sample"
refused 69 'no answer from Kafka within 10 s: 127.0.0.1:1/bootstrap: Connect to ipv4#127.0.0.1:1 failed: Connection refused; is it running, and is that its address (-b or KAFKA_BROKERS)? brokers=127.0.0.1:1' \
    --verbose --brokers 127.0.0.1:1 "$sample"
between '… and each attempt, with --verbose' "$(grep -c ' DEBUG publisher: connecting: ' "$logs/refused.log")" 1 100
refused 69 '--create-topic' --topic "$topic-missing" "$sample"
refused 73 'No such file' --rejects "$scratch/missing/rejects.csv" "$sample"
refused 78 'acks cannot be changed' -X acks=1 "$sample"
is 'none of these sent anything' "$(log_size)" "$size"
is 'and no topic was made' "$(kcat -b "$KAFKA_BROKERS" -L -J | jq -r '.topics[].topic' | grep -cxF "$topic-missing" || true)" 0

run full bash -c '"$@" >/dev/full' - "$PRODUCER" --topic "$topic" --log-events "$sample"
is 'standard output that cannot be written: exit status 74' "$status" 74
like '… and it is said' "$(cat "$logs/full.log")" '*No space left on device*'
run dry_full bash -c '"$@" >/dev/full' - "$PRODUCER" --dry-run --log-events "$sample"
is '… in a dry run too' "$status" 74

plan
