-- Another log in a partition: a topic that was recreated, a log that lost its end, another cluster. The caller says which log it reads.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

SELECT is(test.apply('0:0:1 0:1:2 0:2:3 0:3:4'), '4: 4a 0d 0r 0q aaaa', 'a first log');
SELECT is(test.apply('0:0:1@900 0:1:2@901'), '2: 0a 0d 2r 0q rr', 'earlier offsets are a redelivery, whatever their append times');
SELECT is(test.apply('0:4:5@2'), '1: 1a 0d 0r 0q a', 'a clock that went back is nothing');
SELECT is(test.progress(0, 2), NULL, 'append times begin no log');

SELECT is(test.apply('0:0:1 0:1:6', logs => '0:2@0'), '2: 1a 1d 0r 0q da', 'a log begins when the caller says so');
SELECT is(test.progress(0), '0..5 7: 5a 0d 2r 0q', 'the first log stays as it was');
SELECT is(test.progress(0, 2), '0..2 2: 1a 1d 0r 0q', 'the second counts for itself');
SELECT is(test.apply('0:0:1 0:1:6 0:2:7', logs => '0:2'), '3: 1a 0d 2r 0q rra', 'and has redeliveries of its own');
SELECT results_eq('SELECT log, newest FROM orders.pipeline_status ORDER BY log', 'VALUES (1, false), (2, true)', 'it was read last');
SELECT results_eq($$SELECT log, next_offset FROM orders.start_positions('g', 't')$$, 'VALUES (2, 3::bigint), (1, 5)',
    'start positions are of all logs, the one that was read last first');

-- An older log is the current one again.
SELECT is(test.apply('0:4:5 0:5:8', '{0}', '{5}', logs => '0:1'), '2: 1a 0d 1r 0q ra', 'an older log goes on');
SELECT is(test.progress(0), '0..6 9: 6a 0d 3r 0q', 'where it was');
SELECT is(test.progress(0, 2), '0..3 5: 2a 1d 2r 0q', 'and the newer one stays as it was');
SELECT results_eq('SELECT log, newest FROM orders.pipeline_status ORDER BY log', 'VALUES (1, true), (2, false)', 'it was read last');
SELECT results_eq($$SELECT log, next_offset FROM orders.start_positions('g', 't')$$, 'VALUES (1, 6::bigint), (2, 3)',
    'and is the first of the start positions');
UPDATE orders.partition_progress SET last_batch_at = NULL;
SELECT results_eq($$SELECT log FROM orders.start_positions('g', 't')$$, 'VALUES (2), (1)', 'where no time is known, the newest is the first');
SELECT results_eq('SELECT log FROM orders.pipeline_status WHERE newest', 'VALUES (2)', 'and the current one');

-- Numbers ------------------------------------------------------------------------------------------------------
SELECT throws_ok(format($$SELECT test.apply('%s', logs => '%s')$$, batch, logs), 'OR001', wrong || ' does not match this database', name)
  FROM (VALUES ('0:0:9', '0:4@0', 'log 4 of t-0', 'a log must have the next number, not the one after'),
               ('0:0:9', '0:2@0', 'log 2 of t-0', 'nor one that another log has'),
               ('0:0:9', '0:0@0', 'log 0 of t-0', 'nor 0'),
               ('1:0:9', '1:2@0', 'log 2 of t-1', 'the first one has 1'),
               ('0:6:9', '0:3', 'log 3 of t-0', 'a log that is read on must be there'),
               ('1:0:9 2:0:10', '1:1@0 2:2@0', 'log 2 of t-2', 'in every partition')) v (batch, logs, wrong, name);
SELECT is(test.events(), 8::bigint, 'nothing was written');
SELECT results_eq('SELECT kafka_partition, log FROM orders.partition_progress ORDER BY 2', 'VALUES (0, 1), (0, 2)', 'nor begun');
SELECT is(test.apply('', '{0}', end_offsets => '{7}', spans => '0:7', logs => '0:3@7'), '0: 0a 0d 0r 0q ', 'a log without offsets');
SELECT is(test.progress(0, 3), NULL, 'is not begun');
SELECT is(test.apply('', spans => '0:9', logs => '0:3@7'), '0: 0a 0d 0r 0q  absent 2', 'one with absent offsets only');
SELECT is(test.progress(0, 3), '7..9 0: 0a 0d 0r 0q absent 2', 'is');

SELECT is(test.apply('0:1:20 0:2:bad 1:0:21', logs => '0:4@1 1:1@0'), '3: 2a 0d 0r 1q aqa', 'a log may begin beside a new partition');
SELECT is(test.progress(0, 4), '1..3 2: 1a 0d 0r 1q', 'later than at 0');
SELECT is(test.progress(1), '0..1 1: 1a 0d 0r 0q', 'the new partition has its first log');
SELECT is(test.apply('0:2:bad', logs => '0:2'), '1: 0a 0d 1r 0q r', 'the same offset in another log');
SELECT results_eq('SELECT log, kafka_offset FROM orders.quarantined_records ORDER BY log', 'VALUES (2, 2::bigint), (4, 2)',
    'is another one in quarantine');

SELECT is(test.apply('5:0:50 5:1:51 6:0:52 6:1:53'), '4: 4a 0d 0r 0q aaaa', 'two partitions');
SELECT is(test.apply('5:0:50 6:0:52', logs => '5:2@0'),
          '2: 0a 1d 1r 0q dr', 'one begins a log, the other is redelivered at the same offset');
SELECT is(test.apply('0:0:60', consumer_group => 'other'), '1: 1a 0d 0r 0q a', 'another group');
SELECT is(test.apply('0:0:60', topic => 'other'), '1: 0a 1d 0r 0q d', 'and another topic');
SELECT results_eq($$SELECT log FROM orders.start_positions('other', 't') UNION ALL SELECT log FROM orders.start_positions('g', 'other')$$,
    'VALUES (1), (1)', 'have numbers of their own');

-- The gap check and the end are those of the log that is read, whatever the others are.
SELECT is(test.apply('0:0:70 1:1:71', '{0,1}', '{3,1}', '{9,9}', logs => '0:5@0'),
          '2: 2a 0d 0r 0q aa', 'a position in another log is no gap');
SELECT throws_ok($$SELECT test.apply('0:5:72', '{0}', '{5}', logs => '0:5')$$, 'OR001',
    'records of t-0 before offset 5 are missing in this database: it ends at 1', 'a gap in this log is one, though another reached further');
SELECT results_eq('SELECT log, end_offset FROM orders.pipeline_status WHERE kafka_partition = 0 AND consumer_group = ''g'' AND topic = ''t'' ORDER BY log',
    'VALUES (1, NULL::bigint), (2, NULL), (3, NULL), (4, NULL), (5, 9)', 'the end is that of the log that is read');

-- Identity -----------------------------------------------------------------------------------------------------
SELECT is(test.apply('7:0:80', cluster_id => 'one') || test.apply('7:0:81', logs => '7:2@0', cluster_id => 'two')
          || test.apply('7:1:82', logs => '7:1', cluster_id => 'three') || test.apply('8:0:83', cluster_id => NULL),
          '1: 1a 0d 0r 0q a1: 1a 0d 0r 0q a1: 1a 0d 0r 0q a1: 1a 0d 0r 0q a', 'logs of several clusters');
SELECT is(test.call('g', 't', 'c', 'an id', run_partitions => '{9}', owned_partitions => '{9}', event_ids => ARRAY[test.event_id(84)]), 'a',
          'and one whose topic has an id');
SELECT results_eq($$SELECT kafka_partition, log, cluster_id, topic_id FROM orders.start_positions('g', 't') WHERE kafka_partition >= 7 ORDER BY 1, 2$$,
    $$VALUES (7, 1, 'one', NULL), (7, 2, 'two', NULL), (8, 1, NULL, NULL), (9, 1, 'c', 'an id')$$, 'keep the ids that they began with');
SELECT results_eq('SELECT kafka_partition, log, cluster_id FROM orders.pipeline_status WHERE kafka_partition BETWEEN 7 AND 8 ORDER BY 1, 2',
    $$VALUES (7, 1, 'one'), (7, 2, 'two'), (8, 1, NULL)$$, 'and show the cluster''s');

-- Seam and anchor ----------------------------------------------------------------------------------------------
SELECT is(test.apply('', spans => '10:2', logs => '10:1@0', is_compared => true),
          '0: 0a 0d 0r 0q  absent 2', 'where no record was counted');
SELECT is(test.seam(10), '', 'there is no seam, and so no anchor');
SELECT is(test.apply('10:2:100 10:3:101'), '2: 2a 0d 0r 0q aa', 'the last record');
SELECT is(test.seam(10), 'seam 3 anchor 3', 'is the seam, and the first seam the first anchor');
SELECT is(test.apply('10:4:102', spans => '10:7'), '1: 1a 0d 0r 0q a absent 2', 'a later one, before absent offsets');
SELECT is(test.seam(10), 'seam 4 anchor 3', 'moves the seam');
SELECT is(test.apply('10:2:100 10:4:102', spans => '10:6'), '2: 0a 0d 2r 0q rr', 'a redelivery');
SELECT is(test.apply('10:5:103', '{10}'), '1: 0a 0d 1r 0q r', 'even at an offset that was absent');
SELECT is(test.apply('', spans => '10:8'), '0: 0a 0d 0r 0q  absent 1', 'and absent offsets');
SELECT is(test.seam(10), 'seam 4 anchor 3', 'do not');
SELECT is(test.apply('10:4:102 10:8:104'), '2: 1a 0d 1r 0q ra', 'a new record after a redelivered one');
SELECT is(test.seam(10), 'seam 8 anchor 3', 'does');
SELECT is(test.apply('10:9:100', is_compared => true), '1: 0a 1d 0r 0q d', 'a duplicate does, and once the caller has compared');
SELECT is(test.seam(10), 'seam 9 anchor 8', 'the seam that it compared is the anchor');
SELECT is(test.apply('10:10:bad', '{10}', '{NULL}', '{11}'), '1: 0a 0d 0r 1q q', 'a quarantined record does');
SELECT is(test.seam(10), 'seam 10 anchor 8', 'and without comparison the anchor stays');
SELECT is(test.apply('', '{10}', is_compared => true), '0: 0a 0d 0r 0q ', 'compared without a record');
SELECT is(test.seam(10), 'seam 10 anchor 10', 'both are the same');

SELECT is(test.apply('10:0:110 10:1:111', logs => '10:2@0') || test.apply('11:0:112 11:1:113') || test.apply('11:2:114'),
          '2: 2a 0d 0r 0q aa2: 2a 0d 0r 0q aa1: 1a 0d 0r 0q a', 'other logs');
SELECT is(test.apply('10:2:115', is_compared => true), '1: 1a 0d 0r 0q a', 'compared in one');
SELECT is(concat_ws(', ', test.seam(10), test.seam(10, 2), test.seam(11)), 'seam 10 anchor 10, seam 2 anchor 1, seam 2 anchor 1',
          'nothing changes in the others');
SELECT results_eq($$SELECT log, seam_offset, seam_time, seam_hash, anchor_offset, anchor_time, anchor_hash
                      FROM orders.start_positions('g', 't') WHERE kafka_partition = 10$$,
    $$VALUES (2, 2::bigint, test.append_time(2), 2::bigint, 1::bigint, test.append_time(1), 1::bigint),
             (1, 10, test.append_time(10), 10, 10, test.append_time(10), 10)$$, 'start positions tell both of every log');

-- Counted before there were seams.
UPDATE orders.partition_progress SET seam_offset = NULL, seam_time = NULL, seam_hash = NULL, anchor_offset = NULL, anchor_time = NULL, anchor_hash = NULL
 WHERE kafka_partition = 11;
SELECT is(test.apply('11:2:114', is_compared => true), '1: 0a 0d 1r 0q r', 'a log without a seam, redelivered');
SELECT is(test.seam(11), '', 'still has none');
SELECT is(test.apply('11:3:116', is_compared => true), '1: 1a 0d 0r 0q a', 'going on');
SELECT is(test.seam(11), 'seam 3 anchor 3', 'it gets one');

SELECT * FROM finish();
ROLLBACK;
