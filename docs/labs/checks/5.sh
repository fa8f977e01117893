# shellcheck shell=bash
# Lab 5: the lag has grown although the group was reading, and a consumer with larger batches has brought it back to 0.

# What the monitor has seen, once a second: the lag of all partitions, and how many records were received by then.
looks=$(watched /api/history '[.samples[] | select(.kafkaAt and .postgresAt) | {lag: (.lag | add // 0), received}]')
of_looks() { jq "def pairs: range(1; length) as \$i | {before: .[\$i - 1], now: .[\$i]}; $1" <<<"$looks"; } # of_looks FILTER

expect_at_least 'triggers that delay orders.processed_events' \
    "$(sql "SELECT count(*) FROM pg_trigger WHERE tgrelid = 'orders.processed_events'::regclass AND NOT tgisinternal AND tgenabled <> 'D'")" 1 \
    'Make the database slow first, with a trigger that sleeps for 10 ms after each INSERT, and leave it there. On a fast database, one record a transaction may be enough to keep up.'
expect_at_least 'seconds in which the group read, and the lag grew' \
    "$(of_looks '[pairs | select(.now.lag > .before.lag and .now.received > .before.received)] | length')" 3 \
    'In the last 15 minutes the monitor has not seen a consumer that was slower than the producer. Run a replay with --speed and a consumer with --batch-size 1 at the same time.'
expect_at_least 'the highest lag' "$(of_looks 'map(.lag) | max // 0')" 2000 \
    'The lag has grown, but not far. Let the replay run to its end before you stop the slow consumer - or the trigger does not sleep: it has to call pg_sleep(0.01).'
expect 'the lag now' "$(of_looks '.[-1].lag')" 0 \
    'Records are still waiting. Start a consumer with the default batch size, and wait until it has caught up.'
expect_at_least 'records read in the fastest second' "$(of_looks '[pairs | .now.received - .before.received] | max // 0')" 500 \
    'The lag has returned to 0 as slowly as one transaction for each record allows. Replay again, and start a consumer with the default batch size when the lag is high.'
expect 'events applied to the database' "$(sql 'SELECT sum(events) FROM orders.event_type_totals')" 8030 \
    'Not all events of the sample were sent, or the group has skipped some: begin again with scripts/lab start 5.'
