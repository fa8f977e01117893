#!/usr/bin/env bash
# The same results whoever consumes, however often it is killed, in whatever order and by however many partitions
# the events come.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

RANDOM=${SEED:-20171004}
use_orders 10000
events=$(expected_events)

same() { # same NAME
    is "$1: the same digest" "$(digest)" "$reference"
    is "$1: each event is applied once" "$(sum applied)" "$events"
    ok "$1: the invariants hold" invariants_hold
    verify_ok "$1: verify"
}

new_case 6
produce
consume
reference=$(digest)
same 'one consumer'

new_case 6
"$PRODUCER" --topic "$topic" --create-topic=6 --to 1971-01-01 "$orders" 2>"$logs/create.log" # makes the topic, sends nothing
joined=(-X heartbeat.interval.ms=200) # members hear sooner of others that join
for name in one two three; do start "$name" "${consumer[@]}" "${joined[@]}"; done
for name in one two three; do wait_until 30 logged "$name" 'assigned 2 partitions'; done
produce
wait_until 60 applied_all
for name in one two three; do
    end "$name" TERM 10
    is "three consumers: $name ends in good order" "$status" 0
done
is 'three consumers: they shared the work' "$(logs_with 'total *received=[1-9]' one two three)" 3
same 'three consumers'

new_reader
slow_database 10
start early "${consumer[@]}" "${joined[@]}" --batch-size 100
wait_until 30 progressed 0
start late "${consumer[@]}" "${joined[@]}" --batch-size 100
wait_until 30 logged late 'assigned 3 partitions'
wait_until 30 progressed "$(progress)"
ok 'the first leaves in the middle' in_the_middle early
end early TERM 10
is 'the first leaves in the middle: in good order' "$status" 0
wait_until 60 applied_all
end late TERM 10
is 'the first leaves in the middle: both had work' "$(logs_with 'total *received=[1-9]' early late)" 2
is 'the first leaves in the middle: nothing is redelivered' "$(sum redelivered)" 0
same 'the first leaves in the middle'

# A static member: the group gives a restarted one its partitions at once, not after the session of the killed one.
new_reader
slow_database 10
stubborn=("${consumer[@]}" --batch-size 20 -X group.instance.id="$group")
for ((kill = 1; kill <= 10; kill++)); do
    start "killed-$kill" "${stubborn[@]}"
    wait_until 30 progressed "$(progress)"
    sleep "0.0$((RANDOM % 100))"
    ok "kill $kill lands in the middle" in_the_middle "killed-$kill"
    end "killed-$kill" KILL 10
    ok "kill $kill left work" not applied_all
done
succeed survivor "${stubborn[@]}" --exit-at-end --batch-size 5000
same 'killed ten times'

for count in 1 3; do
    new_case "$count"
    produce
    consume
    same "partitions: $count"
done

new_case 6
produce --order=file
consume
same 'file order'

new_case 6
produce --duplicates 0.3 --seed 7
consume
between 'duplicates: about three in ten' "$(sum duplicate)" $((events * 25 / 100)) $((events * 35 / 100))
same 'duplicates'

plan
