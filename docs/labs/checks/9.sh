# shellcheck shell=bash
# Lab 9: database lab9 counts an event twice and says so; lab9_again is filled from the log.
again() { PGDATABASE=lab9_again sql "$1"; }
expect_at_least 'records in topic lab9' "$(records lab9)" 8031 \
    'The topic needs the sample, and then the day of the deleted event once more.'
expect 'records that database lab9 has applied' "$(sql 'SELECT sum(applied) FROM orders.pipeline_status')" 8031 \
    'An event whose id is missing is applied again. Delete a row of orders.processed_events, send its day again, and apply it.'
expect 'events in database lab9' "$(sql 'SELECT count(*) FROM orders.processed_events')" 8030 \
    'The deleted event is still missing, or more than one was deleted. Send the day of the event that scripts/verify names.'
expect 'sum of the totals in database lab9' "$(sql 'SELECT sum(events) FROM orders.event_type_totals')" 8030 \
    'The totals count the event that was applied twice. They can be recomputed from the events: scripts/rebuild.'
expect 'records that database lab9_again has applied' "$(again 'SELECT sum(applied) FROM orders.pipeline_status')" 8030 \
    'Nothing corrects the counters of lab9. Create the database lab9_again, migrate it, and let a consumer of the group lab9_again fill it.'
expect 'digest of database lab9_again' "$(PGDATABASE=lab9_again digest)" 0237450b0f07c5e2 \
    'The results in lab9_again are not those of the sample. scripts/verify names the difference.'
