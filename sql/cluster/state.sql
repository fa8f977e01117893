-- The state of a database before scripts/cluster makes it a part of a cluster: one row. Variable ON_ERROR_STOP on. The columns: the database's
-- identity; who owns its schema orders; whether it holds events, progress or retirements of its own; the row of orders.cluster;
-- the rows of orders.nodes; a checksum of its lifecycle; the user of this session, and whether postgres_fdw can be used.
SET LOCAL client_min_messages = warning;
SELECT to_regclass('orders.partition_progress') IS NOT NULL AS has_tables, to_regclass('orders.retirements') IS NOT NULL AS has_retirements,
       to_regclass('orders.lifecycle') IS NOT NULL AS has_lifecycle, to_regclass('orders.cluster') IS NOT NULL AS has_cluster \gset
\set holds f
\set cluster ''
\set nodes []
\set lifecycle ''
\if :has_tables
    SELECT EXISTS (SELECT FROM ONLY orders.processed_events) OR EXISTS (SELECT FROM ONLY orders.partition_progress) AS holds \gset
\endif
\if :has_retirements
    SELECT :'holds' OR EXISTS (SELECT FROM ONLY orders.retirements) AS holds \gset
\endif
\if :has_cluster
    SELECT coalesce(string_agg(concat_ws(' ', nodes, partitions, coalesce(node::text, 'front')), ', '), '') AS cluster FROM orders.cluster \gset
    SELECT coalesce(jsonb_agg(to_jsonb(n) ORDER BY node), '[]') AS nodes FROM orders.nodes n \gset
\endif
\if :has_lifecycle
    SELECT coalesce(md5(string_agg(to_jsonb(l)::text, E'\n' ORDER BY no)), '') AS lifecycle FROM orders.lifecycle l \gset
\endif
-- Servers copied from one image have the same system_identifier, but they did not start in the same microsecond.
SELECT concat_ws('/', (SELECT system_identifier FROM pg_control_system()), (SELECT oid FROM pg_database WHERE datname = current_database()),
                 extract(epoch FROM pg_postmaster_start_time())),
       coalesce((SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'orders'), ''), :'holds'::boolean, :'cluster', :'nodes', :'lifecycle',
       session_user, (SELECT rolsuper FROM pg_roles WHERE rolname = session_user),
       CASE WHEN EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE fdwname = 'postgres_fdw')
            THEN CASE WHEN has_foreign_data_wrapper_privilege((SELECT oid FROM pg_foreign_data_wrapper WHERE fdwname = 'postgres_fdw'), 'USAGE') THEN 'usable' ELSE 'denied' END
            WHEN EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgres_fdw') THEN 'available' ELSE 'missing' END;
