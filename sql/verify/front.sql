-- Replaces schema.sql for the front of a cluster. Each node must have the tables, views and functions that scripts/migrate creates, and
-- the front its views and functions. node_facts is a JSON array with the facts of each node, by number. The tables of the front are
-- foreign tables of the nodes: their targets are compared with orders.nodes.
--
-- Within this transaction all reads of a node use one snapshot of that node. No snapshot spans nodes, and none is needed: a node has
-- whole partitions, so rows that belong together are on one node.
CREATE TEMP TABLE wanted_facts AS SELECT * FROM jsonb_to_recordset(:'fresh_schema') AS e (relation text, item text, fact text);
CREATE TEMP VIEW front_relations AS SELECT relation FROM wanted_facts WHERE item LIKE 'view %' OR item LIKE 'function %';
CREATE TEMP TABLE node_facts AS
SELECT n.no - 1 AS node, f.*
  FROM jsonb_array_elements(:'node_facts') WITH ORDINALITY AS n (facts, no), jsonb_to_recordset(n.facts) AS f (relation text, item text, fact text)
 WHERE f.relation IN (SELECT relation FROM wanted_facts);
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), place || ': ' || item, coalesce(expected, 'none'), coalesce(found, 'none')
  FROM (SELECT 'node ' || node AS place, item, e.fact AS expected, f.fact AS found
          FROM (SELECT n.node, w.* FROM orders.nodes n, wanted_facts w
                UNION ALL
                SELECT n.node, 'cluster', 'row of cluster', format('node %s of %s, %s partitions', n.node, c.nodes, c.partitions) FROM orders.nodes n, orders.cluster c
                UNION ALL
                SELECT n.node, 'lifecycle', 'rows of lifecycle', l.rows
                  FROM orders.nodes n, (SELECT md5(string_agg(to_jsonb(l)::text, E'\n' ORDER BY no)) AS rows FROM orders.lifecycle l) l) e FULL JOIN node_facts f USING (node, relation, item)
        UNION ALL
        SELECT 'front', item, e.fact, f.fact
          FROM (SELECT * FROM wanted_facts WHERE relation IN (TABLE front_relations)) e
          FULL JOIN (SELECT * FROM pg_temp.schema_facts('orders'::regnamespace) WHERE relation IN (TABLE front_relations)) f USING (relation, item)) AS d
 WHERE expected IS DISTINCT FROM found
 ORDER BY place, item COLLATE "C" LIMIT 10;
\set check 'schema as migrate makes it'
SELECT format('%s tables, views and functions, on %s nodes and their front', (SELECT count(DISTINCT relation) FROM wanted_facts), (SELECT count(*) FROM orders.nodes)) AS compared \gset
\ir report.sql

CREATE TEMP VIEW leads AS
SELECT p.relname AS relation, s.srvname AS node,
       concat_ws(' ', pg_get_partkeydef(p.oid), pg_get_expr(c.relpartbound, c.oid),
                 (SELECT string_agg(option_name || '=' || option_value, ' ' ORDER BY option_name) FROM pg_options_to_table(s.srvoptions)
                   WHERE option_name IN ('host', 'port', 'dbname')),
                 (SELECT string_agg(option_name || '=' || option_value, ' ' ORDER BY option_name) FROM pg_options_to_table(f.ftoptions)
                   WHERE option_name IN ('schema_name', 'table_name'))) AS place
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  LEFT JOIN pg_catalog.pg_foreign_table f ON f.ftrelid = c.oid
  LEFT JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
 WHERE p.relnamespace = 'orders'::regnamespace;
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), format('%s of %s', relation, node), coalesce(e.place, 'none'), coalesce(l.place, 'none')
  FROM (SELECT t.relation, 'node_' || n.node AS node,
               concat_ws(' ', CASE WHEN t.relation <> 'retirements' THEN format('LIST (((kafka_partition %% %s))) FOR VALUES IN (%s)', c.nodes, n.node) END,
                         format('dbname=%s host=%s port=%s schema_name=orders table_name=%s', n.dbname, n.host, n.port, t.relation)) AS place
          FROM orders.cluster c, orders.nodes n,
               (SELECT DISTINCT relation FROM wanted_facts
                 WHERE relation NOT IN (TABLE front_relations) AND (item LIKE 'column kafka\_partition of %' OR relation = 'retirements')) t) e
  FULL JOIN leads l USING (relation, node)
 WHERE e.place IS DISTINCT FROM l.place
 ORDER BY 2 LIMIT 10;
\set check 'the front leads to its nodes'
SELECT count(*) || ' tables' AS compared FROM leads \gset
\ir report.sql

-- A partition belongs to one node: rows of it on another node are never read, or counted twice. Each node filters its own rows, so that
-- only wrong rows are fetched. With constraint_exclusion on, the planner would optimize "kafka_partition % nodes" away, hence mod().
CREATE FUNCTION pg_temp.strays() RETURNS TABLE (relation text, node integer, kafka_partition integer, strays bigint) LANGUAGE plpgsql AS $$
DECLARE
    nodes integer := (SELECT c.nodes FROM orders.cluster c);
BEGIN
    FOR relation, node IN
        SELECT l.relation::text, n.node FROM pg_temp.leads l JOIN orders.nodes n ON l.node = 'node_' || n.node WHERE l.relation <> 'retirements'
    LOOP
        FOR kafka_partition, strays IN
            EXECUTE format('SELECT kafka_partition, count(*) FROM node_%s.%I WHERE mod(kafka_partition, %s) <> %1$s GROUP BY kafka_partition', node, relation, nodes)
        LOOP
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), format('partition %s in %s', kafka_partition, relation), 'node_' || kafka_partition % (SELECT nodes FROM orders.cluster),
       format('node_%s, %s rows', node, strays)
  FROM pg_temp.strays()
 ORDER BY 2, 4 LIMIT 10;
\set check 'each partition on its node'
SELECT format('%s partitions on %s nodes', count(DISTINCT kafka_partition), (SELECT count(*) FROM orders.nodes)) AS compared FROM orders.partition_progress \gset
\ir report.sql
