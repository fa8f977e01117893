#!/usr/bin/env bash
# The page of order-monitor, in a headless Chromium, while a consumer is killed in the middle of a scaled replay: the lag
# rises on it within 2 s, and falls, the numbers are those of psql, and the page reports when the monitor is away.
# Needs scripts/setup check.
#
#   SCREENSHOT=FILE   saves a screenshot of it, 1280 pixels wide, as in docs/monitor.png
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
new_case 6
[[ ! ${SCREENSHOT-} ]] || { topic=order-events group=order-consumers; set_programs; }
start_monitor monitor

# The browser ends with its input; killed, it would leave its processes behind. So that is closed before all else ends.
mkfifo "$logs/asked" "$logs/answered"
/usr/bin/python3 tests/integration/browser.py <"$logs/asked" >"$logs/answered" 2>"$logs/browser.log" &
exec 5>"$logs/asked" 6<"$logs/answered"
# shellcheck disable=SC2154 # code is given a value in the trap itself
trap 'code=$?; trap - ERR; set +e; exec 5>&-; (exit "$code"); finish' EXIT
browse() { # browse COMMAND…: prints the answer
    local answer
    printf '%s\n' "$*" >&5
    read -r -t 60 answer <&6 || { tail -n 3 -- "$logs/browser.log" >&2; return 1; }
    printf '%s\n' "$answer"
}
text() { browse text "$1" | jq -r .; }
shown() { text "#$1" | tr -d ,; } # shown ID: a number
shows() { [[ $(shown "$1") == "$2" ]]; } # shows ID NUMBER
says() { [[ $(text "$1") == *$2* ]]; } # says SELECTOR WORDS

browse size 1280 1180 >/dev/null
browse open "$url" >/dev/null
[[ ${SCREENSHOT-} ]] || ok 'it says that there is no topic yet' wait_until 30 says '#banner' "There is no topic $topic"

# --- a replay, and a killed consumer in its middle

start replay "${producer[@]}" --speed 1000000 # about 350 events a second, for a minute: enough on a busy machine
wait_until 30 not says '#banner' topic
start victim "${consumer[@]}" -X session.timeout.ms=6000 --batch-size 100
ok 'it shows the member that joins' wait_until 30 shows member-count 1
no_banner() { [[ ! $(text '#banner') ]]; }
ok '… and no banner any more' wait_until 30 no_banner
member=$(browse rows '#members' | jq -r '.[0][0]')
works() { (($(shown applied) > 1000)); }
wait_until 60 works
flows() { (($(shown inflow) >= 150 && $(shown inflow) <= 900 && $(shown rate) >= 150 && $(shown rate) <= 900)); }
ok '… and how many come in and are applied a second: about as many as are sent' wait_until 15 flows
browse record >/dev/null
has_recorded() { (($(browse recorded | jq '.lags | length') >= 4)); }
wait_until 30 has_recorded
killed=$(date +%s%3N)
end victim KILL 5
grows() { (($(shown lag) > 1500)); }
ok 'a consumer is killed: the lag grows on the page' wait_until 30 grows
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
ok '… which says who died' wait_until 30 says '#moments' "Member $member is dead"
ok '… and that nobody reads' wait_until 30 says '#members' 'the group has no members'
start first "${consumer[@]}"
start second "${consumer[@]}"
ok 'two others take over' wait_until 30 shows member-count 2
shares() { [[ $(browse rows '#members' | jq -r '[.[][2]] | sort | join("/")') == '0 1 2/3 4 5' ]]; }
ok '… and it shows who owns what' wait_until 30 shares
await replay 120
wait_until 60 applied_all
ok 'the lag falls to 0' wait_until 30 shows lag 0
curve() { browse lag | jq -c '[.[] | numbers] | [max > 1500, last == 0]'; }
is '… as the curve has it: up, and down' "$(curve)" '[true,true]'
is '… a curve a partition' "$(browse curves | jq -r '.[][0]' | paste -sd,)" \
    'partition 0,partition 1,partition 2,partition 3,partition 4,partition 5'
[[ ! ${SCREENSHOT-} ]] || browse shot "$(realpath -m -- "$SCREENSHOT")" >/dev/null

# --- the numbers

same_totals() { [[ $(browse rows '#types' | jq -r '.[] | "\(.[0])|\(.[1] | gsub(","; ""))"') == "$(totals)" ]]; }
ok 'the totals by type are those of psql' wait_until 10 same_totals
succeed again "${producer[@]}"
wait_until 60 applied_all
wait_until 30 shows duplicate "$(sum duplicate)"
is 'the outcomes are those of psql' "applied=$(shown applied) duplicate=$(shown duplicate) redelivered=$(shown redelivered) quarantined=$(shown quarantined)" "$(counters)"
is '… by partition too' "$(browse rows '#partitions' | jq -r '.[] | "\(.[0])|\(.[7])|\(.[8])" | gsub(","; "")')" \
    "$(query "SELECT kafka_partition, applied, duplicate FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')")"
is '… and so are the bars: by type' "$(browse bars types | jq -r '.[0] | join(" ")')" "$(totals | cut -d'|' -f2 | paste -sd' ')"
is '… duplicates and redeliveries' "$(browse bars outcomes | jq -c 'map(add)')" "[$(sum duplicate),$(sum redelivered)]"
is '… and what the group has read, and has not' "$(browse bars partitions | jq -c 'map(add)')" "[$(log_size),0]"
end first TERM 10
end second TERM 10

# --- for everybody

is 'Tab reaches its controls and tables' "$(browse focus)" 7
for scheme in dark light; do
    browse scheme $scheme >/dev/null
    browse size 360 800 >/dev/null
    is "on a phone, $scheme, nothing is wider than the screen" "$(browse overflows)" false
done
is 'the browser reports no error' "$(browse errors)" '[]'

# 40 types with names of 63 letters.
for width in 1280 360; do
    browse size $width 800 >/dev/null
    is "40 types with long names, $width wide: all are in the table, and beside bars" \
        "$(browse types 40 | jq -c '[.rows, .cut, .names, .height >= 60, .width >= 100]')" '[40,0,40,true,true]'
    is '… nothing is wider than the screen' "$(browse overflows)" false
done

# --- more partitions than can be told apart

highest=$(browse lag | jq '[.[] | numbers] | max')
topic_tool --alter --partitions 13
two_curves() { [[ $(browse curves | jq -r '.[][0]' | paste -sd,) == 'all together,the largest' ]]; }
ok 'more than 12 partitions: two curves, the sum and the largest' wait_until 30 two_curves
is '… of the time before too' "$(browse curves | jq '.[0][1]')" "$highest"

# --- without the monitor

end monitor TERM 10
ok 'without the monitor it says so' wait_until 30 says '#banner' 'No connection to the monitor, trying again'
start monitor "$MONITOR" --topic "$topic" --group "$group" --listen "${url#http://}"
ok '… and goes on by itself when it is back' wait_until 30 no_banner
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
like '… and warns in words' "$(text '#banner' | tr -d ,)" "*$deleted records were deleted before they were read*"
is '… and shows the marker of a transaction' "$(shown absent)" 1
ok '… in sight' says .numbers 'Offsets without a record'
is '… and in which partitions' "$(browse rows '#partitions' | jq -r '.[] | "\(.[0])|\(.[11])|\(.[12])" | gsub(","; "")')" \
    "$(query "SELECT kafka_partition, absent, deleted FROM orders.pipeline_status WHERE (consumer_group, topic) = ('$group', '$topic')")"
is '… nothing is wider than the screen' "$(browse overflows)" false
plan
