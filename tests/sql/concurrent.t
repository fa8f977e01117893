#!/usr/bin/env bash
# Two owners of one partition at once, and one event in two partitions at once: the second waits for the first's
# transaction, and then counts correctly, or is refused. Sessions A and B are two psql; A holds its transaction open.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=tests/sql/tap.sh
. ./tap.sh

apply() { # apply BATCH or BATCH|LOGS
    local batch logs
    IFS='|' read -r batch logs <<<"$1"
    echo "SELECT test.apply('$batch', logs => '$logs')"
}
readonly another_log='ERROR:  OR001'

# race BATCH_A BATCH_B WANT_B DESCRIPTION: A applies and holds; B must wait; A commits; B must give WANT_B.
race() {
    ask A BEGIN >"$scratch/ignored"
    ask A "$(apply "$1")" >"$scratch/first"
    tell B "$(apply "$2")"
    wait_for "B to wait for A or to finish: $4" eval 'waiting 1 B || answered B'
    if answered B; then ok 1 "$4: the second waits"; else ok 0 "$4: the second waits"; fi
    ask A COMMIT >"$scratch/ignored"
    is "$(answer B)" "$3" "$4"
}

query 'SELECT test.clean()'
session A
session B

race '0:0:1 0:1:2' '0:0:1 0:1:2 0:2:3' "$another_log" 'two owners of a partition that is not known yet'
is "$(ask B "$(apply '0:0:1 0:1:2 0:2:3')")" '3: 1a 0d 2r 0q rra' 'asked again, the second goes on in the log of the first'
race '0:3:4 0:4:5' '0:2:3 0:3:4' '2: 0a 0d 2r 0q rr' 'a zombie behind its successor'
race '0:5:6' '0:5:6 0:6:7 0:7:6' '3: 1a 1d 1r 0q rad' 'a successor that overlaps with the zombie'
race '0:8:bad' '0:8:bad 0:9:bad' '2: 0a 0d 1r 1q rq' 'undecodable records'
race '0:0:8|0:2@0' '0:0:8 0:1:9|0:2@0' "$another_log" 'two owners that begin a log'
is "$(query 'SELECT max(log), sum(received) FROM orders.partition_progress WHERE log > 1')" '2|1' 'begin one'
race '0:0:8|0:2' '0:0:8 0:1:9|0:2' '2: 1a 0d 1r 0q ra' 'the same, once both know it'
race '0:0:8|0:3@0' '0:1:9 0:2:8|0:2' '2: 0a 1d 1r 0q rd' 'a zombie that reads on in the older log'
race '0:2:8|0:2' '0:2:8|0:4@2' '1: 0a 1d 0r 0q d' 'a log that begins beside a zombie in an older one'
race '1:0:10' '2:0:10 2:1:11' '2: 1a 1d 0r 0q da' 'one event in two partitions'
race '1:1:12' '2:2:12#99' '1: 0a 1d 0r 0q d' 'and with another payload'
is "$(query 'SELECT payload_hash, known_payload_hash FROM orders.event_conflicts')" '99|12' 'is a conflict'
race '7:0:15' '8:0:10 8:1:15#98' '2: 0a 2d 0r 0q dd' 'the same behind an event that is known'
is "$(query 'SELECT payload_hash, known_payload_hash FROM orders.event_conflicts WHERE kafka_partition = 8')" '98|15' 'is one too'

ask A BEGIN >"$scratch/ignored"
ask A "$(apply '1:2:13')" >"$scratch/ignored"
is "$(ask B "$(apply '2:3:14')")" '1: 1a 0d 0r 0q a' 'different events in different partitions do not wait'
tell B "$(apply '2:4:13')"
wait_for 'B to wait' waiting 1 B
ask A ROLLBACK >"$scratch/ignored"
is "$(answer B)" '1: 1a 0d 0r 0q a' 'an event whose first owner failed is applied by the second'

ask A BEGIN >"$scratch/ignored"
ask A "$(apply '7:0:15|7:2@0')" >"$scratch/ignored"
tell B "$(apply '7:0:15|7:2@0')"
wait_for 'B to wait' waiting 1 B
ask A ROLLBACK >"$scratch/ignored"
is "$(answer B)" '1: 0a 1d 0r 0q d' 'a log whose first owner failed is begun by the second'

# Deadlocks. A takes one lock after the other; B, which wants both in the other order of input, must queue for the first
# one without holding the second.
crossing() { # crossing FIRST SECOND BATCH_B WANT_B DESCRIPTION
    ask A BEGIN >"$scratch/ignored"
    ask A "$(apply "$1")" >"$scratch/ignored"
    tell B "$(apply "$3")"
    wait_for 'B to wait' waiting 1 B
    like "$(ask A "$(apply "$2")")" '1: 1a*' "$5: the first goes on"
    ask A COMMIT >"$scratch/ignored"
    is "$(answer B)" "$4" "$5: the second follows"
}
crossing '1:2:20' '1:3:21' '2:5:21 2:6:20' '2: 0a 2d 0r 0q dd' 'events in another order'
crossing '1:4:22' '2:7:23' '2:8:24 1:5:25' '2: 2a 0d 0r 0q aa' 'partitions in another order'
crossing '3:0:26' '4:0:27' '4:1:28 3:1:29' "$another_log" 'new partitions in another order'
crossing '3:1:26|3:1' '3:0:50|3:2@0' '3:0:51|3:2@0' "$another_log" 'logs of a partition'
crossing '5:0:30' '5:1:31' '6:0:31#1 6:1:30#2' '2: 0a 2d 0r 0q dd' 'conflicting events in another order'

# scripts/rebuild beside a batch: it waits, and finds nothing to correct.
ask A BEGIN >"$scratch/ignored"
ask A "$(apply '1:6:40 1:7:41')" >"$scratch/ignored"
PGAPPNAME=rebuild ../../scripts/rebuild >"$scratch/rebuild" 2>&1 &
rebuild=$!
wait_for 'rebuild to wait' waiting 1 rebuild
tell B "$(apply '2:9:42')"
wait_for 'B to wait' waiting 1 B
ask A COMMIT >"$scratch/ignored"
wait "$rebuild" && status=0 || status=$?
is "$status $(grep -c ' 0 corrected, 0 removed' "$scratch/rebuild")" '0 3' 'rebuild waits for the batches before it, and sees them'
is "$(answer B)" '1: 1a 0d 0r 0q a' 'the batches after it wait for rebuild'
is "$(query 'SELECT test.problems()')" '' 'all is well in the end'

# A database that was emptied: B has found no row to lock when A begins the log that B goes on with.
query "SELECT test.clean();
       CREATE FUNCTION test.hold_b() RETURNS trigger LANGUAGE plpgsql AS \$\$
           BEGIN
               IF current_setting('application_name') = 'B' THEN PERFORM pg_advisory_xact_lock(1); END IF;
               RETURN NULL;
           END \$\$;
       CREATE TRIGGER hold_b BEFORE INSERT ON orders.partition_progress EXECUTE FUNCTION test.hold_b()"
ask A 'SELECT pg_advisory_lock(1)' >"$scratch/ignored"
tell B "$(apply '0:0:1 0:1:2 0:2:3|0:1')"
wait_for 'B to wait' waiting 1 B
ask A "$(apply '0:0:1')" >"$scratch/ignored"
ask A BEGIN >"$scratch/ignored"
ask A "$(apply '0:1:2')" >"$scratch/ignored"
ask A 'SELECT pg_advisory_unlock(1)' >"$scratch/ignored"
wait_for 'B to wait or to finish' eval 'waiting 1 B || answered B'
ask A COMMIT >"$scratch/ignored"
is "$(answer B)" "$another_log" 'a log that was begun after the lock is not read on without it'
query 'DROP FUNCTION test.hold_b CASCADE'
is "$(query 'SELECT test.problems()')" '' 'and all is well'

done_testing
