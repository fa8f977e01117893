-- The views, the comments, and who may call what.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

-- Events 0-4 are the life of order-0 in its order; the others are made by hand.
SELECT is(test.apply('0:0:0 0:1:1 0:2:2 0:3:3 0:4:4 1:0:5 1:1:7 1:2:9'), '8: 8a 0d 0r 0q aaaaaaaa', 'two orders');
INSERT INTO orders.processed_events (event_id, event_type, event_at, order_id, region, payload_hash, kafka_partition) VALUES
    (gen_random_uuid(), 'ORDER_PLACED',      '2018-03-05 10:00:00',     'b', 'SP', 1, 0),
    (gen_random_uuid(), 'HANDED_TO_CARRIER', '2018-03-04 10:00:00.123', 'b', 'SP', 1, 0),
    (gen_random_uuid(), 'HANDED_TO_CARRIER', '2018-03-06 10:00:00',     'b', 'SP', 1, 0),
    (gen_random_uuid(), 'ORDER_APPROVED',    '2018-03-05 10:00:00',     'B', NULL, 1, 0),
    (gen_random_uuid(), 'LATE_DETECTED',     '2018-03-05 10:00:00',     'c', NULL, 1, 0);
SELECT results_eq(
    'SELECT * FROM orders.order_timeline ORDER BY order_id COLLATE "C"',
    $$VALUES
      ('B' COLLATE "C", NULL COLLATE "C", NULL::timestamp(3), '2018-03-05 10:00:00'::timestamp(3), NULL::timestamp(3), NULL::timestamp(3), NULL::timestamp(3), 'APPROVED', false),
      ('b', 'SP', '2018-03-05 10:00:00', NULL, '2018-03-04 10:00:00.123', NULL, NULL, 'HANDED_TO_CARRIER', false),
      ('c', NULL, NULL, NULL, NULL, NULL, '2018-03-05 10:00:00', NULL, true),
      ('order-0', 'SP', '2017-01-01 00:00', '2017-01-01 00:15', '2017-01-01 00:30', '2017-01-01 00:45', '2017-01-01 01:00', 'DELIVERED', true),
      ('order-1', 'RJ', '2017-01-01 01:15', NULL, '2017-01-01 01:45', NULL, '2017-01-01 02:15', 'HANDED_TO_CARRIER', true)$$,
    'order_timeline: the earliest of each type; the furthest stage, not the latest');

SELECT results_eq('SELECT event_type::text, events FROM orders.event_type_totals',
    $$VALUES ('ORDER_PLACED', 2::bigint), ('ORDER_APPROVED', 1), ('HANDED_TO_CARRIER', 2), ('DELIVERED', 1), ('LATE_DETECTED', 2)$$,
    'event_type_totals: partitions summed, in the order of the life cycle');
SELECT results_eq('SELECT event_day, event_type::text, events FROM orders.event_type_daily LIMIT 2',
    $$VALUES (date '2017-01-01', 'ORDER_PLACED', 2::bigint), ('2017-01-01', 'ORDER_APPROVED', 1)$$, 'event_type_daily');
SELECT results_eq('SELECT region COLLATE "default", event_type::text, events FROM orders.event_type_by_region LIMIT 2',
    $$VALUES ('RJ', 'ORDER_PLACED', 1::bigint), ('RJ', 'HANDED_TO_CARRIER', 1)$$, 'event_type_by_region');

SELECT results_eq($$SELECT event_type::text, event_at, region COLLATE "default", payload, kafka_partition FROM orders.order_events WHERE order_id = 'b' ORDER BY event_at$$,
    $$VALUES ('HANDED_TO_CARRIER', '2018-03-04 10:00:00.123'::timestamp(3), 'SP', '0000000000000001', 0),
             ('ORDER_PLACED', '2018-03-05 10:00:00', 'SP', '0000000000000001', 0), ('HANDED_TO_CARRIER', '2018-03-06 10:00:00', 'SP', '0000000000000001', 0)$$,
    'order_events: all events of an order');

-- pipeline_status judges: each invariant alone makes a row incomplete.
SELECT results_eq('SELECT complete, uncounted FROM orders.pipeline_status', 'VALUES (true, 0::bigint), (true, 0)', 'pipeline_status: complete');
SELECT alike(test.apply('2:0:0 3:0:0', spans => '2:4 3:4/3'), '2: 0a 2d 0r 0q dd absent 4 deleted 2%', 'offsets without records');
SELECT results_eq('SELECT complete, absent, deleted, uncounted FROM orders.pipeline_status WHERE kafka_partition > 1',
    'VALUES (true, 3::bigint, 0::bigint, 0::bigint), (false, 1, 2, 0)', 'complete where they are absent, not where they were deleted');
UPDATE orders.partition_progress SET received = received + 1 WHERE kafka_partition = 0;
UPDATE orders.partition_progress SET next_offset = next_offset + 1 WHERE kafka_partition = 1;
UPDATE orders.partition_progress SET absent = absent + 1, received = received + 2 WHERE kafka_partition = 2;
SELECT results_eq('SELECT complete, uncounted FROM orders.pipeline_status WHERE kafka_partition < 3',
    'VALUES (false, 1::bigint), (false, 1), (false, 3)', 'not complete where a count is off, or an offset; by how many');

SELECT is_empty(
    $$SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relnamespace = 'orders'::regnamespace AND c.relkind IN ('r', 'v') AND col_description(c.oid, a.attnum) IS NULL$$,
    'every column has a comment');
SELECT is_empty(
    $$SELECT relname FROM pg_class c WHERE relnamespace = 'orders'::regnamespace AND relkind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL$$,
    'every table and view');
SELECT is_empty(
    $$SELECT proname FROM pg_proc WHERE pronamespace = 'orders'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL$$,
    'every function');

-- A role that has EXECUTE and nothing else can do a consumer's work, and nobody else can.
CREATE ROLE order_replay_test_worker;
GRANT USAGE ON SCHEMA orders, test, tap TO order_replay_test_worker;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA tap, test TO order_replay_test_worker;
GRANT ALL ON ALL TABLES IN SCHEMA tap, pg_temp TO order_replay_test_worker;
GRANT ALL ON ALL SEQUENCES IN SCHEMA pg_temp TO order_replay_test_worker;
PREPARE idle AS SELECT outcomes FROM orders.apply_batch('g', 't', 'c', NULL, false, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
    '{}', '{}', '{}', '{}', '{}', '{}', '{0}', '{1}', '{NULL}', '{0}', '{NULL}', '{0}', '{9}', '{NULL}', '{NULL}');
SET LOCAL ROLE order_replay_test_worker;
SELECT throws_ok('EXECUTE idle', '42501', NULL, 'apply_batch is not for everybody');
SELECT throws_ok($$SELECT FROM orders.start_positions('g', 't')$$, '42501', NULL, 'nor start_positions');
SELECT throws_ok('SELECT orders.schema_version()', '42501', NULL, 'nor schema_version');
SELECT throws_ok('SELECT orders.read_lifecycle()', '42501', NULL, 'nor read_lifecycle');
RESET ROLE;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA orders TO order_replay_test_worker;
SET LOCAL ROLE order_replay_test_worker;
SELECT results_eq('EXECUTE idle', $$VALUES ('')$$, 'EXECUTE is all that it takes');
SELECT results_eq($$SELECT kafka_partition FROM orders.start_positions('g', 't')$$, 'VALUES (0), (1), (2), (3)', 'for start_positions too');
SELECT cmp_ok(orders.schema_version(), '>=', 1, 'and schema_version');
SELECT results_eq($$SELECT name FROM orders.read_lifecycle() WHERE kind = 'event'$$,
    $$VALUES ('ORDER_PLACED'), ('ORDER_APPROVED'), ('HANDED_TO_CARRIER'), ('DELIVERED')$$, 'and read_lifecycle');
SELECT throws_ok('SELECT FROM orders.processed_events', '42501', NULL, 'the tables stay closed');
RESET ROLE;

-- For replicas: a publication of all tables stops no update.
SELECT is_empty($$SELECT c.oid::regclass FROM pg_catalog.pg_class c
                   WHERE c.relnamespace = 'orders'::regnamespace AND c.relkind = 'r' AND c.relreplident <> 'f'
                     AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid AND (i.indisprimary OR i.indisreplident))$$,
    'the rows of every table can be named: by a primary key, or as a whole');
SET LOCAL client_min_messages = error; -- wal_level need not be logical
CREATE PUBLICATION order_replay_test FOR ALL TABLES;
SELECT lives_ok(format('UPDATE %s SET %I = %2$I', c.oid::regclass, a.attname), format('%s may be updated while it is published', c.oid::regclass))
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON (a.attrelid, a.attnum) = (c.oid, 1)
 WHERE c.relnamespace = 'orders'::regnamespace AND c.relkind = 'r';

SELECT * FROM finish();
ROLLBACK;
