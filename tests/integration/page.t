#!/usr/bin/env bash
# The page of order-monitor, in a headless Chromium, in the middle of a scaled replay: a consumer is killed, and the lag rises on the
# page within 2 s; of three consumers one is killed, and its lanes change hands. The headline says so. The numbers are those of psql.
# At 1280 and 390 pixels, light and dark, in English and Korean nothing overflows, and axe-core finds nothing. Needs scripts/setup check.
#
#   SCREENSHOT=FILE   saves a screenshot of it, 1280 pixels wide: SCREENSHOT=docs/monitor.png
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

axe=.deps/axe.min.js
use_orders 5000
new_case 6
[[ ! ${SCREENSHOT-} ]] || { topic=order-events group=order-consumers; set_programs; }
start_monitor monitor

. "$(dirname -- "${BASH_SOURCE[0]}")/browser.sh"

browse size 1280 1180 >/dev/null
browse open "$url" >/dev/null
if [[ ! ${SCREENSHOT-} ]]; then
    ok 'the headline says that there is no topic yet' wait_until 30 heads "There is no topic $topic"
    like '… why that may be, and what to do' "$(text '#headline-detail')" '*its own monitor, and prints the address of that monitor*order-producer*'
    ok '… and so does an empty chart' says '#lag-chart + .empty' 'there is no topic'
fi

# --- a replay, and a killed consumer in its middle

start replay "${producer[@]}" --speed 700000 # about 250 events a second, for a minute and a half: enough on a busy machine
ok 'a replay without a consumer: the headline says so, and since when' wait_until 30 heads 'No consumer is reading, and records wait, since'
like '… and the title of the tab' "$(browse title | jq -r .)" "✖ No consumer is reading*$topic"
start victim "${consumer[@]}" -X session.timeout.ms=6000 --batch-size 100
ok 'it shows the member that joins' wait_until 30 shows member-count 1
ok '… and the headline that all is well' wait_until 30 heads 'All is well'
member=$(status_of '.kafka.members[0].id')
is '… by a short name' "$(browse rows '#members' | jq -r '.[0][0]')" "order-consumer@127.0.0.1 $member"
is '… and by its id if that is focused' "$(browse full '#members .name' | jq -r . | paste -sd' ')" "order-consumer@127.0.0.1 $member"
works() { (($(shown applied) > 1000)); }
wait_until 60 works
flows() { (($(shown inflow) >= 100 && $(shown inflow) <= 700 && $(shown rate) >= 100 && $(shown rate) <= 700)); }
ok '… and how many come in and are applied a second: about as many as are sent' wait_until 15 flows
before=$(markers)
ok 'the three markers of each lane move' wait_until 30 moved "$before"
of_api() { fetch /api/status | jq -c '[.kafka.partitions[] | .high >= 0] | length'; }
is '… as many lanes as partitions' "$(lanes length)" "$(of_api)"
browse record >/dev/null
has_recorded() { (($(browse recorded | jq '.lags | length') >= 4)); }
wait_until 30 has_recorded
killed=$(date +%s%3N)
end victim KILL 5
grows() { (($(shown lag) > 1000)); }
ok 'a consumer is killed: the headline says that it makes no progress' wait_until 30 heads 'A consumer makes no progress, since'
ok '… the lag grows on the page' wait_until 30 grows
# The lag has risen once it is above its former value and does not fall again. The limit is longer by the time that the
# machine was busy, counted twice: the monitor had to wait before the page did.
rise=$(browse recorded | jq -r --argjson killed "$killed" '
    ([.lags[] | select(.[0] <= $killed)][-1:] + [.lags[] | select(.[0] > $killed)]) as $seen |
    ([range(1; $seen | length) | select($seen[.][1] < $seen[. - 1][1] or $seen[.][1] <= $seen[0][1])] | max // 0) as $i |
    $seen[$i + 1][0] as $risen |
    "\($risen - $killed) \([.waits[] | select(.[0] > $killed and .[0] <= $risen)[1]] | add // 0)"')
read -r rise_ms wait_ms <<<"$rise"
printf '# the lag had risen %s ms after the kill; the machine let the page wait for %s ms of them\n' "$rise_ms" "$wait_ms"
between '… within 2 s, in ms' "$rise_ms" 0 $((2000 + 2 * wait_ms))
ok '… it says who died' wait_until 30 says '#moments' 'order-consumer@127.0.0.1 died'
ok '… that nobody reads' wait_until 30 says '#members' 'the group has no members'
ok '… and the headline both' heads 'No consumer is reading'
ok '… the worse first' says '#problems' 'A consumer died, at'
marks_death() { [[ $(browse mark died | jq -r .) == '† '*'order-consumer@127.0.0.1 died'* ]]; }
ok '… and a mark above the chart that can be focused' wait_until 10 marks_death

# --- three consumers, and one of them is killed

start first "${consumer[@]}" -X heartbeat.interval.ms=1000
start second "${consumer[@]}" -X heartbeat.interval.ms=1000
start third "${consumer[@]}" -X session.timeout.ms=6000 -X heartbeat.interval.ms=1000
ok 'three others take over' wait_until 30 shows member-count 3
shares() { [[ $(browse rows '#members' | jq -r '[.[][1]] | sort | join("/")') == '0 1/2 3/4 5' ]]; }
ok '… and it shows who owns what' wait_until 30 shares
names() { lanes '[.[].name] | unique | length'; }
is '… in the lanes by three names' "$(names)" 3
is '… and three colours' "$(lanes '[.[].colour] | unique | length')" 3
ok 'records that waited are read: all is well' wait_until 60 heads 'All is well'
before=$(owners)
killed=$SECONDS
end third KILL 5
ok 'one of three is killed: its lanes change hands' wait_until 30 changed_hands "$before"
printf '# after %s s\n' $((SECONDS - killed))
between '… within 12 s' $((SECONDS - killed)) 0 12
ok '… and say who had them' says '#lanes' '← was order-consumer@127.0.0.1'
ok '… the headline says that a consumer died' wait_until 10 heads 'A consumer died, at'
if [[ ${SCREENSHOT-} ]]; then
    browse size 1280 1240 >/dev/null
    browse top >/dev/null
    browse shot "$(realpath -m -- "$SCREENSHOT")" >/dev/null
fi
await replay 180
wait_until 60 applied_all
ok 'the lag falls to 0' wait_until 30 shows lag 0
ok '… and then all is well' wait_until 60 heads 'All is well'
is '… with nothing else to say' "($(browse content '#problems' | jq -r .))" '()'
curve() { browse lag | jq -c '[.[] | numbers] | [max > 1000, last == 0]'; }
is '… as the curve has it: up, and down' "$(curve)" '[true,true]'
is '… a curve for all, and one a partition' "$(browse curves | jq -r '.[][0]' | paste -sd,)" \
    'all together,partition 0,partition 1,partition 2,partition 3,partition 4,partition 5'
is '… and the legend shows the lines as they are drawn' "$(browse legend | jq -c '(.shown | length), .shown == .drawn')" $'7\ntrue'
round_ticks() { browse ticks | jq -c '[.[] / 1000] | length >= 2 and (.[1] - .[0]) as $step | all(. % $step == 0)'; }
is '… the times on the axis are round' "$(round_ticks)" true

# --- the numbers

same_totals() { [[ $(browse rows '#types' | jq -r '.[] | "\(.[0])|\(.[1] | gsub(","; ""))"') == "$(totals)" ]]; }
ok 'the totals by type are those of psql' wait_until 10 same_totals
succeed again "${producer[@]}"
wait_until 60 applied_all
wait_until 30 shows duplicate "$(sum duplicate)"
end first TERM 10
end second TERM 10
set_back 7
consume
wait_until 30 shows redelivered "$(sum redelivered)"
between 'the offsets are set back: records are redelivered' "$(sum redelivered)" 1 1000
is 'the outcomes are those of psql' "applied=$(shown applied) duplicate=$(shown duplicate) redelivered=$(shown redelivered) quarantined=$(shown quarantined)" "$(counters)"
by_partition=$(query "SELECT kafka_partition, next_offset, applied, duplicate, redelivered FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')")
is '… by partition too' "$(browse rows '#partitions' | jq -r '.[] | "\(.[0])|\(.[4])|\(.[6])|\(.[7])|\(.[8])" | gsub(","; "")')" "$by_partition"
is '… and beside the lanes' "$(browse lanes | jq -r 'to_entries[].value | "\(.partition)|\(.next)|\(.duplicate)|\(.redelivered)"')" \
    "$(cut -d'|' -f1,2,4,5 <<<"$by_partition")"
is '… which say it' "$(browse lanes | jq -r '.["0"].text | gsub(","; "") | gsub("[^0-9]+"; " ") | ltrimstr(" ")')" "$(sed -n 's/^0|[0-9]*|[0-9]*|\([0-9]*\)|\([0-9]*\)$/\1 \2/p' <<<"$by_partition")"
is '… and draw what repeats in each lane' "$(lanes '[.[] | .glyphs | all(. > 0)] | unique')" '[true]'

# --- one order

order=$(query "SELECT order_id FROM orders.order_events GROUP BY order_id ORDER BY count(*) DESC, order_id LIMIT 1")
browse search "$order" >/dev/null
timeline() { text '#order-events' | tr '\n' ' '; }
kcat -C -e -q -b "$KAFKA_BROKERS" -t "$topic" -f '%k|%p|%o|%s\n' | sed -n "s/^$order|//p" | sort -t '|' -k1n -k2n >"$logs/records"
has_events() { [[ $(text '#order-text') == "Order $order. Events: $(query "SELECT count(*) FROM orders.order_events WHERE order_id = '$order'"). Records in the log: $(wc -l <"$logs/records")" ]]; }
ok 'an order is found by its id, in Postgres and in the log' wait_until 10 has_events
expected=$(query "SELECT format('%s|%s %s · partition %s, offset', event_id, event_type, date_trunc('second', event_at), kafka_partition) FROM orders.order_events WHERE order_id = '$order' ORDER BY event_at, event_type" |
    while IFS='|' read -r id line; do
        offsets=$(sed -n "s/^[0-9]*|\([0-9]*\)|.*\"eventId\":\"$id\".*/\1/p" "$logs/records" | paste -sd, | sed 's/,/, /g')
        [[ $offsets != *,* ]] || line+=s
        printf '%s %s ' "$line" "$offsets"
    done)
is '… its events, times and partitions are those of psql, its offsets those of kcat' "$(timeline | sed -E 's/([0-9]),([0-9])/\1\2/g')" "$expected"
like '… among them repeated ones' "$expected" '*, offsets *, *'
browse search nobody >/dev/null
ok 'an order that is not there: it says so' wait_until 10 says '#order-text' 'The database has no events of order nobody'
browse search 'two words' >/dev/null
ok 'what is no id: it says so' wait_until 10 says '#order-text' 'An order id has 1 to 64'

# --- quarantine and conflicts

evil='<img src=x onerror=alert(1)>'
printf '%s|%s\n' "$evil" "$evil" | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -p 3 -K '|'
consume
quarantined() { [[ $(browse rows '#quarantine' | jq -r '.[] | .[:5] | join("|") | gsub(","; "")') == "$(query "SELECT kafka_partition, kafka_offset, reason, key, payload_start FROM orders.quarantine WHERE (consumer_group, topic) = ('$group', '$topic')")" ]]; }
ok 'a quarantined record: it shows the reason, and the bytes as text' wait_until 30 quarantined
like '… which are no elements' "$(browse rows '#quarantine' | jq -r '.[0][4]') $(browse content '#quarantine' | grep -c '<img' || true)" "$evil*"
ok '… and the headline says it' wait_until 10 heads 'Records were quarantined, at'
head -n 40 -- "$orders" >"$logs/few.csv"
succeed without "$PRODUCER" --topic "$topic" "$logs/few.csv"
consume
conflicts=$(query 'SELECT conflicts FROM orders.conflict_count')
between 'other payloads give conflicts' "$conflicts" 1 100000
ok '… which the card has, as of the database' wait_until 30 shows conflicts "$conflicts"
ok '… and the headline' heads 'The database has conflicts, since'
lists_conflicts() { [[ $(browse rows '#conflict-table' | jq length) == $((conflicts < 50 ? conflicts : 50)) ]]; }
ok '… the newest are listed' wait_until 30 lists_conflicts

# --- what the headline says of made-up states: the first problem, then the others

fetch /api/status | jq -c '.kafka.members = [{id: "c-1234", client: "c", host: "/h", stalled: false, partitions: [0]}] | .postgres.conflicts = 0 | .postgres.partitions[].quarantined = 0 |
    .postgres.partitions[].deleted = 0' >"$logs/status.json"
sample='{number: 1, at: 1000, kafkaAt: 1000, members: 1, high: [10], lag: [0], postgresAt: 1000, deleted: 0, uncounted: 0, quarantined: 0, conflicts: 0}'
while IFS=';' read -r name filter expected; do
    jq -c "{status: ., samples: [range(30) as \$i | $sample | .at = 1000 * (\$i + 1) | .kafkaAt = .at | .postgresAt = .at], moments: []} | .status.at = 30000 | $filter" \
        "$logs/status.json" >"$logs/judged.json"
    is "$name" "$(browse judge "$logs/judged.json" | jq -r '[.level, (.title | gsub(", (since|at) .*"; "")), (.problems[] | .key)] | join("/")')" "${expected//TOPIC/$topic}"
done <<'END'
nothing wrong;.;good/All is well
before the first look;.status.number = 0;idle/Looking at Kafka and Postgres
Kafka away;.status.kafka.up = false;bad/Kafka is away
both away;.status.kafka.up = false | .status.postgres.up = false;bad/Kafka is away/postgresAway
no topic;.status.kafka.hasTopic = false | .status.kafka.partitions = [];idle/There is no topic TOPIC yet
nobody reads, nothing waits;.status.kafka.members = [];good/All is well
nobody reads, records wait;.status.kafka.members = [] | .status.kafka.partitions[0].lag = 5;bad/No consumer is reading, and records wait
members that cannot be seen, records wait;.status.kafka.members = [] | .status.kafka.groupState = "Unknown" | .status.kafka.partitions[0].lag = 5;good/All is well
a death;.moments = [{kind: "died", at: 20000, member: "c-9", client: "c", host: "/h"}];bad/A consumer died
a death long ago;.moments = [{kind: "died", at: -20000, member: "c-9", client: "c", host: "/h"}];good/All is well
a stall after a death;.moments = [{kind: "died", at: 20000, member: "c-9", client: "c", host: "/h"}] | .status.kafka.members[0].stalled = true;bad/A consumer died/stalled
the lag grows;.samples |= [.[] | .high = [.at] | .lag = [.at / 2]];warn/The lag grows
a long lag that falls;.samples |= [.[] | .high = [100000] | .lag = [100000 - .at]] | .status.kafka.partitions[0].lag = 70000;good/All is well
conflicts;.status.postgres.conflicts = 3;warn/The database has conflicts
new in quarantine;.status.postgres.partitions[0].quarantined = 2 | .samples[20:][].quarantined = 2;warn/Records were quarantined
old in quarantine;.status.postgres.partitions[0].quarantined = 2 | .samples[].quarantined = 2;good/All is well
deleted, and wrong counts;.status.postgres.partitions[0].deleted = 1 | .status.postgres.partitions[0].uncounted = 1;bad/The counts of the database do not add up/deleted
END
jq -c '.kafka.up = false | .kafka.reason = "gone" | .kafka.at = 1000 | .postgres.up = false | .postgres.at = 0 | .postgres.partitions = [] | .postgres.types = []' "$logs/status.json" >"$logs/away.json"
like 'Kafka away: the cards say so instead of 0, and what the number was, and when' \
    "$(browse show "$logs/away.json" '[data-from=kafka]' | jq -r . | paste -sd' ')" 'Lag, in records Kafka is away last 0, at ??:??:01'
like '… and where nothing was seen, that Postgres is away, and no 0' "$(browse show "$logs/away.json" '#applied' | jq -r .)" 'Postgres is away'
like '… the times are those of the last answers' "$(browse show "$logs/away.json" '#seen' | jq -r .)" 'Kafka answered at ??:??:01, Postgres at –.'

# --- for everybody

is 'Tab reaches its controls, lists and tables' "$(browse focus | jq -r 'join(" ")')" \
    'conflicts-title lag-title log-title members-title moments-title order-title partitions-title quarantine-title rate-title types-title'
is 'the arrow keys go from lane to lane' "$(browse keys '.lane[data-partition="0"]')" '"1"'
for motion in reduce no-preference; do
    browse motion "$motion" >/dev/null
    is "markers glide: $motion" "$(browse glides)" "$([[ $motion == reduce ]] && echo '"0s"' || echo '"0.4s"')"
done
is 'the languages have the same texts' "$(browse texts)" '[]'
for language in ko en; do
    browse language "$language" >/dev/null
    browse open "$url" >/dev/null
    wait_until 30 shows duplicate "$(sum duplicate)"
    is "$language: no text of the page is in another language" "$(browse untranslated)" '[]'
    for width in 1280 390; do
        browse size "$width" 900 >/dev/null
        for scheme in dark light; do
            browse scheme "$scheme" >/dev/null
            is "$language, $width pixels, $scheme: nothing is wider than its place" "$(browse overflows)" '[]'
            is '… and axe-core finds nothing' "$(browse contrast "$axe")" '[]'
            browse shot "$BUILD/monitor-$language-$width-$scheme.png" >/dev/null
        done
    done
    [[ $language == en ]] || like 'in Korean the headline is Korean' "$(text '#headline')" '데이터베이스에 충돌이 있습니다, *부터'
done
is 'the browser reports no error' "$(browse errors)" '[]'
is 'the version is that of the program' "$(text '#version')" "$("$MONITOR" --version)"

for width in 1280 390; do # 40 types with names of 63 letters, and 60 partitions
    browse size $width 800 >/dev/null
    is "40 types with long names, $width wide: all are in the table" "$(browse types 40 | jq -c '[.rows, .cut]')" '[40,0]'
    is '… nothing is wider than the screen' "$(browse overflows)" '[]'
    is '60 partitions: the lists are no higher than the window' "$(browse lane_heights | jq '.lane > 10 and .list < 800 and .table < 800')" true
done
browse size 1280 1180 >/dev/null

# --- more partitions than can be told apart

highest=$(browse lag | jq '[.[] | numbers] | max')
topic_tool --alter --partitions 13
two_curves() { [[ $(browse curves | jq -r '.[][0]' | paste -sd,) == 'all together,the largest' ]]; }
ok 'more than 12 partitions: two curves, the sum and the largest' wait_until 30 two_curves
is '… of the time before too' "$(browse curves | jq '.[0][1]')" "$highest"

# --- without the monitor

end monitor TERM 10
ok 'without the monitor it says so' wait_until 30 heads 'No connection to the monitor'
start monitor "$MONITOR" --topic "$topic" --group "$group" --listen "${url#http://}"
ok '… and goes on by itself when it is back' wait_until 30 not heads 'No connection'
ok '… with its numbers' wait_until 30 shows applied "$(sum applied)"

# --- offsets without a record, and records that were deleted before they were read

ok 'a count of zero is not shown: offsets without a record' not says .numbers 'without a record'
ok '… nor deleted records' not says .numbers 'Deleted before read'
wait_until 60 in_transaction 0 key 'no event' # the first time, the coordinator takes a while
succeed again "${producer[@]}"
delete_records 1 -1
consume
deleted=$(sum deleted)
between 'records of one partition were deleted' "$deleted" 1 1000000
ok 'it shows them' wait_until 30 shows deleted "$deleted"
ok '… in sight' says .numbers 'Deleted before read'
like '… and the headline warns in words' "$(text '#headline') $(text '#headline-detail' | tr -d ,)" "Records were deleted before they were read, since * Records: $deleted.*scripts/verify*"
ok '… and shows the marker of a transaction' wait_until 30 shows absent 1
ok '… in sight' says .numbers 'Offsets without a record'
is '… and in which partitions' "$(browse rows '#partitions' | jq -r '.[] | "\(.[0])|\(.[10])|\(.[11])" | gsub(","; "")' | grep -v '|0|0$')" \
    "$(query "SELECT kafka_partition, absent, deleted FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic') AND absent + deleted > 0")"
is '… nothing is wider than its place' "$(browse overflows)" '[]'
plan
