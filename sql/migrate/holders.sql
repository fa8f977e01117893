-- Finds who blocks a migration. Variable everything: if false, the holders of the migration lock; if true, those who have for some time
-- held a lock on anything in schema orders, for which a step may wait. Sets has_holders, and holders, a text.
SELECT count(*) > 0 AS has_holders, coalesce(string_agg(words, '; ' ORDER BY words), '') AS holders
  FROM (SELECT DISTINCT regexp_replace(format('process %s (user %s, application %s%s)', a.pid, a.usename, coalesce(nullif(a.application_name, ''), 'unnamed'),
                                              ', its transaction ' || extract(epoch FROM clock_timestamp() - a.xact_start)::int || ' s old'),
                                       '[\x01-\x1f]', '?', 'g') AS words
          FROM pg_catalog.pg_locks l
          JOIN pg_catalog.pg_stat_activity a USING (pid)
          JOIN pg_catalog.pg_class c ON c.oid = l.relation
         WHERE l.granted AND a.pid <> pg_backend_pid() AND a.datname = current_database()
           AND c.relnamespace = to_regnamespace('orders')
           AND CASE WHEN :'everything' THEN (a.xact_start > clock_timestamp() - interval '2 s') IS NOT true
                    ELSE c.relname = 'schema_migrations' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') END) AS h \gset
