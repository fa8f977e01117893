# shellcheck shell=bash
# shellcheck disable=SC2154 # scripts/lab or the shell of the lab sets them
# Commands of the shell that works on lab 12. $program has the program: order-consumer, and the scripts and SQL that go with it. Each step
# ends at the end of the topic, and then prints what Kafka, the views and verify show.
program=${program:-$lab_state/program}

consumer() { "$program/order-consumer" -X session.timeout.ms=6000 "$@" 2>>"$logs/consumer.log"; } # consumer [OPTION…]
verify() { "$program/scripts/verify" -t "$ORDER_TOPIC" -g "$ORDER_GROUP" --orders tests/data/sample; }
send() { "${ORDER_BUILD:-build}/order-producer" "$@" tests/data/sample 2>>"$logs/producer.log"; } # send [OPTION…]
to_the_end() { consumer --exit-at-end; look; }

# --- what can be seen

look() {
    printf 'offsets: '
    offsets
    psql -XAtqc "SELECT format('received %s: applied %s, duplicate %s, redelivered %s; offsets absent %s, deleted %s', sum(received), sum(applied),
                               sum(duplicate), sum(redelivered), sum(absent), sum(deleted)) FROM orders.pipeline_status"
    verify | tail -n 1
}

# The offsets committed in Kafka, by the monitor, and the next offsets in Postgres: sums over the partitions.
offsets() {
    local committed applied
    has_looked
    committed=$(seen '[.kafka.partitions[].committed // 0] | add')
    applied=$(psql -XAtqc 'SELECT coalesce(sum(next_offset), 0) FROM orders.pipeline_status WHERE newest')
    printf 'Kafka %s, Postgres %s' "$committed" "$applied"
    if ((committed > applied)); then printf ', Kafka is %d ahead' $((committed - applied)); fi
    if ((committed < applied)); then printf ', Postgres is %d ahead' $((applied - committed)); fi
    printf '\n'
}
seen() { curl -sf --max-time 5 "$MONITOR_URL/api/status" | jq -r "$1"; } # seen FILTER
has_looked() { # until the monitor has looked at all that was done before; it looks once a second
    local before
    before=$(seen .number)
    await 10 "((\$(seen .number) > $before + 1))"
}

# --- the steps

# Sends the sample, and applies it.
replay() { send && to_the_end; }
replay_again() { replay; }

# While the first batch of 100 waits for a lock in the database, and the consumer has read ahead, it is killed.
kill_midway() { in_the_middle KILL; to_the_end; }

# The same, but it is asked to stop. It gets the lock then, so it can finish its batch.
stop_midway() { in_the_middle TERM; to_the_end; }

in_the_middle() { # in_the_middle SIGNAL
    (
        send --to 2017-03-01
        PGAPPNAME=holder psql -XAtqc BEGIN -c 'LOCK TABLE orders.event_type_counts IN EXCLUSIVE MODE' -c 'SELECT pg_sleep(600)' >>"$logs/holder.log" 2>&1 &
        holder=$!
        await 10 "sees \"application_name = 'holder' AND wait_event = 'PgSleep'\""
        "$program/order-consumer" -X session.timeout.ms=6000 --batch-size 100 --batch-wait 5000 2>>"$logs/consumer.log" &
        consumer=$!
        await 30 "sees \"application_name = 'order-consumer' AND wait_event_type = 'Lock'\""
        has_looked
        has_looked
        if [[ $1 == KILL ]]; then
            printf 'killed: '
            kill -KILL "$consumer"
            # The server would go on with the statement of a client that is gone. So that session ends before the one with the lock.
            end_sessions order-consumer
            end_sessions holder
        else
            printf 'stopped: '
            kill -TERM "$consumer"
            end_sessions holder
        fi
        wait "$consumer" "$holder" || true
        offsets
    ) 2>>"$logs/step.log"
}
sees() { [[ $(psql -XAtqc "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND $1") != 0 ]]; } # sees CONDITION: a session
end_sessions() { psql -XAtqc "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '$1'" >/dev/null; }

# The database is lost and made again. Kafka still has the group's offsets. Then a month is sent.
lose_database() {
    psql -Xqc 'DROP SCHEMA orders CASCADE' 2>>"$logs/step.log"
    "$program/scripts/migrate" 2>>"$logs/step.log"
    send --to 2017-02-01
    to_the_end
}

# A month is sent, and what partition 0 has of it is deleted before it is read.
delete_unread() {
    local end
    send --to 2017-02-01
    end=$(kcat -b "$KAFKA_BROKERS" -Q -t "$ORDER_TOPIC:0:-1" | awk '{ print $NF }')
    printf '{"version":1,"partitions":[{"topic":"%s","partition":0,"offset":%d}]}\n' "$ORDER_TOPIC" "$end" >"$lab_state/delete.json"
    kafka-delete-records.sh --offset-json-file "$lab_state/delete.json" >>"$logs/step.log" 2>&1
    to_the_end
}
