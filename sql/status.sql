-- A summary of the database: psql -f sql/status.sql. It is also the second half of scripts/status, which gets the lag from Kafka, and
-- sets with_lag if it cannot. It fits a terminal of 80 columns while only one group has read only one topic.
\set ON_ERROR_STOP on
\set QUIET on
\pset footer off
\pset pager off
TABLE orders.event_type_totals;
SELECT count(DISTINCT (consumer_group, topic)) > 1 AS has_several,
       coalesce(sum(retired + absent + deleted), 0) > 0 OR NOT coalesce(bool_and(complete), true) AS has_more
  FROM orders.pipeline_status
 WHERE newest
\gset
\if :has_several
\set who 'consumer_group, topic, '
\else
\set who ''
\endif
\if :{?with_lag}
\set lag ', lag'
\else
\set lag ''
\endif
SELECT :who kafka_partition AS partition, received, applied, duplicate, redelivered, quarantined:lag
  FROM orders.pipeline_status
 WHERE newest
 ORDER BY consumer_group, topic, kafka_partition;
\if :has_more
SELECT :who kafka_partition AS partition, retired, absent, deleted, complete
  FROM orders.pipeline_status
 WHERE newest
 ORDER BY consumer_group, topic, kafka_partition;
\endif
SELECT (SELECT count(*) FROM orders.quarantined_records) AS quarantined_records,
       (SELECT count(*) FROM orders.quarantined_records WHERE requeued_at IS NOT NULL) AS of_them_requeued,
       (SELECT count(*) FROM orders.event_conflicts) AS event_conflicts;
SELECT before AS horizon, events AS retired_events, before IS NOT NULL AS is_retired FROM orders.horizon
\gset
\if :is_retired
\echo events before :horizon are retired: :retired_events were removed, and records of such events are counted as retired
\endif
SELECT coalesce(sum(deleted), 0) AS deleted, coalesce(sum(deleted), 0) > 0 AS is_deleted FROM orders.pipeline_status
\gset
\if :is_deleted
\echo :deleted records were deleted before they were read: scripts/verify names the events that are missing, replay their files
\endif
