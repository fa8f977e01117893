#!/usr/bin/env bash
# A cluster of four nodes, each on a server of its own: the results are those of one server, at every script; what does not belong
# together is refused; nodes and the front go away and come back.
export ORDER_NODES=4
. "$(dirname -- "${BASH_SOURCE[0]}")/own_stack.sh"

sample=tests/data/sample
orders=$sample/olist_orders_dataset.csv
files=(--customers "$sample/olist_customers_dataset.csv" --items "$sample/olist_order_items_dataset.csv")
events=$(expected_events)

new_database() { # of the name on all servers
    export PGDATABASE=check_${test}_$$_$((++case))
    stack_make_database "$PGDATABASE" 6 2>>"$logs/migrate.log"
}
port() { stack_port "postgres$(($1 + 1))"; } # port NODE
at_node() { PGPORT=$(port "$1") query "$2"; } # at_node NODE SQL
init() { # init PARTITIONS NODES DATABASE: makes the first of the nodes' databases of that name a cluster
    local node
    local -a addresses=()
    for ((node = 0; node < $2; node++)); do addresses+=(--node "127.0.0.1:$(port "$node")/$3"); done
    run init scripts/cluster init --partitions "$1" "${addresses[@]}"
}
verify() { run verify scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders" "$@"; }
finds() { # finds NAME CHECK ITEM
    verify --no-kafka
    like "$1" "$status $(sed -n 's/^FAILED: [0-9]* of [0-9]* checks: //p' "$logs/verify.out")" "1 *$2*"
    ok '… and where' grep -qF -- "$3" "$logs/verify.out"
}

# --- the same results

new_case 6
for name in one two three; do start $name "${consumer[@]}"; done
produce
wait_until 60 applied_all
for name in one two three; do end $name TERM 10; done
is 'three consumers, four nodes: all is applied' "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
is 'the digest is that of one server' "$(digest)" 0237450b0f07c5e2
verify_ok 'verify'
is 'each node has its partitions' "$(for node in 0 1 2 3; do at_node $node 'SELECT string_agg(DISTINCT kafka_partition::text, $$,$$) FROM orders.processed_events'; done | xargs)" '0,4 1,5 2 3'
run status scripts/cluster status
is 'status: all answer' "$status $(awk '$3 == "yes" { events += $5; n++ } END { print n, events }' "$logs/status.out")" "0 4 $events"
produce
consume
is 'replayed: duplicates' "$(counters) $(digest)" "applied=$events duplicate=$events redelivered=0 quarantined=0 0237450b0f07c5e2"
set_back 300
consume
is 'offsets set back: redelivered' "$(counters)" "applied=$events duplicate=$events redelivered=1800 quarantined=0"
is 'the monitor asks the front' "$(psql -XAtq -v ON_ERROR_STOP=1 -c "PREPARE m(text, text) AS $(sed '/^--/d' sql/monitor.sql)" -c "EXECUTE m('$group', '$topic')" | awk -F'|' '$1 == "partition" { n += $5 } END { print n }')" "$events"
run migrate scripts/migrate
is 'migrate has nothing to do' "$status $(tail -n 1 "$logs/migrate.log")" '0 migrate: nothing to do'
at_node 2 "UPDATE orders.schema_scripts SET checksum = 'older' WHERE name = 'views.sql'"
run migrate scripts/migrate
like 'migrate at the front brings a node up to date' "$status $(<"$logs/migrate.log")" '0 migrate: node 2 (*): applied views.sql*'

# --- roles: on front and nodes alike

echo w >"$logs/worker-password"
echo r >"$logs/reader-password"
run login scripts/login test_worker orders_worker "$logs/worker-password"
like 'login creates the role on all nodes' "$status $(<"$logs/login.log")" '0 login: test_worker may log in*login: node 0: test_worker may*login: node 3: test_worker may*'
succeed login scripts/login test_reader orders_reader "$logs/reader-password"
produce
as_worker=(env PGUSER=test_worker PGPASSWORD=w)
succeed worker "${as_worker[@]}" "${consumer[@]}" --exit-at-end
is 'a worker applies' "$(counters)" "applied=$events duplicate=$((2 * events)) redelivered=1800 quarantined=0"
run look "${as_worker[@]}" psql -XAtqc 'SELECT count(*) FROM orders.processed_events'
like '… and reads nothing at the front' "$status $(<"$logs/look.log")" '1 *@(permission denied|user mapping not found)*'
run look env PGPORT="$(port 0)" "${as_worker[@]}" psql -XAtqc 'SELECT count(*) FROM orders.processed_events'
like '… nor at a node' "$status $(<"$logs/look.log")" '1 *permission denied*'
is 'a reader reads the front' "$(PGUSER=test_reader PGPASSWORD=r query 'SELECT sum(events) FROM orders.event_type_totals')" "$events"
run look env PGUSER=test_reader PGPASSWORD=r psql -XAtqc 'SELECT count(*) FROM orders.processed_events'
like '… its views' "$status $(<"$logs/look.log")" '1 *@(permission denied|user mapping not found)*'

# --- verify looks at each node

at_node 2 "UPDATE orders.event_type_counts SET events = events + 1 WHERE event_type = 'DELIVERED'"
finds 'a count of one node' 'event_type_counts with processed_events' 'DELIVERED partition 2'
run rebuild scripts/rebuild
like '… rebuild corrects it there' "$status $(grep -v ' 0 corrected' "$logs/rebuild.out")" '0 node 2: event_type_counts: 5 rows, 1 corrected, 0 removed'
verify_ok '… and verify passes'
at_node 1 'ALTER TABLE orders.event_conflicts DROP CONSTRAINT event_conflicts_pkey'
finds 'the schema of a node' 'schema as migrate makes it' 'node 1: constraint event_conflicts_pkey'
at_node 1 'ALTER TABLE orders.event_conflicts ADD CONSTRAINT event_conflicts_pkey PRIMARY KEY (event_id, payload_hash)'
at_node 3 "INSERT INTO orders.event_type_counts VALUES ('DELIVERED', 4, 0)"
finds 'a partition on another node' 'each partition on its node' 'partition 4 in event_type_counts: expected '
at_node 3 'DELETE FROM orders.event_type_counts WHERE kafka_partition = 4'
query "ALTER SERVER node_1 OPTIONS (SET dbname 'postgres')"
run verify scripts/verify --no-kafka --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
between 'a front that leads elsewhere: verify does not pass' "$status" 1 78
init 6 4 "$PGDATABASE"
like '… init corrects it' "$status $(<"$logs/init.log")" '0 *server node_1 corrected*'
verify_ok 'verify'

# --- records that are no events, and conflicts

printf '%s\tgarbage\n' one two three | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '\t' -X partitioner=murmur2_random
first_of() { awk -F'\t' -v partition="$1" '$1 == partition && !n++ { print $3 "\t" $4 }' <(records); } # first_of PARTITION: key and value
stray=$(first_of 3)
kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '\t' -p 2 <<<"$stray"
consume
is 'quarantined at their nodes, seen at the front' "$(query 'SELECT count(*) FROM orders.quarantine')" 4
like 'a record in the partition of another key is one of them' "$(query "SELECT reason FROM orders.quarantine WHERE kafka_partition = 2 AND reason LIKE '%belongs to%'")" "the record's key belongs to partition 3 of 6, by murmur2"
run requeue scripts/requeue --topic "$topic" --group "$group" --all
like 'requeue' "$status $(cat "$logs/requeue.out" "$logs/requeue.log")" '0 *4*'
consume
is '… the record is in the right partition now' "$(query 'SELECT count(*), count(requeued_at) FROM orders.quarantined_records')" '7|4'
changed=$(first_of 3 | sed 's/"city":"[^"]*"/"city":"elsewhere"/')
printf '%s\n' "$changed" | kcat -P -b "$KAFKA_BROKERS" -t "$topic" -K '\t' -p 3
consume
finds 'a conflict' 'no conflicts' 'payload'
run settle scripts/settle --all
is 'settle' "$status $(query 'SELECT count(*) FROM orders.event_conflicts') $(at_node 3 'SELECT count(*) FROM orders.event_conflicts')" '0 0 0'
verify_ok 'verify'

# --- away, and back

start away "${consumer[@]}"
wait_until 30 logged away 'assigned 6 partitions'
stack_stop_postgres immediate postgres3
produce
wait_until 30 logged away 'the database is away'
scripts/up postgres3 2>>"$logs/up.log"
wait_until 60 applied_all
stack_stop_postgres immediate postgres
produce
reached() { [[ $(at_node 3 "SELECT next_offset = end_offset AND duplicate > $1 FROM orders.partition_progress WHERE kafka_partition = 3 AND (consumer_group, topic) = ('$group', '$topic')") == t ]]; }
ok 'without the front the consumer goes on' wait_until 30 reached $((4 * $(at_node 3 'SELECT count(*) FROM orders.processed_events')))
scripts/up postgres 2>>"$logs/up.log"
wait_until 60 applied_all
end away TERM 10
is 'it ends in good order' "$status $(digest)" '0 0237450b0f07c5e2'
verify_ok 'verify'

# --- what does not belong together

run node env PGPORT="$(port 1)" "${consumer[@]}" --exit-at-end
like 'a consumer at a node' "$status $(<"$logs/node.log")" '78 *this database is a node of a cluster*Connect to the front*'
at_node 1 'UPDATE orders.cluster SET node = 3'
run other "${consumer[@]}" --exit-at-end
like 'a node whose database has the number of another one' "$status $(<"$logs/other.log")" '78 *node 1 at *this database is not node 1 of 4 for 6 partitions*'
at_node 1 'UPDATE orders.cluster SET node = 1'
at_node 0 "INSERT INTO orders.partition_progress (consumer_group, topic, log, kafka_partition, first_offset, next_offset) VALUES ('$group', '$topic', 1, 1, 0, 0)"
run other "${consumer[@]}" --exit-at-end
like 'progress at the wrong node' "$status $(<"$logs/other.log")" '78 *node 0 has progress of partition 1, which belongs to another one*'
at_node 0 'DELETE FROM orders.partition_progress WHERE kafka_partition = 1'
init 6 4 "$PGDATABASE"
is 'init again' "$status $(<"$logs/init.log")" '0 cluster: nothing to do'
init 12 4 "$PGDATABASE"
like 'init with another number of partitions' "$status $(<"$logs/init.log")" '78 *part of another cluster*'
init 6 2 "$PGDATABASE"
like '… or of nodes' "$status $(<"$logs/init.log")" '78 *part of another cluster*'
full=$PGDATABASE
createdb "$full"_front
PGDATABASE=${full}_front init 6 4 "$full"
like 'init with the nodes of another cluster' "$status $(<"$logs/init.log")" '78 *node 0 (*) @(is part of another cluster|holds events or progress already)*'
like '… changes nothing' "$(PGDATABASE=${full}_front query "SELECT to_regnamespace('orders') IS NULL")" t

topic_of_cluster=$topic
new_topic 5
produce
run five "${consumer[@]}" --exit-at-end
like 'a topic with another number of partitions' "$status $(<"$logs/five.log")" '78 *has 5 partitions, and the cluster was made for 6*'
topic=$topic_of_cluster partitions=6
set_programs
start more "${consumer[@]}"
wait_until 30 logged more 'assigned 6 partitions'
"${kafka_java[@]}" org.apache.kafka.tools.TopicCommand --bootstrap-server "$KAFKA_BROKERS" --alter --topic "$topic" --partitions 7 >"$logs/alter.log" 2>&1
await more 60
like 'partitions that are added' "$status $(<"$logs/more.log")" '78 *has 7 partitions, and the cluster was made for 6*'

# --- forgetting

new_case 6
produce
consume
since=$(scripts/digest --since 2018-01-01)
run retire scripts/retire --before 2030-01-01
is 'retire is refused on all nodes or on none' "$status $(query 'SELECT before IS NULL FROM orders.horizon')" '78 t'
run retire scripts/retire --before 2018-01-01
is 'retired on each node' "$status $(grep -c '^node [0-3]: retired: ' "$logs/retire.out") $(digest)" "0 4 $since"
produce
consume
is 'a replay' "$(query "SELECT sum(applied), sum(duplicate) + sum(retired), sum(retired) = (SELECT events FROM orders.horizon) FROM orders.pipeline_status")" "$events|$events|t"
is '… changes nothing' "$(digest)" "$since"
verify_ok 'verify'

plan
