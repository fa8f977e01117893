#!/usr/bin/env bash
# Records that are not valid events, or known events with a different payload: each is stored where docs/GUARANTEES.md says, unchanged
# and once. All records around it are applied, and scripts/requeue sends it again after a correction.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

quick=(-X session.timeout.ms=6000) # the shortest session that brokers allow by default
use_orders 300
events=$(expected_events)

# --- the matrix: each record among good ones, in one partition, so that its offset is known

new_case 1
mapfile -t event < <("${producer[@]}" --dry-run --log-events 2>"$logs/dry-run.log")
middle=$((events / 2))
window=$(jq -r .eventAt <<<"${event[middle]}")
produce --to "$window"
next_event=$(log_size) # its index: everything before it is in the topic
offset=$next_event

kafka_send() { kcat -P -b "$KAFKA_BROKERS" -t "$topic" -X message.max.bytes=2000000 "$@"; }

good() { # good COUNT: the next events, as the producer would send them
    printf '%s\n' "${event[@]:next_event:$1}" | jq -r '"\(.orderId)|\(tojson)"' | kafka_send -K '|'
    ((offset += $1, next_event += $1))
}

names=() outcomes=() reasons=() keys=() values=() places=()
# record NAME OUTCOME REASON KEY COMMAND…: the command prints the value; KEY - means no key, COMMAND tombstone means no value
record() {
    local file=$logs/record-${#names[@]} key=(-k "$4")
    [[ $4 != - ]] || key=()
    good 2
    if [[ $5 == tombstone ]]; then
        printf '%s|\n' "$4" | kafka_send -Z -K '|'
        values+=('')
    else
        "${@:5}" >"$file"
        if [[ -s $file ]]; then kafka_send "${key[@]}" "$file"; else printf '%s|\n' "$4" | kafka_send -K '|'; fi
        values+=("$(md5sum <"$file" | cut -d' ' -f1)")
    fi
    names+=("$1") outcomes+=("$2") reasons+=("$3") places+=("$offset")
    if [[ $4 == - ]]; then keys+=(none); else keys+=("$(printf '%s' "$4" | basenc --base16 -w 0 | tr A-F a-f)"); fi
    ((offset += 1))
}

# A good event that comes with the producer's second half only: what is made of it must not be applied.
model=${event[events - 1]}
order=$(jq -r .orderId <<<"$model")
change() { jq -c "$@" <<<"$model"; }
repeated() { head -c "$1" /dev/zero | tr '\0' "$2"; }
large_field() { printf '%s"note":"%s"}' "${this%?}," "$(repeated 900000 x)"; }
large_payload() { # blanks, which change no payload
    local start='"payload":{'
    printf '%s%s%s%s' "${this%%"$start"*}" "$start" "$(repeated 900000 ' ')" "${this#*"$start"}"
}
large_city() { printf '%s"city":"%s"}}' "$(change 'del(.payload.city)|.payload.x=1' | sed 's/}}$/,/')" "$(repeated 900000 x)"; }
accepted() { # accepted NAME COMMAND…: the next event, in an unusual form
    local this=${event[next_event + 2]} # behind the two that record sends before it
    record "$1" applied '' "$(jq -r .orderId <<<"$this")" "${@:2}"
    ((next_event += 1))
}
form() { jq "$@" <<<"$this"; }
rejected() { record "$1" quarantined "$2" "$order" "${@:3}"; } # rejected NAME REASON COMMAND…

rejected 'no JSON'              'the value is not JSON'                         echo 'this is no JSON'
rejected 'half JSON'            'the value is not JSON'                         head -c 100 <<<"$model"
rejected '1 MB of ['            'the value is not JSON'                         repeated 1000000 '['
rejected 'two JSON values'      'the value is not JSON'                         printf '%s%s' "$model" "$model"
rejected 'JSON, no object'      'the value is JSON but not an object'              echo '[1,2,3]'
rejected 'an empty value'       'the value is empty'                           printf ''
rejected 'random bytes'         'the value is not valid UTF-8'                 printf '\x89PNG\r\n\x1a\n\0\0\xff\xfe\n'
rejected 'invalid UTF-8'        'the value is not valid UTF-8'                 sed 's/customer/c\xE3/' <<<"$model"
rejected '\u0000 in a text'     'a text contains ?u0000'                       sed 's/"city":"/&a\\u0000/' <<<"$model"
rejected 'a tombstone'          'the record is a tombstone: it has no value'   tombstone
record   'a null key' quarantined "the record's key is not its orderId $order" -  change .
record   'another key' quarantined "the record's key is not its orderId $order" another change .
record   'the key in other case' quarantined "the record's key is not its orderId $order" "${order^^}" change .
rejected 'an unknown type'      'eventType is unknown: ORDER_EATEN' change '.eventType="ORDER_EATEN"'
rejected 'a type cut in a letter' 'eventType is unknown: xx*é?'     change '.eventType="xx"+"é"*40'
rejected 'a type that would move the cursor' 'eventType is unknown: ?\[2J?' change '.eventType="\u001b[2J\n"'
rejected 'a type that would, in one character' 'eventType is unknown: ??2J' change '.eventType="\u009b2J"'
rejected 'another id'           'eventId does not match the content, whose id is *' change '.eventId|=sub("....$";"0000")'
rejected 'an id of version 4'   'eventId does not match the content, whose id is *' change '.eventId="0f8fad5b-d9cb-469f-a165-70867728950e"'
rejected 'an id that is no UUID' 'eventId is not a lower-case UUID: 7'             change '.eventId="7"'
rejected 'an id in capitals'    'eventId is not a lower-case UUID: *'             change '.eventId|=ascii_upcase'
rejected 'another time'         'eventId does not match the content, whose id is *' change '.eventAt="2017-01-01T00:00:00"'
rejected 'a time with a zone'   'eventAt is not a time of the form *Z'            change '.eventAt+="Z"'
for field in eventId eventType eventAt orderId; do
    rejected "no $field"        "$field is missing or not a string"               change "del(.$field)"
    rejected "$field a number"  "$field is missing or not a string"               change ".$field=7"
done
rejected 'no payload'           'payload is missing or not an object'              change 'del(.payload)'
rejected 'payload a text'       'payload is missing or not an object'              change '.payload="x"'
rejected 'region a number'      'payload.region is not a text of 1 to 128 bytes'   change '.payload.region=7'
rejected 'sellers a text'       'payload.sellers is not an array'                  change '.payload.sellers="x"'
rejected 'a city of 900 KB'     'payload.city is not a text of 1 to 128 bytes'    large_city
rejected 'a key twice'          'the key orderId appears twice in one object'   sed 's/"orderId"/"orderId":"x",&/' <<<"$model"
rejected 'a key twice, within'  'the key region appears twice in one object'    sed 's/"payload":{/&"region":"XX","region":"XX",/' <<<"$model"
rejected 'an order id with a space' 'orderId is not 1 to 64 printable ASCII characters: a b' change '.orderId="a b"'
accepted 'unknown fields'       form -c '.traceId=7|.source={"x":[1,null]}'
accepted 'a version field'      form -c '.version=2'
accepted 'fields in another order' form -c 'to_entries|reverse|from_entries'
accepted 'blanks and lines'     form .
accepted 'a field of 900 KB'    large_field
accepted 'a payload of 900 KB'  large_payload
good 5

consume --log-events
log=$logs/consumer-$runs
declare -A outcome=() reason=() kept=()
while read -r name _ place _; do outcome[${place#offset=}]=$name; done <"$log.out"
while IFS='|' read -r place key value why; do
    kept[$place]="$key $value" reason[$place]=$why
done < <(query "SELECT kafka_offset, coalesce(encode(key, 'hex'), 'none'), md5(payload), reason FROM orders.quarantined_records
                 WHERE (consumer_group, topic, log, kafka_partition) = ('$group', '$topic', 1, 0)")
for i in "${!names[@]}"; do
    place=${places[i]}
    is "${names[i]}: ${outcomes[i]}" "${outcome[$place]-nothing}" "${outcomes[i]}"
    [[ ${outcomes[i]} == quarantined ]] || continue
    like "${names[i]}: why" "${reason[$place]-}" "${reasons[i]}"
    is "${names[i]}: kept as it came" "${kept[$place]-nothing}" "${keys[i]} ${values[i]}"
done
bad=$(printf '%s\n' "${outcomes[@]}" | grep -c quarantined)
is 'the records around them are applied' "$(counters)" "applied=$next_event duplicate=0 redelivered=0 quarantined=$bad"
is 'nothing else is quarantined' "${#kept[@]}" "$bad"
ok 'the invariants hold' invariants_hold
is 'nothing conflicts' "$(query 'SELECT count(*) FROM orders.event_conflicts')" 0
controls() { LC_ALL=C grep -cP '[\x00-\x1F\x7F]|\xC2[\x80-\x9F]' || (($? == 1)); } # lines with control characters, of standard input
between 'records hold control characters' "$(cat -- "$logs"/record-* | controls)" 1 1000
is '... which are in no log' "$(controls <"$log.log")" 0
is '... in no line of --log-events' "$(controls <"$log.out")" 0
is '... in no row of the view that shows them' "$(query 'TABLE orders.quarantine' | controls)" 0
is '... which shows all' "$(query 'SELECT count(*) FROM orders.quarantine')" "$bad"

# --- requeue

requeue() { run requeue scripts/requeue --topic "$topic" --group "$group" "$@"; } # sets status
sent_again() { query "SELECT count(*) FROM orders.quarantined_records WHERE requeued_at IS NOT NULL"; }
place_of() { # place_of NAME: its offset
    local i
    for i in "${!names[@]}"; do [[ ${names[i]} != "$1" ]] || printf '%s\n' "${places[i]}"; done
}
size=$(log_size)
requeue
is 'requeue without a selection: usage' "$status" 64
requeue --offset 1x
is '... by a number' "$status" 64
requeue --all --brokers 127.0.0.1:1
is 'without a broker: status 69' "$status" 69
is '... and nothing is marked' "$(sent_again)" 0
requeue --all -X dump
is 'requeue refuses -X dump' "$status $(sent_again)" '64 0'
mkdir -- "$logs/bin"
printf '#!/bin/sh\n%s "$@" -X dump >%s\nexit 1\n' "$(command -v kcat)" "$logs/dump" >"$logs/bin/kcat"
chmod +x "$logs/bin/kcat"
printf 'acks=1\npartitioner=random\nclient.id=of-the-file\n' >"$logs/weak.properties"
KAFKA_PROPERTIES_FILE=$logs/weak.properties PATH=$logs/bin:$PATH requeue --all -X topic.acks=0 -X max.in.flight=5 -X linger.ms=7
is 'properties cannot weaken the settings for delivery' "$(grep -E \
    '^(request.required.acks|partitioner|max.in.flight|client.id|queue.buffering.max.ms)' "$logs/dump" | sort)" \
    'client.id = of-the-file
max.in.flight.requests.per.connection = 1
partitioner = murmur2_random
queue.buffering.max.ms = 7
request.required.acks = -1'
is '... and what kcat did not send is not marked' "$status $(sent_again)" '69 0'
requeue --all -X message.timeout.ms=1 -X acks=1 --topic "$topic-x"
is 'it is not an error if there is nothing to send' "$status $(cat "$logs/requeue.out")" "0 requeue: 0 records sent to topic $topic-x again"
PGHOST=/nowhere requeue --all
is 'no database' "$status" 69
PGOPTIONS='-c default_transaction_read_only=on' requeue --partition 0 --offset "$(place_of 'half JSON')"
is 'sent, but not marked' "$status $(sent_again) $(log_size)" "70 0 $((size + 1))"

# Repaired: one gets its own key, one an event that was not sent.
query "UPDATE orders.quarantined_records SET key = '$order' WHERE kafka_offset = $(place_of 'another key')"
spare=${event[events - 2]}
printf "UPDATE orders.quarantined_records SET key = '%s', payload = convert_to(\$event\$%s\$event\$, 'UTF8') WHERE kafka_offset = %s" \
    "$(jq -r .orderId <<<"$spare")" "$spare" "$(place_of 'half JSON')" >"$logs/repair.sql"
psql -Xq -v ON_ERROR_STOP=1 -f "$logs/repair.sql"
requeue --partition 0 --offset "$(place_of 'another key')"
is 'one record by its place' "$status $(cat "$logs/requeue.out")" "0 requeue: 1 records sent to topic $topic again"
requeue --reason 'eventType is unknown'
is 'some by their reason' "$status $(cat "$logs/requeue.out")" "0 requeue: 4 records sent to topic $topic again"
is '... are remembered, and no others' "$(sent_again)" 5
is '... and they are the chosen ones' "$(query "SELECT count(*) FROM orders.quarantined_records
    WHERE requeued_at IS NOT NULL AND (reason LIKE 'eventType is unknown%' OR kafka_offset = $(place_of 'another key'))")" 5
requeue --all
is 'all: the others' "$status $(cat "$logs/requeue.out")" "0 requeue: $((bad - 5)) records sent to topic $topic again"
requeue --all
is 'all again: nothing is left to send' "$status $(cat "$logs/requeue.out")" "0 requeue: 0 records sent to topic $topic again"
is 'each was sent once, and the one that was not marked twice' "$(log_size)" "$((size + 1 + bad))"
consume
is 'the repaired ones are applied, the others quarantined again' "$(counters)" \
    "applied=$((next_event + 2)) duplicate=0 redelivered=0 quarantined=$((bad + 1 + bad - 2))"
is '... byte for byte, with the same reason' "$(query "
    WITH old AS (SELECT key, payload, reason FROM orders.quarantined_records WHERE kafka_offset < $size
                    AND kafka_offset NOT IN ($(place_of 'another key'), $(place_of 'half JSON'))),
         new AS (SELECT key, payload, reason FROM orders.quarantined_records WHERE kafka_offset > $size)
    SELECT (SELECT count(*) FROM (TABLE old EXCEPT ALL TABLE new) d) || ' ' || (SELECT count(*) FROM (TABLE new EXCEPT ALL TABLE old) d)")" '0 0'
ok 'the invariants hold' invariants_hold
requeue --again --offset "$(place_of 'another key')"
is 'on request, it sends a record a second time' "$status $(cat "$logs/requeue.out")" "0 requeue: 1 records sent to topic $topic again"
produce
consume
like 'the whole replay, and what came twice: duplicates' "$(counters)" "applied=$events duplicate=$((next_event + 2 + 1)) redelivered=0 *"
verify_ok 'verify passes, with a warning of the quarantine'
like '... that says how many' "$(cat "$logs/output")" "*warning quarantined_records holds $((2 * bad - 1)) records of group $group*"

# --- a database that cannot store an event, and its repair

new_case 2
produce
query "ALTER TABLE orders.processed_events ADD CONSTRAINT repair CHECK (order_id <> '$order')"
consume
refused=$(printf '%s\n' "${event[@]}" | grep -cF "\"orderId\":\"$order\"")
is 'only events that cannot be stored are quarantined' "$(counters)" \
    "applied=$((events - refused)) duplicate=0 redelivered=0 quarantined=$refused"
is '... with the database'\''s reason' "$(query "SELECT count(*) FROM orders.quarantined_records
    WHERE reason LIKE '%violates check constraint \"repair\" (SQLSTATE 23514)%'")" "$refused"
between '... found by halves: the others need few transactions' \
    "$(query 'SELECT count(DISTINCT xmin::text) FROM orders.processed_events')" 2 $((20 * refused))
is '... each of them is named in the log' "$(grep -c 'quarantined: new row' "$logs/consumer-$runs.log")" "$refused"
query 'ALTER TABLE orders.processed_events DROP CONSTRAINT repair'
requeue --all
consume
is 'sent again after the repair they are applied' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=$refused"
verify_ok 'verify passes'

# --- progress that breaks a rule of its table: no record is to blame

new_case 1
produce
query 'ALTER TABLE orders.partition_progress ADD CONSTRAINT broken CHECK (next_offset < 10)'
run refused "${consumer[@]}" --exit-at-end
is 'a rule of the progress is broken: the consumer ends' "$status" 78
ok '... it says that no record can cause it' logged refused \
    'violates check constraint "broken" (SQLSTATE 23514) No record can cause this. Run scripts/verify, and report it'
is '... and has quarantined nothing, and applied nothing' \
    "$(query 'SELECT (SELECT count(*) FROM orders.quarantined_records), (SELECT count(*) FROM orders.processed_events)')" '0|0'

# --- a key goes where the producer puts it; conflicts

new_case 3
produce
for ((i = 0; i < 20; i++)); do printf '%s\n' "${event[i * events / 20]}"; done | kafka_send -p 0 -k stray
consume
is 'strays are quarantined' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=20"
query "UPDATE orders.quarantined_records SET key = convert_to(convert_from(payload, 'UTF8')::jsonb ->> 'orderId', 'UTF8')"
requeue --all
consume --log-events
is 'after the repair they are duplicates' "$(counters)" "applied=$events duplicate=20 redelivered=0 quarantined=20"
sed -n 's/^duplicate *partition=\([0-9]*\) .*eventId=/\1 /p' "$logs/consumer-$runs.out" | sort >"$logs/requeued"
query "SELECT kafka_partition || ' ' || event_id FROM orders.processed_events" | sort | comm -12 - "$logs/requeued" >"$logs/at-home"
is '... and in the partition of their orders' "$(wc -l <"$logs/at-home")" 20

before=$(digest)
jq -c '.payload.region="XX"' <<<"${event[0]}" | kafka_send -k "$(jq -r .orderId <<<"${event[0]}")"
repeated 900000 x >"$logs/note"
jq -c --rawfile note "$logs/note" '.payload.note=$note' <<<"${event[1]}" | kafka_send -k "$(jq -r .orderId <<<"${event[1]}")"
consume
is 'another payload under a known id: a duplicate for the counts' "$(counters)" "applied=$events duplicate=22 redelivered=0 quarantined=20"
is '... that changes no result' "$(digest)" "$before"
is '... and is shown' "$(query "SELECT string_agg(event_id::text, ' ' ORDER BY event_id) FROM orders.conflicts WHERE applied_payload <> other_payload")" \
    "$(printf '%s\n' "${event[@]:0:2}" | jq -r .eventId | sort | paste -sd' ')"
is '... and counted' "$(query 'SELECT conflicts FROM orders.conflict_count')" 2
run verify scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
is 'verify fails' "$status" 1
like '... and names it' "$(cat "$logs/verify.out")" '*FAILED: 1 of * checks: no conflicts*'

# --- nothing but garbage

garbage=200000
new_case 2
produce
awk -v n=$garbage -v model="$model" 'BEGIN {
    for (i = 0; i < n; i++)
        printf "%d|%s %d\n", i, i % 4 == 0 ? "garbage \x1b[2J" : i % 4 == 1 ? substr(model, 1, 200) : i % 4 == 2 ? "[[[[[[[[" : model, i }' \
    >"$logs/garbage"
kafka_send -K '|' <"$logs/garbage"
start first "${consumer[@]}" "${quick[@]}"
wait_until 30 progressed $((garbage / 4))
ok 'garbage: the first consumer is killed in the middle' in_the_middle first
send first KILL
await first 10
start second "${consumer[@]}" "${quick[@]}"
wait_until 30 progressed $((garbage / 2))
peak() { awk '/^VmHWM/ { print $2 }' "/proc/${pid[second]}/status"; } # of its memory, in KiB
from=$(progress) began=${EPOCHREALTIME/./} memory=$(peak)
wait_until 60 applied_all
took=$((${EPOCHREALTIME/./} - began))
diag "garbage: $((($(progress) - from) * 1000000 / took)) records/s quarantined, $(peak) KiB at most"
between 'memory does not grow with what is quarantined (KiB)' "$(($(peak) - memory))" -1024 16384
end second TERM 10
is 'it ends in good order' "$status" 0
between 'the log stays short' "$(cat "$logs"/{first,second}.log | wc -l)" 20 2000
ok '... and says how many it does not name' logged second 'quarantined: [0-9]* more records of this batch'

quarantined_once() { # quarantined_once NAME
    like "$1: each is quarantined once" "$(counters)" "applied=$events duplicate=0 redelivered=* quarantined=$garbage"
    query "COPY (SELECT convert_from(key, 'UTF8') || '|' || replace(convert_from(payload, 'UTF8'), '\', '\\\\') FROM orders.quarantined_records) TO STDOUT" \
        >"$logs/kept"
    is "$1: as it came" "$(sort "$logs/kept" | md5sum)" "$(sort "$logs/garbage" | md5sum)"
}
quarantined_once 'after a kill'
set_back 20000
redelivered=$(sum redelivered)
consume
quarantined_once 'after offsets were set back'
is 'they are redelivered' "$(($(sum redelivered) - redelivered))" 40000
ok 'the invariants hold' invariants_hold
verify_ok 'verify passes'

# --- status counts them for an operator

export PGDATABASE=order_replay # the stack's own
query "INSERT INTO orders.quarantined_records (consumer_group, topic, log, kafka_partition, kafka_offset, reason)
       VALUES ('$group', '$topic', 1, 0, 0, 'records.t') ON CONFLICT DO NOTHING"
run status scripts/status
query "DELETE FROM orders.quarantined_records WHERE reason = 'records.t'"
is 'status works' "$status" 0
like '... and says how to look at them' "$(cat "$logs/status.out")" '*TABLE orders.quarantine*scripts/requeue*'

plan
