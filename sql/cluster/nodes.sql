-- The nodes of a front, a row each: number, port, host, database, and the user of this session. No row where the database is not a
-- front. Run by scripts/nodes.sh.
SELECT to_regclass('orders.cluster') IS NOT NULL AND to_regclass('orders.nodes') IS NOT NULL AS has_cluster \gset
\if :has_cluster
    SELECT node, port, host, dbname, session_user FROM orders.nodes
     WHERE EXISTS (SELECT FROM orders.cluster WHERE node IS NULL) ORDER BY node;
\endif
