#!/usr/bin/env bash
# What the programs tell a service manager, and that its watchdog replaces one that hangs. The service manager is an imitation,
# service_manager.py: this needs no systemd. tests/deb.t does the same with a real one.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

limit=3000
managed() { start "$1" /usr/bin/python3 tests/integration/service_manager.py "$limit" "${@:2}"; } # managed NAME COMMAND…
told() { grep -q -- "$2" "$logs/$1.out"; } # told NAME PATTERN
times() { grep -c -- "$2" "$logs/$1.out" || true; }
told_times() { (($(times "$1" "$2") >= $3)); } # told_times NAME PATTERN TIMES
main_pid() { sed -n 's/^start //p' "$logs/$1.out" | tail -n 1; }
all_assigned() { logged "$1" ' assigned [0-9]* partitions'; }

use_orders 5000
new_case 6
produce
# It asks the broker for 5 s before it looks up again, so it gets more time than the others, and is looked at later.
limit=12000 managed nowhere "$CONSUMER" --topic "$topic" --group "$group-nowhere" --brokers 127.0.0.1:1
events=$(expected_events)

# --- ready when at work, and not before

managed consumer "${consumer[@]}" --batch-size 1000
wait_until 30 told consumer '^READY=1'
like 'order-consumer is ready' "$(grep READY "$logs/consumer.out")" 'READY=1 STATUS=applies the events of 6 partitions'
ok '... when the group has given it partitions' all_assigned consumer
ok '... and the database has answered' sees "application_name = 'order-consumer'"
wait_until 10 told_times consumer '^WATCHDOG=1' 4
ok 'its loop turns: no silence' not told consumer 'no sign of life'
wait_until 30 applied_all
end consumer TERM 10
is 'it ends in good order' "$status $(tail -n 1 -- "$logs/consumer.out")" '0 end 0'
ok '... and says so first' told consumer '^STOPPING=1'
is 'once' "$(times consumer '^READY=1') $(times consumer '^STOPPING=1')" '1 1'

managed nobody env PGPORT=1 "${consumer[@]}"
wait_until 20 told nobody '^STATUS=waits for the database: '
wait_until 20 told_times nobody '^EXTEND_TIMEOUT_USEC=3000000' 3
ok 'without the database it is not ready either' not told nobody 'READY=1\|no sign of life'
end nobody TERM 15

new_case 1
produce
managed first "${consumer[@]}" -X heartbeat.interval.ms=200
wait_until 30 told first '^READY=1'
managed second "${consumer[@]}" -X heartbeat.interval.ms=200
wait_until 30 told second '^READY=1'
has_standby() { told first 'STATUS=standby: ' || told second 'STATUS=standby: '; }
wait_until 10 has_standby
ok 'a member without partitions is ready: it takes over when another one fails' told_times second '^READY=1' 1
end first TERM 10
end second TERM 10

wait_until 30 told_times nowhere '^EXTEND_TIMEOUT_USEC=12000000' 2
like 'without Kafka it says what it waits for' "$(grep -m 1 STATUS "$logs/nowhere.out")" 'STATUS=waits for Kafka: *'
ok '... is not ready, and is given the time that it asks for' not told nowhere 'READY=1\|no sign of life'
end nowhere TERM 15
is '... until somebody ends it' "$status" 0

# --- the watchdog

for how in stopped hanging; do
    new_case 6
    produce
    if [[ $how == stopped ]]; then
        slow_database 100
        managed $how "${consumer[@]}" --batch-size 1000
        wait_until 30 told $how '^READY=1'
        wait_until 30 progressed 1000
        victim=$(main_pid $how)
        kill -STOP "$victim"
        ok 'a consumer is stopped in the middle of its work' in_the_middle $how
    else # librdkafka's threads go on: only the main loop stands still
        managed $how env FAILPOINT='applied, offsets not committed#8' FAILPOINT_ACTION=600000 "$FAILPOINT_CONSUMER" --topic "$topic" \
            --group "$group" --batch-size 1000
        wait_until 30 logged $how 'FAILPOINT\|failpoint'
        victim=$(main_pid $how)
    fi
    wait_until 20 told $how "no sign of life for $limit ms: SIGABRT to $victim\$"
    wait_until 20 told_times $how '^READY=1' 2
    ok "$how: it is replaced" test "$(main_pid $how)" != "$victim"
    is "$how: by SIGABRT" "$(grep -m 1 '^end' "$logs/$how.out")" 'end -6'
    quick_database
    wait_until 40 applied_all
    end $how TERM 15
    is "$how: each event is applied once" "$(sum applied)" "$events"
    [[ $how != stopped ]] || verify_ok "$how: verify"
done

# --- the monitor

managed monitor "$MONITOR" --topic "$topic" --group "$group" --listen 127.0.0.1:0
wait_until 20 told monitor '^READY=1'
like 'order-monitor is ready' "$(grep READY "$logs/monitor.out")" 'READY=1 STATUS=serves http://127.0.0.1:*; Kafka answers, Postgres answers'
url=$(sed -n 's/.* url=//p' "$logs/monitor.log")
is '... and has looked at both' "$(code /readyz)" 200
wait_until 10 told_times monitor '^WATCHDOG=1' 4
kill -STOP "$(main_pid monitor)"
wait_until 20 told_times monitor '^READY=1' 2
ok 'stopped, it is replaced' told monitor '^end -6'
end monitor TERM 10
is 'it ends in good order' "$status $(tail -n 1 -- "$logs/monitor.out") $(times monitor '^STOPPING=1')" '0 end 0 1'

managed alone env PGPORT=1 "$MONITOR" --brokers 127.0.0.1:1 --listen 127.0.0.1:0
wait_until 20 told alone '^READY=1 .*Kafka is away, Postgres is away'
ok 'with both servers away it is ready nevertheless, and reports it' told_times alone '^READY=1' 1
end alone TERM 10
plan
