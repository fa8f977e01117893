# shellcheck shell=bash
# Lab 8: everything but January, and then January alone.
read -r others late < <(contents lab8 | awk '
    { month = substr($0, index($0, "\"eventAt\":\"") + 11, 7) }
    month != "2018-01" { others++; if (month > "2018-01") has_later[$1] = 1; next }
    { late += has_later[$1] }
    END { print others + 0, late + 0 }')
expect 'records of other months in the topic' "$others" 7603 \
    'If there are fewer, send the events before January and those after it (--to, --from). If there are more, more than the window was sent: begin again with scripts/lab start 8.'
expect_at_least 'records of January in the topic, behind those of later months' "$late" 427 \
    'January is still missing, or was sent together with the other months. A backfill comes later: send the window with --from and --to.'
expect 'events of January in the database' \
    "$(sql "SELECT coalesce(sum(events), 0) FROM orders.event_type_daily WHERE event_day BETWEEN '2018-01-01' AND '2018-01-31'")" 427 \
    'The records are in Kafka, but no consumer has applied them: start it again.'
expect_at_least 'duplicates' "$(sql 'SELECT sum(duplicate) FROM orders.pipeline_status')" 427 \
    'You have seen that the backfill arrived, but not that it may arrive twice: send January again, and apply it.'
expect 'digest of the results' "$(digest)" 0237450b0f07c5e2 \
    'The results differ from those of one replay of all events. scripts/verify --orders tests/data/sample -t lab8 -g lab8 names the difference.'
