-- Prints the server's address if sessions are shared, as behind a pooler in transaction mode, which gives a session to other clients
-- between two transactions. Run by scripts/database.sh. Behind such a pooler a second client gets the session that this one just had,
-- or this one gets another session if the pool is busy.
SELECT pg_catalog.pg_backend_pid() AS first \gset
SELECT pg_catalog.pg_backend_pid() AS second \gset
\set other `timeout 10 psql --no-psqlrc --quiet --no-align --tuples-only --command='SELECT pg_catalog.pg_backend_pid()'`
SELECT pg_catalog.pg_backend_pid() AS third \gset
BEGIN;
SET LOCAL search_path = pg_catalog, pg_temp;
SELECT format('PGHOST=%s PGPORT=%s', coalesce(host(inet_server_addr()), 'the folder of its socket'), current_setting('port'))
 WHERE :'other' IN (:'first', :'second', :'third') OR :'first' <> :'second' OR :'second' <> :'third';
COMMIT;
