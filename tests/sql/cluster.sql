-- What a database of a cluster takes, and what it says of itself.
\set ON_ERROR_STOP on
BEGIN;
SELECT test.clean();
SELECT no_plan();

SELECT is_empty('SELECT * FROM orders.read_cluster()', 'a database by itself is no cluster');

-- A node: number 1 of 2, for a topic of 6 partitions.
INSERT INTO orders.cluster (nodes, partitions, node) VALUES (2, 6, 1);
SELECT results_eq('SELECT nodes, partitions, node, host FROM orders.read_cluster()', 'VALUES (2, 6, 1, NULL::text)', 'a node says which');
SELECT is(test.apply('1:0:1 5:0:2 3:0:3'), '3: 3a 0d 0r 0q aaa', 'it takes its partitions');
SELECT throws_ok($$SELECT test.apply('1:1:4 2:0:5')$$, 'OR002',
    'apply_batch: a partition does not belong to this database, which is node 1 of 2, of a topic with 6 partitions', 'and none of another node''s');
SELECT throws_ok($$SELECT test.apply('7:0:5')$$, 'OR002', NULL, 'no partition that the topic does not have');
SELECT throws_ok($$SELECT test.apply('', '{0}', '{0}')$$, 'OR002', NULL, 'not even a position');
SELECT is(test.progress(1), '0..1 1: 1a 0d 0r 0q', 'nothing of them is written');
SELECT is(test.apply('1:1:4'), '1: 1a 0d 0r 0q a', 'it goes on');
SELECT throws_ok('INSERT INTO orders.cluster (nodes, partitions, node) VALUES (3, 6, 3)', '23514', NULL, 'the last node is number nodes - 1');

-- The front.
UPDATE orders.cluster SET node = NULL;
INSERT INTO orders.nodes (node, host, port, dbname) VALUES (1, 'b', 5433, 'y'), (0, 'a', 5432, 'x');
SELECT results_eq('SELECT nodes, partitions, node, host, port, dbname FROM orders.read_cluster()',
    $$VALUES (2, 6, 0, 'a', 5432, 'x'), (2, 6, 1, 'b', 5433, 'y')$$, 'the front says where the nodes are, by number');
SELECT throws_ok($$SELECT test.apply('0:0:1')$$, 'OR002', 'apply_batch: a partition does not belong to this database, which is the front of a cluster',
    'and takes nothing itself');

SELECT finish();
ROLLBACK;
