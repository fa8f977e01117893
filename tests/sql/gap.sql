-- A database that was emptied or restored under a running consumer.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

SELECT is(test.apply('0:0:1 0:1:2 1:0:3', '{0,1}', '{NULL,NULL}'), '3: 3a 0d 0r 0q aaa', 'a consumer that reads from the beginning');
SELECT is(test.apply('0:2:4', '{0,1}', '{2,1}'), '1: 1a 0d 0r 0q a', 'reads on');
SELECT is(test.apply('0:1:2 0:2:4', '{0,1}', '{1,0}'), '2: 0a 0d 2r 0q rr', 'or from before');
SELECT is(test.apply('', '{2}', '{NULL}'), '0: 0a 0d 0r 0q ', 'a partition without records has no gap');
SELECT is(test.apply('2:7:20', '{2}', '{NULL}'), '1: 1a 0d 0r 0q a', 'and begins where its first record is');

SELECT throws_ok($$SELECT test.apply('0:4:5', '{0,1}', '{4,1}')$$, 'OR001',
    'records of t-0 before offset 4 are missing in this database: it ends at 3', 'a batch past the database''s end is refused');
SELECT throws_ok($$SELECT test.apply('', '{0,1}', '{3,2}')$$, 'OR001',
    'records of t-1 before offset 2 are missing in this database: it ends at 1', 'so is an empty one');
SELECT throws_ok($$SELECT test.apply('0:4:5', '{0,1}', '{3,1}', logs => '0:2 1:1')$$, 'OR001',
    'log 2 of t-0 does not match this database', 'so is a log that the database does not know');
SELECT throws_ok($$SELECT test.apply('5:9:5', '{5}', '{9}', logs => '5:1')$$, 'OR001',
    'log 1 of t-5 does not match this database', 'a partition that it does not know');
SELECT throws_ok($$SELECT test.apply('', '{5}', '{0}', logs => '5:1')$$, 'OR001',
    'log 1 of t-5 does not match this database', 'and an idle consumer of it');
SELECT throws_ok($$SELECT test.apply('0:3:5', '{0,5}', '{3,0}', logs => '0:1 5:1')$$, 'OR001',
    'log 1 of t-5 does not match this database', 'beside a partition that goes on');
SELECT is(test.events(), 5::bigint, 'nothing was written');
SELECT is(test.progress(5), NULL, 'nor counted');

-- Restored: the last batch is gone.
DELETE FROM orders.processed_events WHERE event_id = test.event_id(4);
DELETE FROM orders.event_type_counts WHERE event_type::text = test.event_type(4);
DELETE FROM orders.event_day_counts WHERE event_type::text = test.event_type(4);
DELETE FROM orders.event_region_counts WHERE event_type::text = test.event_type(4);
UPDATE orders.partition_progress SET received = 2, applied = 2, redelivered = 0, next_offset = 2, seam_offset = 1 WHERE kafka_partition = 0;
SELECT throws_ok($$SELECT test.apply('0:3:5', '{0}', '{3}')$$, 'OR001', NULL, 'restored, it lacks what came last');
SELECT is(test.apply('0:2:4 0:3:5', '{0}', '{2}'), '2: 2a 0d 0r 0q aa', 'and takes it again from where it ends');

-- Emptied.
TRUNCATE orders.processed_events, orders.event_type_counts, orders.event_day_counts, orders.event_region_counts,
         orders.partition_progress;
SELECT throws_ok($$SELECT test.apply('0:4:6', '{0}', '{4}', logs => '0:1')$$, 'OR001', NULL, 'emptied, it lacks everything');
SELECT is(test.apply('0:0:1 0:1:2 0:2:4 0:3:5', '{0}', '{NULL}'), '4: 4a 0d 0r 0q aaaa', 'and is filled again from the beginning');

SELECT * FROM finish();
ROLLBACK;
