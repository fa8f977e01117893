-- What the database holds, at a glance: psql -f sql/status.sql. Also the second half of scripts/status.
\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset pager off
TABLE orders.event_type_totals;
SELECT consumer_group, topic, kafka_partition, received, applied, duplicate, redelivered, quarantined, retired, absent, deleted, lag,
       complete
  FROM orders.pipeline_status
 WHERE newest
 ORDER BY consumer_group, topic, kafka_partition;
SELECT (SELECT count(*) FROM orders.quarantined_records) AS quarantined_records,
       (SELECT count(*) FROM orders.quarantined_records WHERE requeued_at IS NOT NULL) AS of_them_requeued,
       (SELECT count(*) FROM orders.event_conflicts) AS event_conflicts;
SELECT before AS horizon, events AS retired_events, before IS NOT NULL AS is_retired FROM orders.horizon
\gset
\if :is_retired
\echo events before :horizon are retired: :retired_events were removed, what comes again is counted as retired
\endif
SELECT coalesce(sum(deleted), 0) AS deleted, coalesce(sum(deleted), 0) > 0 AS is_deleted FROM orders.pipeline_status
\gset
\if :is_deleted
\echo :deleted records were deleted before they were read: scripts/verify names the events that are missing, replay their files
\endif
