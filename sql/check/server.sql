-- The query of order-monitor --check about the server: one row for each check, with level (ok, unknown, warn, fail), name, the state, and
-- the command that corrects it. $1 the backend's process id as the client knows it, $2 the client's time in ms since 1970.
-- Any role may run it. In psql: \i sql/check/server.sql with PREPARE and EXECUTE as for sql/monitor.sql.
WITH settings AS (
    SELECT s.name, s.setting,
           CASE s.source
               WHEN 'database' THEN format('psql -c ''ALTER DATABASE %I RESET %s''', current_database(), s.name)
               WHEN 'user' THEN format('psql -c ''ALTER ROLE %I RESET %s''', current_user, s.name)
               WHEN 'database user' THEN format('psql -c ''ALTER ROLE %I IN DATABASE %I RESET %s''', current_user, current_database(), s.name)
               WHEN 'client' THEN format('remove %s from PGOPTIONS', s.name)
               ELSE format('psql -c ''ALTER SYSTEM SET %s = %s'' -c ''SELECT pg_reload_conf()''', s.name, wanted.setting) END AS correction
      FROM pg_settings s
      LEFT JOIN (VALUES ('fsync', 'on'), ('full_page_writes', 'on'), ('synchronous_commit', 'on'), ('default_transaction_read_only', 'off'),
                        ('default_transaction_isolation', '"read committed"')) AS wanted (name, setting) ON wanted.name = s.name
), rows (position, level, name, says, fix) AS (
    SELECT 1, CASE WHEN current_setting('server_version_num')::integer >= 150000 THEN 'ok' ELSE 'fail' END, 'PostgreSQL version',
           current_setting('server_version'), 'PostgreSQL 15 or newer is needed'
    UNION ALL
    SELECT 2, CASE WHEN pg_is_in_recovery() THEN 'fail' ELSE 'ok' END, 'recovery',
           CASE WHEN pg_is_in_recovery() THEN 'this server is a standby: nothing can be written' ELSE 'this server takes writes' END,
           'name the primary: PGHOST, or several hosts with PGTARGETSESSIONATTRS=read-write'
    UNION ALL
    SELECT 3, CASE WHEN pg_is_in_recovery() OR s.setting = 'off' THEN 'ok' ELSE 'fail' END, 'read only',
           CASE s.setting WHEN 'off' THEN 'transactions may write' ELSE 'default_transaction_read_only is on' END,
           s.correction
      FROM settings s WHERE s.name = 'default_transaction_read_only'
    UNION ALL
    SELECT 4, CASE s.setting WHEN 'on' THEN 'ok' ELSE 'fail' END, s.name,
           CASE s.setting WHEN 'on' THEN 'on' ELSE s.setting || ': a crash of the server can corrupt the database' END,
           s.correction
      FROM settings s WHERE s.name IN ('fsync', 'full_page_writes')
    UNION ALL
    SELECT 5, CASE WHEN s.setting IN ('off', 'local') THEN 'warn' ELSE 'ok' END, s.name,
           CASE s.setting
               WHEN 'off' THEN 'off: a crash of the server loses the last moments, and consumers read them again as long as the topic has them'
               WHEN 'local' THEN 'local: a failover loses what the standby does not have yet, and consumers read it again as long as the topic has it'
               ELSE s.setting END,
           s.correction
      FROM settings s WHERE s.name = 'synchronous_commit'
    UNION ALL
    SELECT 6, CASE s.setting WHEN 'read committed' THEN 'ok' ELSE 'warn' END, 'isolation',
           CASE s.setting WHEN 'read committed' THEN s.setting ELSE s.setting || ': batches that meet fail with serialization errors and are repeated' END,
           s.correction
      FROM settings s WHERE s.name = 'default_transaction_isolation'
    UNION ALL
    SELECT 7, CASE s.setting WHEN 'UTF8' THEN 'ok' ELSE 'fail' END, 'encoding',
           CASE s.setting WHEN 'UTF8' THEN 'UTF8' ELSE s.setting || ': the database cannot hold all texts of the events' END,
           'createdb --encoding=UTF8 --template=template0 NAME, then PGDATABASE=NAME scripts/migrate'
      FROM settings s WHERE s.name = 'server_encoding'
    UNION ALL
    SELECT 8, CASE WHEN string_agg(s.name, '') IS NULL THEN 'ok' ELSE 'warn' END, 'time limits',
           coalesce(string_agg(format('%s is %s ms for %s', s.name, s.setting, current_user), ', ')
                    || ': batches, or the scripts that read everything, may be cut off', 'none is too short'),
           string_agg(format('psql -c ''ALTER ROLE %I SET %s = 0''', current_user, s.name), '; ')
      FROM settings s
     WHERE s.name IN ('statement_timeout', 'transaction_timeout', 'idle_session_timeout') AND s.setting::bigint BETWEEN 1 AND 59999
    UNION ALL
    SELECT 9, 'ok', 'pooler',
           CASE WHEN $1::integer = pg_backend_pid() THEN 'none: the connection leads to the server itself' ELSE 'there is one in between' END, NULL
    UNION ALL
    SELECT 10, CASE WHEN abs(d.ms) < 2000 THEN 'ok' WHEN abs(d.ms) < 60000 THEN 'warn' ELSE 'fail' END, 'clock of the database',
           CASE WHEN abs(d.ms) < 2000 THEN 'as here, within 2 s'
                ELSE format('%s s %s the clock of this machine', round(abs(d.ms) / 1000.0), CASE WHEN d.ms > 0 THEN 'ahead of' ELSE 'behind' END) END,
           'correct the wrong clock and keep it synchronized: timedatectl set-ntp true'
      FROM (SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint - $2::bigint) AS d (ms)
)
SELECT level, name, says, CASE WHEN level <> 'ok' THEN fix END FROM rows ORDER BY position, name
