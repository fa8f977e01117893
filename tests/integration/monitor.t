#!/usr/bin/env bash
# order-monitor: it serves the values of Kafka and Postgres, reports a server that is away, and recovers. It names a consumer that was
# killed, and no client can harm it. The servers belong to a stack of this test. Needs scripts/setup check.
#
#   POLL_SECONDS=10   how long 200 clients send requests. make SAN=address,undefined POLL_SECONDS=600 integration
#                     TESTS='-v tests/integration/monitor.t' looks for leaks, and shows how much memory it takes
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

use_orders 5000
events=$(expected_events)
new_case 6
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=8 # what was freed it keeps for a while, and memory is measured
rss() { ps -o rss= -p "${pid[$1]}"; } # rss NAME: in KiB

# --- command lines

run bad "$MONITOR" --interval 1
is 'a wrong option: status 64' "$status" 64
run bad "$MONITOR" --listen nowhere
like 'no address: status 69, in words' "$status $(cat -- "$logs/bad.log")" "69 *cannot listen at nowhere: an address and a port are needed*"
run bad "$MONITOR" -X nonsense=1
is 'a property that does not exist: status 78' "$status" 78

# --- before there is anything

start_monitor monitor
sees_both() { [[ $(code /readyz) == 200 ]]; }
wait_until 20 sees_both
is 'a missing topic is not an error' "$(status_of '"\(.kafka.up) \(.kafka.hasTopic)"')" 'true false'
run taken "$MONITOR" --listen "${url#http://}"
like 'an address that is taken: status 69, in words' "$status $(cat -- "$logs/taken.log")" '69 *Address already in use; choose another*'
is 'it listens on loopback only' "$(ss -Hltn "sport = :${url##*:}" | awk '{ print $4 }')" "${url#http://}"

# --- what it serves is so

produce
shows_all() { [[ $(shown_lag) == "$events" ]]; }
wait_until 20 shows_all
ok 'without any consumer, all records are lag' shows_all
is '… and nothing joined the group' "$(status_of '.kafka.members | length')" 0
consume
shows_applied() { [[ $(status_of '"\([.postgres.partitions[].applied] | add) \([.kafka.partitions[].lag] | add)"') == "$events 0" ]]; }
wait_until 20 shows_applied
is 'the totals by type are those of psql' "$(status_of '.postgres.types[] | "\(.type)|\(.events)"')" "$(totals)"
is 'the outcomes are those of psql' \
    "$(status_of '.postgres.partitions[] | "\(.partition)|\(.received)|\(.applied)|\(.duplicate)|\(.redelivered)|\(.quarantined)|\(.absent)|\(.deleted)"')" \
    "$(query "SELECT kafka_partition, received, applied, duplicate, redelivered, quarantined, absent, deleted FROM orders.pipeline_status
               WHERE (consumer_group, topic) = ('$group', '$topic')")"
is 'the commits are those of Kafka' "$(status_of '.kafka.partitions[] | "\(.partition) \(.committed)"')" "$(committed)"
fetch /metrics >"$logs/metrics"
ok 'promtool has nothing to say about the metrics' "$PROMETHEUS/promtool" check metrics <"$logs/metrics"
is '… and finds metrics' "$(grep -c '^kafka_consumergroup_lag{' "$logs/metrics")" 6

cat >"$logs/prometheus.yml" <<END
scrape_configs:
  - {job_name: monitor, scrape_interval: 1s, static_configs: [{targets: ["${url#http://}"]}]}
END
until prometheus_port=$((20000 + SRANDOM % 12000)) && [[ -z $(ss -Hltn "sport = :$prometheus_port") ]]; do :; done
start prometheus "$PROMETHEUS/prometheus" --config.file="$logs/prometheus.yml" --storage.tsdb.path="$logs/prometheus" \
    --web.listen-address="127.0.0.1:$prometheus_port"
ask_prometheus() { # ask_prometheus QUERY
    curl -s "http://127.0.0.1:$prometheus_port/api/v1/query" --data-urlencode "query=$1" | jq -r '.data.result[0].value[1]'
}
knows() { [[ $(ask_prometheus "$1") == "$2" ]]; } # knows QUERY ANSWER
wait_until 60 knows 'sum(order_replay_events_applied_total)' "$events"
produce
ok 'Prometheus scrapes it, and knows the lag' wait_until 60 knows \
    "sum by (consumergroup) (kafka_consumergroup_lag{topic=\"$topic\"})" "$events"
end prometheus TERM 30

# --- the role that only reads is enough

printf 'reader\n' >"$logs/password"
succeed login scripts/login monitor_reader orders_reader "$logs/password"
monitor=(env PGUSER=monitor_reader PGPASSFILE=/dev/null PGPASSWORD_FILE="$logs/password" "$MONITOR")
main=$url
start_monitor reader
wait_until 20 sees_both
is 'as orders_reader it sees the same' "$(status_of .postgres.types)" "$(url=$main status_of .postgres.types)"

sees_conflicts() { [[ $(status_of .postgres.conflicts) == "$(query 'SELECT conflicts FROM orders.conflict_count')" ]]; }

# --- what it looks up in Postgres when it is asked, with the same role

like 'the positions of the database are those of psql' "$(status_of '.postgres.partitions[] | "\(.partition) \(.next)"')" "$(applied_positions)"
order=$(query 'SELECT order_id FROM orders.order_events GROUP BY order_id ORDER BY count(*) DESC, order_id LIMIT 1')
look_up() { fetch "/api/order?id=$1" | jq -c "$2"; } # look_up ID FILTER
is 'an order: its events are those of psql' "$(look_up "$order" '[.order, (.events[] | .eventType, .eventAt, .eventId, .region, .partition)]')" \
    "$(query "SELECT jsonb_agg(v ORDER BY no, place) FROM (SELECT -1 AS no, 0 AS place, to_jsonb('$order'::text) AS v UNION ALL
                SELECT e.no, c.place, c.v FROM (SELECT row_number() OVER (ORDER BY event_at, event_type) AS no, * FROM orders.order_events WHERE order_id = '$order') e,
                       jsonb_array_elements(jsonb_build_array(event_type, event_at, event_id, region, kafka_partition)) WITH ORDINALITY AS c (v, place)) AS all_of_it" | jq -c .)"
is 'an order that is not there: no events, and no error' "$(code '/api/order?id=nobody') $(look_up nobody '[.events, .conflicts, .quarantined]')" '200 [[],[],[]]'
is 'an id is never part of a statement' "$(code "/api/order?id=%27%3BDROP") $(look_up '%27%3BDROP' .order)" "200 \"';DROP\""
for bad in '' '?id' '?id=' '?id=two%20words' '?id=a%00b' '?id=%C3%A9' "?id=$(printf 'x%.0s' {1..65})"; do
    is "/api/order${bad:0:20} is refused" "$(code "/api/order$bad")" 400
    is "/api/records${bad:0:20} is refused" "$(code "/api/records$bad")" 400
done
records_of() { fetch "/api/records?id=$1" | jq -c "$2"; } # records_of ID FILTER
kcat -C -e -q -b "$KAFKA_BROKERS" -t "$topic" -f '%k %p %o %T %s\n' | sed -nE "s/^$order ([0-9]+) ([0-9]+) ([0-9]+) \{\"eventId\":\"([^\"]*)\",\"eventType\":\"([^\"]*)\".*/\1 \2 \3 \4 \5/p" |
    sort -k1n -k2n >"$logs/records"
is "… its records are those of the log: $(wc -l <"$logs/records")" "$(records_of "$order" '.records[] | "\(.partition) \(.offset) \(.timestamp) \(.eventId) \(.eventType)"' | tr -d '"')" "$(<"$logs/records")"
is '… the whole log was searched' "$(records_of "$order" '[.order, .found, .searched]')" \
    "$(jq -nc --arg order "$order" '[$order, $found, $held]' --argjson found "$(wc -l <"$logs/records")" --argjson held "$(kcat -C -e -q -b "$KAFKA_BROKERS" -t "$topic" -f '.\n' | wc -l)")"
is '… and found no order that is not there' "$(records_of nobody '[.found, .records]')" '[0,[]]'
for path in '/api/order?id=x' '/api/records?id=x' /api/quarantine /api/conflicts; do
    is "$path: not for pages of other sites" "$(for site in cross-site same-site same-origin none; do
        curl -s -o /dev/null -w '%{http_code} ' -H "Sec-Fetch-Site: $site" "$url$path"; done)" '403 403 200 200 '
done
printf 'no event|<b>not JSON</b>\n' | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -p 2 -K '|'
consume
is 'the quarantine is that of psql' "$(fetch /api/quarantine | jq -r '.records[] | "\(.partition)|\(.offset)|\(.reason)|\(.key)|\(.payloadStart)"')" \
    "$(query 'SELECT kafka_partition, kafka_offset, reason, key, payload_start FROM orders.quarantine')"
is '… there is one record' "$(fetch /api/quarantine | jq '.records | length')" 1
head -n 20 -- "$orders" >"$logs/few.csv"
succeed few "$PRODUCER" --topic "$topic" "$logs/few.csv"
consume
is 'the conflicts are those of psql' "$(fetch /api/conflicts | jq -c '[.conflicts[] | .order + " " + .otherPayload] | sort')" \
    "$(query "SELECT jsonb_agg(order_id || ' ' || other_payload ORDER BY order_id COLLATE \"C\", other_payload) FROM (SELECT * FROM orders.conflicts ORDER BY noted_at DESC, order_id LIMIT 50) c" | jq -c .)"
is '… no more than 50 of them' "$(query 'SELECT conflicts > 50 FROM orders.conflict_count') $(fetch /api/conflicts | jq '.conflicts | length')" 't 50'
conflicted=$(fetch /api/conflicts | jq -r '.conflicts[0].order')
is '… and of an order' "$(look_up "$conflicted" '.conflicts | length')" "$(query "SELECT count(*) FROM orders.conflicts WHERE order_id = '$conflicted'")"
ok 'the status has as many' wait_until 10 sees_conflicts
query 'ALTER VIEW orders.order_events RENAME TO hidden'
like 'a database that was not migrated: 503, in words' "$(code '/api/order?id=x') $(look_up x '[.error, .reason]')" '503 \["outdated","*run scripts/migrate"\]'
query 'ALTER VIEW orders.hidden RENAME TO order_events'
is '… and again' "$(code '/api/order?id=x')" 200

# A search that cannot go on, 40 times: each is answered, within a few seconds, and nothing else waits for it.
start locker env PGAPPNAME=locker psql -XAtq -c BEGIN -c 'LOCK TABLE orders.processed_events IN ACCESS EXCLUSIVE MODE' -c 'SELECT pg_sleep(600)'
wait_until 10 sees "application_name = 'locker' AND wait_event = 'PgSleep'"
like 'a search that waits for a lock is cancelled: 503' "$(code '/api/order?id=x') $(look_up x .error)" '503 "slow"'
seq 40 | xargs -P 40 -I{} curl -s -o /dev/null -w '%{http_code} %{time_total}\n' --max-time 30 "$url/api/order?id={}" >"$logs/searches" &
searches=$!
looks=$(status_of .number)
is_ahead() { (($(status_of .number) >= looks + 4)); }
slowest=$(for _ in {1..40}; do curl -s -o /dev/null -w '%{time_total}\n' "$url/healthz"; sleep 0.05; done | sort -n | tail -n 1)
between '40 searches at once: other answers take, in ms, at most' "$(awk -v s="$slowest" 'BEGIN { printf "%d", s * 1000 }')" 0 1000
ok '… it looks at both servers meanwhile' wait_until 10 is_ahead
is '… which answer' "$(code /readyz)" 200
is '… one search at a time' "$(query "SELECT count(*) <= 1 FROM pg_stat_activity WHERE application_name = 'order-monitor' AND wait_event_type = 'Lock'")" t
wait "$searches"
is '… each is answered' "$(awk '$1 == 503' "$logs/searches" | wc -l)" 40
between '… within 12 s: the slowest took, in ms' "$(sort -k2n "$logs/searches" | awk 'END { printf "%d", $2 * 1000 }')" 500 12000
curl -s -o /dev/null "$url/api/order?id=x" &
wait_until 10 sees "application_name = 'order-monitor' AND wait_event_type = 'Lock'"
end reader TERM 10
is 'a signal ends it in the middle of a search' "$status" 0
query "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'locker'" >/dev/null
await locker 10
url=$main
unset monitor

# --- a consumer that is killed

start victim "${consumer[@]}" -X session.timeout.ms=12000 --batch-size 100
has_members() { [[ $(status_of '.kafka.members | length') == "$1" ]]; }
wait_until 20 has_members 1
wait_until 60 applied_all
start replay "${producer[@]}" --rate 1000
is_fed() { (($(status_of '[.postgres.partitions[].duplicate] | add') > events + 1000)); }
wait_until 60 is_fed
member=$(status_of '.kafka.members[0].id')
end victim KILL 5
lags() { (($(shown_lag) > 500)); }
ok 'a killed consumer: the lag rises' wait_until 20 lags
wait_until 20 happened "^stalled Member $member "
ok '… the member is named before Kafka misses it' has_members 1
ok '… and when it does' wait_until 30 happened "^died Member $member "
start successor "${consumer[@]}"
await replay 120
no_lag() { [[ $(fetch /api/history | jq -c '[.samples[-5:][].lag | add]') == '[0,0,0,0,0]' ]]; } # for five looks
ok '… with a successor the lag falls to 0' wait_until 60 no_lag
member=$(status_of '.kafka.members[0].id')
ok '… which has joined' happened "^joined Member $member "
end successor TERM 10
wait_until 20 has_members 0
# Kafka says the same of one that was stopped and one that was killed while it had nothing to do. So does the monitor.
fate() { moments | grep "Member $1 " | grep -oE '^(left|died|gone)'; } # fate MEMBER
is '… and is gone: the cause is unknown, because no records waited for it' "$(fate "$member")" gone
start replay "${producer[@]}" --rate 500
start worker "${consumer[@]}"
wait_until 20 has_members 1
member=$(status_of '.kafka.members[0].id')
is_at_work() { (($(status_of '[.postgres.partitions[].duplicate] | add') > $1)); }
wait_until 30 is_at_work $((2 * events + 500))
end worker TERM 10
wait_until 20 has_members 0
is 'one that is stopped at work has left' "$(fate "$member")" left
end replay TERM 10

# --- offsets without a record, and records that were deleted before they were read

consume
glance() { psql -Xq -f sql/status.sql; }
ok 'make status does not warn without a reason' not grep -q 'were deleted' <(glance)
wait_until 60 in_transaction 0 key 'no event' # the first time, the coordinator takes a while
produce
delete_records 1 -1
consume
is 'a marker of a transaction is absent' "$(sum absent)" 1
deleted=$(sum deleted)
between 'records of one partition were deleted' "$deleted" 1 $((events - 1))
shows_missing() { [[ $(status_of '"\([.postgres.partitions[].absent] | add) \([.postgres.partitions[].deleted] | add)"') == "1 $deleted" ]]; }
ok 'the status has both' wait_until 20 shows_missing
is '… and so have the samples' "$(fetch /api/history | jq -r '.samples[-1] | "\(.absent) \(.deleted)"')" "1 $deleted"
is '… and the metrics' "$(fetch /metrics | awk '/^order_replay_absent_offsets_total{/ { a += $2 } /^order_replay_deleted_offsets_total{/ { d += $2 } END { print a, d }')" \
    "1 $deleted"
like '… and make status warns of it' "$(glance)" "*| absent | deleted | *$deleted records were deleted before they were read*"

# --- servers that go away

says_away() { [[ $(code /readyz) == 503 && $(fetch /readyz | jq -r '.away | keys | join(" ")') == "$1" ]]; }
start_both() { succeed up scripts/up; }
searched() { # whether each search says what it should: without its server that it is away
    [[ $(fetch '/api/order?id=x' | jq -r '.error // "found"') == "$([[ $away == *postgres* ]] && echo away || echo found)" &&
        $(fetch '/api/records?id=x' | jq -r '.error // "found"') == "$([[ $away == *kafka* ]] && echo away || echo found)" ]]
}
while IFS='|' read -r name away stop; do
    eval "$stop"
    ok "$name: /readyz says who" wait_until 30 says_away "$away"
    is "$name: /healthz stays good" "$(code /healthz)" 200
    ok "$name: searches say whether their server answers" wait_until 10 searched
    ok "$name: /metrics is still for Prometheus" "$PROMETHEUS/promtool" check metrics < <(fetch /metrics)
    start_both
    ok "$name: it comes back by itself" wait_until 60 sees_both
done <<'END'
Kafka down|kafka|stack_stop_kafka KILL
Postgres down|postgres|stack_stop_postgres immediate
both down|kafka postgres|stack_stop_postgres immediate; stack_stop_kafka KILL
END
is 'the moments show all of it' "$(moments | grep -oE '^(kafka|postgres)-(away|back)' | sort | uniq -c | awk '{ print $1 }' | paste -sd' ')" '2 2 2 2'

mapfile -t servers < <(stack_pid postgres; query "SELECT pid FROM pg_stat_activity WHERE application_name = 'order-monitor'")
kill -STOP "${servers[@]}"
ok 'a Postgres that hangs is away too' wait_until 30 says_away postgres
kill -CONT "${servers[@]}"
ok '… and back' wait_until 30 sees_both

kill -STOP "$(stack_pid kafka)"
ok 'a Kafka that hangs is away too' wait_until 30 says_away kafka
sleep 4 # longer than a look: it goes on with answers to questions that were given up
kill -CONT "$(stack_pid kafka)"
ok '… and back' wait_until 60 sees_both

# --- clients

is 'POST is refused' "$(code / -X POST -d x=1)" 405
is 'a path that is not there' "$(code /nothing)" 404
is 'HEAD is answered' "$(code /api/status -I)" 200
is 'since has to be a number' "$(code '/api/history?since=x') $(code '/api/history?since=99999999999999999999')" '400 400'
is 'what is new since the last sample: nothing, or one' "$(fetch "/api/history?since=$(fetch /api/history | jq .last)" | jq '.samples | length < 3')" true
is 'the page fetches from here alone' "$(curl -sI "$url/" | grep -ci "^content-security-policy: default-src 'self';")" 1
asked_as() { code /api/status -H "Host: $1"; } # asked_as NAME
port=${url##*:}
is 'on loopback it answers to its address and to localhost' "$(asked_as "127.0.0.1:$port") $(asked_as "localhost:$port") $(asked_as '[::1]')" '200 200 200'
is '… and to no name that leads there (DNS rebinding)' "$(asked_as "evil.example:$port") $(asked_as localhost.evil.example)" '421 421'
main=$url
start_monitor everywhere --listen "0.0.0.0:0"
url=http://127.0.0.1:${url##*:}
is 'if it serves other machines, it answers to any name' "$(asked_as monitor.example)" 200
end everywhere TERM 10
url=$main
between 'it has the page, with the charts' "$(fetch /chart.js | wc -c)" 100000 1000000

before=$(rss monitor)
crowd=$(seq 200 | xargs -P 200 -I{} curl -s -o /dev/null -w '%{http_code}\n' --max-time 30 "$url/api/history" | sort | uniq -c | awk '{ print $1, $2 }')
is '200 clients at once are all answered' "$crowd" '200 200'
/usr/bin/python3 - "${url##*:}" >"$logs/rude.out" 2>"$logs/rude.log" <<'END'
import os, socket, sys, urllib.request
port = int(sys.argv[1])
get = lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=10).status
connect = lambda: socket.create_connection(("127.0.0.1", port), timeout=10)
slow = [connect() for _ in range(200)]  # begin, and say no more
for client in slow:
    client.sendall(b"GET / HTTP/1.1\r\nHo")
assert get() == 200
for bytes_ in [b"\0" * 4096, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 100000, os.urandom(65536), b"\r\n" * 5000,
               b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
               b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 50000, b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n"]:
    with connect() as client:
        try:
            client.sendall(bytes_)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except OSError:
            pass  # hung up on
    assert get() == 200
for client in [connect() for _ in range(50)]:  # ask for much, and read nothing of it
    client.sendall(b"GET /chart.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
    slow.append(client)
assert get() == 200
for client in slow:  # they are hung up on, by and by
    client.settimeout(60)
    try:
        while client.recv(1 << 20):
            pass
    except ConnectionError:
        pass
print("all well")
END
is 'slow and malformed clients do no harm, and are disconnected' "$(cat -- "$logs/rude.out")" 'all well'
between 'its memory is bounded, in KiB' "$(rss monitor)" 1000 $((before + 30000))

# Hundreds of pages: all ask again at once, each second, as page.js does. It looks five times a second meanwhile, so that
# three minutes fill its history.
main=$url
start_monitor polled --interval 200
wait_until 20 sees_both
/usr/bin/python3 - "${url##*:}" "${pid[polled]}" "${POLL_SECONDS:-10}" >"$logs/polls" 2>"$logs/polls.log" <<'END'
import asyncio, json, pathlib, sys, time

port, pid, seconds = map(int, sys.argv[1:])
clients, answers, silences = 200, 0, 0

def resident():  # in KiB
    return next(line.split()[1] for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS"))

async def ask(path):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return (await asyncio.wait_for(reader.read(-1), 30)).partition(b"\r\n\r\n")
    except OSError:
        return b"", b"", b""
    finally:
        writer.close()

async def get(path):
    global answers, silences
    while True:
        head, _, body = await ask(path)
        if head:
            break
        silences += 1  # a client that the machine held up for 5 s was hung up on, and asks again as the page does
        assert silences < 1000
    assert head.startswith(b"HTTP/1.1 200 "), head
    answers += 1
    return json.loads(body)

async def poll(last):
    last = (await get(f"/api/history?since={last}"))["last"]
    await get("/api/status")
    return last

async def main():
    began, noted, lasts = time.monotonic(), 0, [0] * clients
    while (elapsed := time.monotonic() - began) < seconds:
        if elapsed >= noted:
            print("behind", noted, "s, resident", resident(), flush=True)
            noted += 60
        lasts = await asyncio.gather(*map(poll, lasts))
        await asyncio.sleep(max(0, 1 - (time.monotonic() - began - elapsed)))
    print("behind", seconds, "s, resident", resident())
    print("hung up on", silences)
    print("answers", answers)

asyncio.run(main())
END
sed 's/^/# /' "$logs/polls"
between '200 clients that poll are answered, each time' "$(sed -n 's/^answers //p' "$logs/polls")" 800 1000000000
between '… and its memory stays bounded, in KiB' "$(awk '/resident/ { now = $NF } END { print now }' "$logs/polls")" 1000 \
    $((before + 50000)) # a sanitizer had taken 31 MB more after ten minutes, 19 MB of them in the first
newest=$(status_of .number) # asked for first: what comes meanwhile makes them fewer
between '… as its history is, in samples' $((newest - $(fetch /api/history | jq '.samples[0].number') + 1)) 1 900
end polled TERM 10
is '… and nothing leaked' "$status" 0 # a sanitizer says so by it
url=$main

# --- its end

connected() { [[ $(ss -Htn "dport = :${url##*:}") ]]; }
start slow_client bash -c "exec 3<>/dev/tcp/127.0.0.1/${url##*:}; printf 'GET /' >&3; sleep 600"
wait_until 10 connected
began=$EPOCHREALTIME
end monitor TERM 10
is 'it ends by a signal' "$status" 0
printf '# within %s s\n' "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')"
is '… and has logged only that servers went away and came back' "$(grep -cvE ' (INFO|WARN)  monitor: (start|stopped|Kafka|Postgres) ?' "$logs/monitor.log" || true)x" 0x

plan
