-- The nodes of a front, a row each: number, port, host, database, and the user of this session. No rows if the database is
-- not a front, or if this user may not see them. Run by scripts/nodes.sh.
SELECT count(*) = 2 AND bool_and(has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')) AS has_cluster
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'orders' AND c.relname IN ('cluster', 'nodes') \gset
\if :has_cluster
    SELECT node, port, host, dbname, session_user FROM orders.nodes
     WHERE EXISTS (SELECT FROM orders.cluster WHERE node IS NULL) ORDER BY node;
\endif
