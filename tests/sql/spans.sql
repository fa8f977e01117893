-- Every offset is counted, also one that has no record. (test.apply says where the sums do not hold.)
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

-- Absent -------------------------------------------------------------------------------------------------------
SELECT is(test.apply('0:0:1 0:2:2 0:5:3'), '3: 3a 0d 0r 0q aaa absent 3', 'holes between records are absent');
SELECT is(test.progress(0), '0..6 3: 3a 0d 0r 0q absent 3', 'and counted');
SELECT is(test.apply('0:6:4', spans => '0:8'), '1: 1a 0d 0r 0q a absent 1', 'a transaction marker at the end is absent');
SELECT is(test.apply('', '{0}', '{8}', '{10}', spans => '0:10'), '0: 0a 0d 0r 0q  absent 2', 'an empty batch moves on');
SELECT results_eq('SELECT next_offset, absent, deleted, lag, complete FROM orders.pipeline_status', 'VALUES (10::bigint, 6::bigint, 0::bigint, 0::bigint, true)',
    'so the lag is 0, and all is complete');
SELECT is(test.apply('0:12:bad 0:14:1', '{0}', '{10}', spans => '0:16'),
          '2: 0a 1d 0r 1q qd absent 4', 'holes before, between and after others');
SELECT is(test.apply('', '{0}', '{16}', spans => '0:16'), '0: 0a 0d 0r 0q ', 'where nothing moves, nothing is absent');
UPDATE orders.partition_progress SET last_batch_at = '2000-01-01';
SELECT is(test.apply('', '{0}', '{16}', '{17}', spans => '0:16'), '0: 0a 0d 0r 0q ', 'nor is that a batch');
SELECT is((SELECT last_batch_at FROM orders.partition_progress), '2000-01-01', 'of the partition');
SELECT is(test.apply('', '{0}', '{16}', spans => '0:17'), '0: 0a 0d 0r 0q  absent 1', 'moving on without a record');
SELECT cmp_ok((SELECT last_batch_at FROM orders.partition_progress), '>', '2000-01-01', 'is one');
SELECT is(test.apply('1:5:10', logs => '1:1@3'), '1: 1a 0d 0r 0q a absent 2', 'a log may begin with absent offsets');
SELECT is(test.progress(1), '3..6 1: 1a 0d 0r 0q absent 2', 'which are counted from its first one');
SELECT is(test.apply('2:0:11 3:1:12', spans => '2:3 4:4'), '2: 2a 0d 0r 0q aa absent 6', 'each partition has a span of its own');
SELECT results_eq('SELECT kafka_partition, first_offset, next_offset, absent FROM orders.partition_progress WHERE kafka_partition > 1 ORDER BY 1',
    'VALUES (2, 0::bigint, 3::bigint, 2::bigint), (3, 1, 2, 0), (4, 0, 4, 4)', 'also one without a record');

-- … redelivered, and by zombies.
SELECT is(test.apply('0:0:1 0:2:2 0:5:3 0:6:4 0:12:bad 0:14:1', spans => '0:17'),
          '6: 0a 0d 6r 0q rrrrrr', 'what is read again is not absent again');
SELECT is(test.apply('', spans => '0:3') || test.apply('0:2:2', spans => '0:4'),
          '0: 0a 0d 0r 0q 1: 0a 0d 1r 0q r', 'a zombie behind its successor');
SELECT is(test.progress(0), '0..17 13: 4a 1d 7r 1q absent 11', 'takes nothing back');
SELECT is(test.apply('0:14:1 0:18:20', '{0}', '{14}', spans => '0:20'), '2: 1a 0d 1r 0q ra absent 2', 'half read again, half new');
SELECT is(test.apply('0:15:21 0:16:21 0:20:21'), '3: 0a 1d 2r 0q rrd', 'a record where an absent offset was counted is redelivered');
SELECT is(test.events(), 9::bigint, 'but its event is applied');

-- Deleted ------------------------------------------------------------------------------------------------------
SELECT is(test.apply('10:0:100'), '1: 1a 0d 0r 0q a', 'a partition whose next records are deleted');
SELECT is(test.apply('10:7:101', '{10}', '{1}', spans => '10:8/7'),
          '1: 1a 0d 0r 0q a deleted 6', 'offsets before the first readable one are deleted');
SELECT is(test.progress(10), '0..8 2: 2a 0d 0r 0q deleted 6', 'and counted');
SELECT results_eq('SELECT kafka_partition FROM orders.pipeline_status WHERE NOT complete', 'VALUES (10)', 'so the partition is not complete, and no other');
SELECT is(test.apply('10:8:102', spans => '10:9/7'), '1: 1a 0d 0r 0q a', 'they are counted once');
SELECT is(test.apply('10:0:100 10:7:101', spans => '10:8/7') || test.apply('10:8:102', spans => '10:9/8') || test.apply('', spans => '10:5/5'),
          '2: 0a 0d 2r 0q rr1: 0a 0d 1r 0q r0: 0a 0d 0r 0q ', 'also where they are read again, or by a zombie');
SELECT is(test.apply('', spans => '10:9/9'), '0: 0a 0d 0r 0q ', 'nothing is deleted where reading goes on at the first readable one');
SELECT is(test.apply('10:14:103', spans => '10:16/12'), '1: 1a 0d 0r 0q a absent 3 deleted 3', 'those after it are absent');
SELECT is(test.apply('', spans => '10:20/20'), '0: 0a 0d 0r 0q  deleted 4', 'all that was left is deleted');
SELECT is(test.apply('', spans => '10:22/30'), '0: 0a 0d 0r 0q  deleted 2', 'as far as the span goes');
SELECT is(test.apply('10:30:104', spans => '10:31/30'), '1: 1a 0d 0r 0q a deleted 8', 'and the others with the next one');
SELECT is(test.progress(10), '0..31 8: 5a 0d 3r 0q absent 3 deleted 23', 'the sums hold');
SELECT ok((SELECT NOT complete FROM orders.pipeline_status WHERE kafka_partition = 10), 'and it stays incomplete');
SELECT is(test.apply('11:100:110', spans => '11:101/100', logs => '11:1@100'),
          '1: 1a 0d 0r 0q a', 'where a log begins nothing was deleted before it');
SELECT is(test.apply('12:100:111', spans => '12:101/100', logs => '12:1@0'), '1: 1a 0d 0r 0q a deleted 100', 'unless the caller says so');
SELECT is(test.apply('10:0:112', logs => '10:2@0'), '1: 1a 0d 0r 0q a', 'another log of the partition');
SELECT results_eq('SELECT kafka_partition, log FROM orders.pipeline_status WHERE NOT complete', 'VALUES (10, 1), (12, 1)', 'is complete for itself');

-- Records that were read before the others were deleted.
SELECT is(test.apply('13:0:120 13:2:121 13:8:122', spans => '13:9/5'),
          '3: 3a 0d 0r 0q aaa absent 3 deleted 3', 'what was read is not deleted');
SELECT is(test.apply('13:2:121 13:9:123', spans => '13:13/12'), '2: 1a 0d 1r 0q ra absent 1 deleted 2', 'beside a redelivery');
SELECT is(test.apply('14:0:130'), '1: 1a 0d 0r 0q a', 'a partition of which one record was read');
SELECT is(test.apply('14:0:130 14:1:131 14:2:132 14:3:133 14:4:bad 14:9:134', spans => '14:10/6'), '6: 4a 0d 1r 1q raaaqa absent 3 deleted 1',
          'in a run that begins with a redelivery, and with a record that is not an event');
SELECT is(test.apply('14:10:135 14:11:136 14:12:137', spans => '14:14/12'), '3: 3a 0d 0r 0q aaa absent 1', 'in a run that goes on behind the deleted ones');

-- Refused ------------------------------------------------------------------------------------------------------
CREATE TEMP TABLE before AS SELECT * FROM orders.partition_progress;
PREPARE two (integer[], bigint[], integer[], bigint[], bigint[]) AS SELECT test.call(
    run_partitions => $1, run_offsets => $2, run_lengths => '{1,1}', event_ids => ARRAY[test.event_id(900), test.event_id(901)],
    event_types => '{DELIVERED,DELIVERED}', event_ats => '{2017-01-01,2017-01-01}', order_ids => '{o,o}', regions => '{SP,SP}',
    payload_hashes => '{1,1}', owned_partitions => $3, logs => array_fill(1, ARRAY[n]), first_offsets => $4, read_from => array_fill(NULL::bigint, ARRAY[n]),
    readable_from => array_fill(NULL::bigint, ARRAY[n]), next_offsets => $5, end_offsets => array_fill(NULL::bigint, ARRAY[n]),
    seam_times => array_fill(now(), ARRAY[n]), seam_hashes => array_fill(1::bigint, ARRAY[n])) FROM cardinality($3) AS n;
SELECT throws_ok(format('EXECUTE two(%L, %L, %L, %L, %L)', partitions, offsets, owned, first, next), 'P0001',
                 'apply_batch: an offset is repeated, negative or out of order, or a run has no records', name)
  FROM (VALUES ('{20,20}',   '{0,0}',    '{20}', '{0}', '{9}', 'an offset twice'),
               ('{20,20}',   '{1,0}',    '{20}', '{0}', '{9}', 'an offset behind a later one'),
               ('{20,20}',   '{-1,0}',   '{20}', '{0}', '{9}', 'a negative offset')
       ) v (partitions, offsets, owned, first, next, name);
PREPARE run (bigint, integer[], bigint) AS SELECT test.call(
    run_partitions => '{0,0}', run_offsets => ARRAY[21, $1], run_lengths => $2, event_ids => ARRAY[test.event_id(900), test.event_id(901), test.event_id(902)],
    event_types => '{DELIVERED,DELIVERED,DELIVERED}', event_ats => array_fill(timestamp '2017-01-01', '{3}'), order_ids => '{o,o,o}',
    regions => '{SP,SP,SP}', payload_hashes => '{1,1,1}', bad_partitions => '{0}', bad_offsets => ARRAY[$3], append_times => ARRAY[now()],
    reasons => '{no}', keys => '{k}', payloads => '{v}', owned_partitions => '{0}', logs => '{1}', first_offsets => '{NULL}', next_offsets => '{30}');
SELECT throws_ok(format('EXECUTE run(%L, %L, %L)', second, lengths, bad), 'P0001',
                 'apply_batch: an offset is repeated, negative or out of order, or a run has no records', name)
  FROM (VALUES (22,   '{2,1}',    29,   'a run that begins within the one before'),
               (20,   '{1,2}',    29,   'or ends within it'),
               (24,   '{3,0}',    29,   'an empty run'),
               (25,   '{4,-1}',   29,   'a run of fewer'),
               (20,   '{2,1}',    29,   'a run behind a later one'),
               (24,   '{2,1}',    22,   'a record that is not an event within a run'),
               (24,   '{2,1}',    -1,   'or with a negative offset')
       ) v (second, lengths, bad, name);
SELECT throws_ok(format('EXECUTE run(24, %L, 29)', lengths), '2202E', NULL, format('runs of %s records, for three events', lengths))
  FROM unnest('{"{1,1}","{2,2}","{2147483647,2147483647}"}'::text[]) lengths;
SELECT throws_ok($$EXECUTE run(9223372036854775807, '{1,2}', 29)$$, '22003', NULL, 'a run past the last offset');
SELECT throws_ok(format('EXECUTE two(%L, %L, %L, %L, %L)', partitions, offsets, owned, first, next), 'P0001',
                 'apply_batch: a record belongs to no partition of owned_partitions', name)
  FROM (VALUES ('{20,21}',   '{0,0}',    '{20}', '{0}', '{9}', 'a partition that is not owned'),
               ('{20,0}',    '{0,20}',   '{20}', '{0}', '{9}', 'one that is known, but not owned'),
               ('{20,20}',   '{0,1}',    '{20}', '{0}', '{0}', 'records of a log without offsets')
       ) v (partitions, offsets, owned, first, next, name);
SELECT throws_ok(format('EXECUTE two(%L, %L, %L, %L, %L)', partitions, offsets, owned, first, next), 'P0001',
                 'apply_batch: a record is at or after next_offsets', name)
  FROM (VALUES ('{20,20}', '{0,1}',   '{20}', '{0}',    '{1}',    'more records than offsets'),
               ('{0,0}',   '{21,22}', '{0}',  '{NULL}', '{22}',   'in a log with absent offsets too'),
               ('{0,0}',   '{21,22}', '{0}',  '{NULL}', '{21}',   'where the span is empty'),
               ('{0,0}',   '{21,22}', '{0}',  '{NULL}', '{NULL}', 'or has no end'),
               ('{20,20}', '{0,7}',   '{20}', '{0}',    '{5}',    'a record behind its span, with holes before it')
       ) v (partitions, offsets, owned, first, next, name);
SELECT throws_ok($$EXECUTE two('{0,0}', '{21,22}', '{0,0}', '{NULL,NULL}', '{23,23}')$$, 'P0001',
    'apply_batch: owned_partitions has a partition twice', 'a partition that is owned twice');
SELECT results_eq('SELECT * FROM orders.partition_progress ORDER BY kafka_partition, log', 'SELECT * FROM before ORDER BY kafka_partition, log',
    'nothing is counted then');
SELECT is_empty('SELECT FROM orders.processed_events WHERE event_id IN (test.event_id(900), test.event_id(901))', 'nor written');
SELECT lives_ok($$EXECUTE two('{0,0}', '{21,22}', '{0}', '{NULL}', '{23}')$$, 'the same with a span that has room is applied');
SELECT is(test.call(run_partitions => '{0,0}', run_offsets => '{22,23}', run_lengths => '{1,2}', event_ids => ARRAY[test.event_id(901), test.event_id(901), test.event_id(902)],
                    event_types => '{DELIVERED,DELIVERED,DELIVERED}', event_ats => array_fill(timestamp '2017-01-01', '{3}'), order_ids => '{o,o,o}',
                    regions => '{SP,SP,SP}', payload_hashes => '{1,1,1}', bad_partitions => '{0,0}', bad_offsets => '{21,26}',
                    append_times => array_fill(now(), '{2}'), reasons => '{no,no}', keys => '{k,NULL}', payloads => '{v,NULL}',
                    first_offsets => '{NULL}', next_offsets => '{27}'), 'rdarq', 'the events come first, then the others');
SELECT is(test.call(run_partitions => '{}', run_offsets => '{}', run_lengths => '{}', event_ids => '{}', event_types => '{}', event_ats => '{}',
                    order_ids => '{}', regions => '{}', payload_hashes => '{}', bad_partitions => '{0,0}', bad_offsets => '{27,28}',
                    append_times => array_fill(now(), '{2}'), reasons => '{no,no}', keys => '{k,NULL}', payloads => '{v,NULL}',
                    first_offsets => '{NULL}', next_offsets => '{29}'), 'q', 'one letter where all are alike');
SELECT is(test.problems(), '', 'and all is well in the end');

SELECT * FROM finish();
ROLLBACK;
