# shellcheck shell=bash
# Lab 10: a type was added to a database that had events, and the sample was replayed.
type=UNAPPROVED_HANDOVER
expect 'events of the first five types in the database' \
    "$(sql "SELECT sum(events) FROM orders.event_type_totals WHERE event_type::text <> '$type'")" 8030 \
    'Replay the sample with its own lifecycle first, and apply it: only a database that has events shows what may be added to it.'
expect "column and rule of $type in the database" \
    "$(sql "SELECT source || ' ' || split_part(rule, ' as ', 1) FROM orders.lifecycle WHERE (kind, name) = ('deadline', '$type')")" \
    'order_delivered_carrier_date before ORDER_APPROVED' \
    'The database does not know the type: scripts/migrate --lifecycle FILE adds the types that it lacks.'
expect_at_least "records of type $type in the topic" "$(contents lab10 | grep -c "\"eventType\":\"$type\"" || true)" 29 \
    'The producer reads a lifecycle, too: without --lifecycle FILE it uses the built-in one, which lacks the type.'
expect "events of type $type in the database" \
    "$(sql "SELECT coalesce(sum(events), 0) FROM orders.event_type_totals WHERE event_type::text = '$type'")" 29 \
    'Let a consumer read everything. What it read before the type was added is in orders.quarantine: scripts/requeue sends it again.'
expect 'orders whose timeline shows it, of those that were handed over before their approval' \
    "$(sql "SELECT count(${type,,}_at) || ' of ' || count(*) FROM orders.order_timeline WHERE handed_to_carrier_at < approved_at")" '29 of 29' \
    'The timeline and the times in it disagree. scripts/verify with --lifecycle FILE names the orders.'
expect_at_least 'duplicates' "$(sql 'SELECT sum(duplicate) FROM orders.pipeline_status')" 8030 \
    'The events that the database had before must come again, and change nothing: replay the whole sample.'
