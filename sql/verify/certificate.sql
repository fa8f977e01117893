-- Writes the facts for a certificate that only the database has into the file :certificate_facts, in the snapshot of the checks: the
-- lines of digest.sql, and a last line of JSON. It has no value of a row, and no item of a difference, which may contain one.
\if :{?rows_of_customers}
\else
    \set rows_of_customers ''
\endif
\if :{?rows_of_items}
\else
    \set rows_of_items ''
\endif
\o :certificate_facts
\ir ../digest.sql
WITH logs AS (
    SELECT p.*, row_number() OVER (PARTITION BY kafka_partition ORDER BY last_batch_at DESC, log DESC) = 1 AS is_current
      FROM orders.partition_progress p
     WHERE consumer_group = :'group' AND topic = :'topic'
), watermarks AS (
    SELECT *, true AS is_current FROM jsonb_to_recordset(:'watermarks') AS k (kafka_partition int, low bigint, high bigint)
), partitions AS (
    SELECT jsonb_agg(jsonb_build_object('partition', kafka_partition, 'log', log, 'first', first_offset, 'next', next_offset, 'low', low, 'high', high)
                     ORDER BY kafka_partition, log) AS list
      FROM logs FULL JOIN watermarks USING (kafka_partition, is_current)
), identity AS (
    SELECT CASE WHEN count(DISTINCT to_jsonb(logs) ->> 'cluster_id') = 1 THEN min(to_jsonb(logs) ->> 'cluster_id') END AS cluster_id,
           CASE WHEN count(DISTINCT to_jsonb(logs) ->> 'topic_id') = 1 THEN min(to_jsonb(logs) ->> 'topic_id') END AS topic_id
      FROM logs WHERE is_current
), results AS (
    SELECT bool_and(passed) AS passed, jsonb_agg(jsonb_build_object('name', name, 'passed', passed, 'compared', compared, 'differences', differences) ORDER BY no) AS list
      FROM checks
)
SELECT jsonb_build_object(
           'passed', results.passed,
           'time', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
           'window', jsonb_build_object('from', coalesce(nullif(:'from', ''), '-infinity')::timestamp, 'to', coalesce(nullif(:'to', ''), 'infinity')::timestamp),
           'rows', jsonb_build_object('orders', :rows_of_orders, 'customers', nullif(:'rows_of_customers', '')::bigint,
                                      'items', nullif(:'rows_of_items', '')::bigint, 'lifecycle', :rows_of_lifecycle),
           'rejected', :rows_of_orders - (SELECT count(*) FROM expected_orders),
           'options', jsonb_build_object('as_of', nullif(:'as_of', '')::timestamp, 'timestamp_formats', :'timestamp_formats'::jsonb,
                                         'delimiter', CASE :'delimiter' WHEN '' THEN NULL WHEN E'\t' THEN 'tab' ELSE :'delimiter' END),
           'kafka', jsonb_build_object('cluster_id', cluster_id, 'topic_id', topic_id, 'topic', :'topic', 'group', :'group',
                                       'compared', :'has_kafka'::boolean, 'partitions', coalesce(partitions.list, '[]')),
           'checks', results.list,
           'schema', (SELECT max(version) FROM orders.schema_migrations),
           'postgresql', current_setting('server_version'))
  FROM partitions, identity, results;
\o
