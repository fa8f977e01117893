-- A topic that was deleted and made anew, and what only looks like it.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

SELECT is(test.apply('0:0:1 0:1:2 0:2:3 0:3:4'), '4: 4a 0d 0r 0q aaaa', 'a first log');
SELECT is(test.apply('0:0:1 0:1:2'), '2: 0a 0d 2r 0q rr', 'earlier offsets with the append times that they had are a redelivery');
SELECT is(test.apply('0:2:3@3 0:3:4@4'), '2: 0a 0d 2r 0q rr', 'so they are with one that equals the latest');
SELECT is(test.apply('0:4:5@2'), '1: 1a 0d 0r 0q a', 'a broker''s clock that went back is no new log');
SELECT is(test.progress(0, 2), NULL, 'there is one log');

SELECT is(test.apply('0:0:1@100 0:1:6@101', '{0}', '{0}'), '2: 1a 1d 0r 0q da', 'an earlier offset that was appended later is a new log');
SELECT is(test.progress(0), '0..5 9: 5a 0d 4r 0q', 'the first log stays as it was');
SELECT is(test.progress(0, 2), '0..2 2: 1a 1d 0r 0q', 'the second counts for itself');
SELECT is(test.apply('0:0:1@100 0:1:6@101 0:2:7@102', '{0}', '{0}'), '3: 1a 0d 2r 0q rra', 'and has redeliveries of its own');
SELECT results_eq('SELECT log, newest FROM orders.pipeline_status ORDER BY log', 'VALUES (1, false), (2, true)', 'the second is the newest');
SELECT results_eq($$SELECT * FROM orders.start_positions('g', 't')$$, 'VALUES (0, 3::bigint)', 'where one starts');

SELECT is(test.apply('0:1:8@200 0:2:bad@201 1:0:9@202'), '3: 2a 0d 0r 1q aqa', 'a third log may begin later, beside a new partition');
SELECT is(test.progress(0, 3), '1..3 2: 1a 0d 0r 1q', 'at its first record');
SELECT results_eq('SELECT log, kafka_offset FROM orders.quarantined_records', 'VALUES (3, 2::bigint)', 'its quarantine is the log''s');
SELECT is(test.progress(1), '0..1 1: 1a 0d 0r 0q', 'the new partition has its first log');

SELECT is(test.apply('5:0:50 5:1:51 6:0:52 6:1:53'), '4: 4a 0d 0r 0q aaaa', 'two partitions');
SELECT is(test.apply('5:0:50@400 6:0:52'), '2: 0a 1d 1r 0q dr', 'one begins a new log, the other is redelivered at the same offset');

-- The gap check looks at the log that was begun, whatever the position in the old one was.
SELECT is(test.apply('0:0:10@300 1:1:11', '{0,1}', '{3,1}', '{9,9}'), '2: 2a 0d 0r 0q aa', 'a new log under a running consumer is no gap');
SELECT results_eq('SELECT log, end_offset FROM orders.partition_progress WHERE kafka_partition = 0 ORDER BY log',
    'VALUES (1, NULL::bigint), (2, NULL), (3, NULL), (4, 9)', 'the end is that of the newest log');

SELECT * FROM finish();
ROLLBACK;
