#!/usr/bin/env bash
# A database that is emptied, or restored to an earlier state, while Kafka's offsets stay where they were: consumers fill it again.
. "$(dirname -- "${BASH_SOURCE[0]}")/lib.sh"

use_orders 5000
events=$(expected_events)
half=2017-11-01
# The progress first, as apply_batch locks it first: no deadlock with a consumer at work.
tables=(partition_progress processed_events event_type_counts event_day_counts event_region_counts quarantined_records
    event_conflicts retirements retired_counts)

# The result must not depend on tables that the test does not list.
new_database
is 'the tables that hold data are these' \
    "$(query "SELECT relname FROM pg_class WHERE relnamespace = 'orders'::regnamespace AND relkind = 'r'
                 AND relname !~ '^(schema_|lifecycle$|cluster$|nodes$)' ORDER BY 1")" "$(printf '%s\n' "${tables[@]}" | sort)"

transaction() { { echo 'BEGIN ISOLATION LEVEL REPEATABLE READ;'; "$@"; echo 'COMMIT;'; } | psql -Xq -v ON_ERROR_STOP=1; }
truncate_all() { local IFS=,; echo "TRUNCATE ${tables[*]/#/orders.};"; }
copy_all() { echo 'CREATE SCHEMA saved;'; printf 'CREATE TABLE saved.%s AS TABLE orders.%s;\n' "${pairs[@]}"; }
insert_all() { truncate_all; printf 'INSERT INTO orders.%s TABLE saved.%s;\n' "${pairs[@]}"; }
pairs=()
for table in "${tables[@]}"; do pairs+=("$table" "$table"); done

empty() { transaction truncate_all; }
save() { transaction copy_all; } # the present state, to be put back under a running consumer
put_back() { transaction insert_all; }

filled() { [[ $(totals) == "$(expected_counts)" ]] && applied_all; }

complete() { # complete NAME: as after one undisturbed replay
    is "$1: all is applied" "$(counters)" "applied=$events duplicate=0 redelivered=0 quarantined=0"
    ok "$1: the invariants hold" invariants_hold
    verify_ok "$1: verify"
}

# --- no consumer runs meanwhile

new_case 6
produce
consume
ends=$(committed)
dropdb "$PGDATABASE"
new_database
consume
complete 'emptied'
is 'emptied: Kafka had nothing to do with it' "$(committed)" "$ends"

new_case 6
produce --to "$half"
consume
earlier=${PGDATABASE}_earlier
createdb -T "$PGDATABASE" "$earlier"
produce --from "$half"
consume
complete 'before it is set back'
export PGDATABASE=$earlier
between 'set back: half is there' "$(progress)" 1 $((events - 1))
consume
complete 'set back'

# --- a consumer runs meanwhile, and has nothing to do

start idle "${consumer[@]}"
wait_until 30 logged idle 'assigned 6 partitions'
empty
wait_until 30 filled
complete 'emptied under an idle consumer'
query 'DELETE FROM orders.partition_progress'
wait_until 30 filled
is 'progress lost under an idle consumer: all are duplicates' "$(counters)" \
    "applied=0 duplicate=$events redelivered=0 quarantined=0"
run verify scripts/verify --topic "$topic" --group "$group" "${files[@]}" --orders "$orders"
is 'progress lost under an idle consumer: verify misses what was counted, and nothing else' "$status $(tail -n 1 -- "$logs/verify.out")" \
    '1 FAILED: 1 of 22 checks: applied in each partition'
end idle TERM 10
is 'the idle consumer ends in good order' "$status" 0

new_case 6
produce --to "$half"
start idle "${consumer[@]}"
wait_until 30 applied_all
save
produce --from "$half"
wait_until 30 applied_all
put_back
between 'set back under an idle consumer: half is there' "$(progress)" 1 $((events - 1))
wait_until 30 filled
complete 'set back under an idle consumer'
end idle TERM 10
is 'set back under an idle consumer: it ends in good order' "$status" 0

# --- a consumer is at work meanwhile

for event in emptied set_back; do
    new_case 6
    start paced "${producer[@]}" --rate 3000
    wait_until 30 logged paced 'sending in event-time order'
    start busy "${consumer[@]}" --batch-size 200
    if [[ $event == emptied ]]; then
        wait_until 30 progressed $((events / 3))
        before=$(progress)
        empty
    else
        wait_until 30 progressed $((events / 6))
        save
        wait_until 30 progressed $((events / 2))
        before=$(progress)
        put_back
    fi
    between "$event under a busy consumer: in the middle" "$before" 1 $((events - 1))
    ok "$event under a busy consumer: more is to come" alive paced
    await paced 60
    is "$event under a busy consumer: the producer ends in good order" "$status" 0
    wait_until 60 filled
    complete "$event under a busy consumer"
    ok "$event under a busy consumer: it noticed" logged busy 'reading again from'
    end busy TERM 10
    is "$event under a busy consumer: it ends in good order" "$status" 0
done

plan
