-- Makes a database the front. Variables: ON_ERROR_STOP on; nodes and partitions, numbers; addresses, a JSON array of {node, host, port,
-- dbname}; from the environment NODE_PASSWORDS, a JSON array of the passwords, or null, in the order of the nodes; sslmode, or ''. Prints
-- a line for each object that it created, and refuses with `refused REASON`. It is one transaction.
SET client_min_messages = warning;
SET lock_timeout = '10s';
\getenv passwords NODE_PASSWORDS
BEGIN;
-- Keeps statements with a password out of the server's log. Only a superuser may set this.
DO $$
BEGIN
    SET LOCAL log_statement = 'none';
    SET LOCAL log_min_duration_statement = -1;
    SET LOCAL log_min_duration_sample = -1;
    SET LOCAL log_transaction_sample_rate = 0;
    SET LOCAL log_min_error_statement = 'panic';
    SET LOCAL pg_stat_statements.track_utility = off;
EXCEPTION
    WHEN insufficient_privilege THEN NULL;
END $$;
CREATE TEMP TABLE made (no integer GENERATED ALWAYS AS IDENTITY, what text);
CREATE TEMP TABLE wanted AS
SELECT a.*, 'node_' || a.node AS server, p.password
  FROM jsonb_to_recordset(:'addresses') AS a (node integer, host text, port integer, dbname text)
  JOIN jsonb_array_elements_text(:'passwords') WITH ORDINALITY AS p (password, no) ON p.no = a.node + 1;
\unset passwords

-- The members of the cluster. The lock blocks batches until the commit.
LOCK TABLE ONLY orders.processed_events IN SHARE ROW EXCLUSIVE MODE;
SELECT EXISTS (SELECT FROM orders.cluster WHERE (nodes, partitions) = (:nodes, :partitions) AND node IS NULL)
           AND NOT EXISTS (SELECT node, host, port, dbname FROM orders.nodes EXCEPT SELECT node, host, port, dbname FROM wanted)
           AND NOT EXISTS (SELECT node, host, port, dbname FROM wanted EXCEPT SELECT node, host, port, dbname FROM orders.nodes) AS is_made,
       EXISTS (SELECT FROM orders.cluster) AS is_other,
       EXISTS (SELECT FROM ONLY orders.processed_events) OR EXISTS (SELECT FROM ONLY orders.partition_progress) AS holds \gset
\if :is_made
\elif :is_other
    \echo refused is part of another cluster
    \quit
\elif :holds
    \echo refused holds events or progress already
    \quit
\else
    INSERT INTO orders.cluster (nodes, partitions) VALUES (:nodes, :partitions);
    INSERT INTO orders.nodes (node, host, port, dbname) SELECT node, host, port, dbname FROM wanted;
    INSERT INTO made (what) VALUES (format('this database is the front of %s nodes', :nodes));
\endif

-- Their addresses. Rows are fetched 10,000 at a time, from all nodes concurrently.
CREATE SCHEMA IF NOT EXISTS front;
CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA front;
\ir fdw_options.sql
SELECT set_config('cluster.sslmode', :'sslmode', true) \g /dev/null
DO $$
DECLARE
    node         record;
    known        record;
    server_words text[];
    user_words   text[];
    remote_user  text := session_user;
BEGIN
    FOR node IN SELECT * FROM wanted ORDER BY wanted.node LOOP
        server_words := ARRAY['host=' || node.host, 'port=' || node.port, 'dbname=' || node.dbname, 'fetch_size=10000', 'async_capable=true', 'connect_timeout=10']
                        || CASE WHEN current_setting('cluster.sslmode') <> '' THEN ARRAY['sslmode=' || current_setting('cluster.sslmode')] END;
        user_words := ARRAY['user=' || remote_user] || CASE WHEN node.password IS NOT NULL THEN ARRAY['password=' || node.password] END;

        SELECT s.srvoptions INTO known FROM pg_catalog.pg_foreign_server s WHERE s.srvname = node.server;
        IF NOT FOUND THEN
            EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER postgres_fdw OPTIONS (%s)', node.server, pg_temp.fdw_options(server_words, '{}'));
            INSERT INTO made (what) VALUES (format('server %s is %s:%s/%s', node.server, node.host, node.port, node.dbname));
        ELSIF NOT (known.srvoptions @> server_words AND known.srvoptions <@ server_words) THEN
            EXECUTE format('ALTER SERVER %I OPTIONS (%s)', node.server, pg_temp.fdw_options(server_words, known.srvoptions));
            INSERT INTO made (what) VALUES (format('server %s corrected: it is %s:%s/%s', node.server, node.host, node.port, node.dbname));
        END IF;

        SELECT m.umoptions INTO known FROM pg_catalog.pg_user_mappings m WHERE m.srvname = node.server AND m.usename = remote_user;
        IF NOT FOUND THEN
            EXECUTE format('CREATE USER MAPPING FOR %I SERVER %I OPTIONS (%s)', remote_user, node.server, pg_temp.fdw_options(user_words, '{}'));
            INSERT INTO made (what) VALUES (format('server %s: user %s', node.server, remote_user));
        ELSIF NOT (coalesce(known.umoptions, '{}') @> user_words AND coalesce(known.umoptions, '{}') <@ user_words) THEN
            EXECUTE format('ALTER USER MAPPING FOR %I SERVER %I OPTIONS (%s)', remote_user, node.server, pg_temp.fdw_options(user_words, known.umoptions));
            INSERT INTO made (what) VALUES (format('server %s: user and password of %s corrected', node.server, remote_user));
        END IF;
    END LOOP;
END $$;

SELECT count(*) AS tables_before FROM pg_catalog.pg_foreign_table \gset
\ir build.sql
INSERT INTO made (what)
SELECT format('%s tables lead to the nodes', count(*) - :tables_before) FROM pg_catalog.pg_foreign_table HAVING count(*) > :tables_before;

-- From here the front's own server connects to the nodes.
\set ON_ERROR_STOP off
SELECT count(*) FROM orders.partition_progress \g /dev/null
\set ON_ERROR_STOP on
\if :ERROR
    \echo refused cannot read the nodes, as the line above says: host, port and password have to lead there from the server of the front, too
    \quit
\endif
COMMIT;
SELECT what FROM made ORDER BY no;
