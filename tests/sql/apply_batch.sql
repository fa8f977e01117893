-- The rules of orders.apply_batch, one after another in one connection. (Concurrent owners: concurrent.t)
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

-- New events ---------------------------------------------------------------------------------------------------
SELECT is(test.apply('0:0:1 1:0:2 0:1:3'), '3: 3a 0d 0r 0q aaa', 'new events are applied');
SELECT results_eq(
    'SELECT event_id, event_type::text, event_at::timestamp, order_id COLLATE "default", region COLLATE "default",
            payload_hash, kafka_partition
       FROM orders.processed_events ORDER BY event_id',
    'SELECT test.event_id(e), test.event_type(e), test.event_at(e), test.order_id(e), test.region(e), e::bigint, p
       FROM (VALUES (1, 0), (2, 1), (3, 0)) v (e, p)',
    'and stored as they are');
SELECT is(test.progress(0), '0..2 2: 2a 0d 0r 0q', 'each partition has its progress');
SELECT is(test.progress(1), '0..1 1: 1a 0d 0r 0q', 'and its own offsets');

-- Duplicates ---------------------------------------------------------------------------------------------------
SELECT is(test.apply('0:2:1 1:1:2 0:3:3'), '3: 0a 3d 0r 0q ddd', 'the same events at new offsets are duplicates');
SELECT is(test.apply('0:4:1 0:5:4 0:6:3 0:7:5'), '4: 2a 2d 0r 0q dada', 'new events among duplicates are applied');
SELECT is(test.apply('0:8:6 0:9:6 0:10:6'), '3: 1a 2d 0r 0q add', 'an id that is three times in a batch is applied once');
SELECT is(test.apply('1:2:7 0:11:7'), '2: 1a 1d 0r 0q da', 'the first occurrence is the one in the lowest partition');
SELECT is((SELECT kafka_partition FROM orders.processed_events WHERE event_id = test.event_id(7)), 0, 'and gives its partition');
SELECT is(test.apply('1:3:6'), '1: 0a 1d 0r 0q d', 'an id that is known from another partition is a duplicate');
SELECT is(test.progress(0), '0..12 12: 6a 6d 0r 0q', 'the progress says so');

-- Redelivery ---------------------------------------------------------------------------------------------------
SELECT is(test.apply('0:8:6 0:9:6 0:10:6 0:11:7'), '4: 0a 0d 4r 0q rrrr', 'offsets that were received are redelivered');
SELECT is(test.progress(0), '0..12 16: 6a 6d 4r 0q', 'the next offset stays');
SELECT is(test.apply('0:10:6 0:11:7 0:12:8 0:13:1'), '4: 1a 1d 2r 0q rrad', 'half redelivered, half new');
SELECT is(test.apply('0:0:1 0:1:3 0:2:1 1:0:2'), '4: 0a 0d 4r 0q rrrr', 'a restart from the beginning');
SELECT is(test.progress(0), '0..14 23: 7a 7d 9r 0q', 'the next offset never goes back');
SELECT is(test.apply('0:13:900 0:14:901'), '2: 1a 0d 1r 0q ra',
          'a redelivered record is redelivered even where its event is not known');
SELECT is((SELECT count(*) FROM orders.processed_events WHERE event_id = test.event_id(900)), 1::bigint,
          'but that event is applied and aggregated');
SELECT is(test.apply('20:0:1 20:1:1'), '2: 0a 2d 0r 0q dd', 'nothing but duplicates');
SELECT is(test.apply('20:1:1 20:2:1'), '2: 0a 1d 1r 0q rd', 'half redelivered, half duplicates');

-- A zombie's late batch: the old owner applies what it had polled after the successor went on from there.
SELECT is(test.apply('2:0:20 2:1:21', '{2}', '{NULL}'), '2: 2a 0d 0r 0q aa', 'the old owner');
SELECT is(test.apply('2:2:22 2:3:23 2:4:24', '{2}', '{2}'), '3: 3a 0d 0r 0q aaa', 'its successor');
SELECT is(test.apply('2:2:22 2:3:23', '{2}', '{2}'), '2: 0a 0d 2r 0q rr', 'the old owner''s late batch is redelivered');
SELECT is(test.progress(2), '0..5 7: 5a 0d 2r 0q', 'nothing is counted twice and the next offset stays');
SELECT is(test.apply('2:5:25', '{2}', '{5}'), '1: 1a 0d 0r 0q a', 'the successor goes on');

-- Quarantine ---------------------------------------------------------------------------------------------------
SELECT is(test.apply('3:0:30 3:1:bad 3:2:31 3:3:bad'), '4: 2a 0d 0r 2q aqaq', 'undecodable records are quarantined');
SELECT results_eq(
    $$SELECT consumer_group, topic, log, kafka_partition, kafka_offset, key, payload, reason, append_time
        FROM orders.quarantined_records ORDER BY kafka_offset$$,
    $$SELECT 'g', 't', 1, 3, o, 'key'::bytea, '\xff00'::bytea, 'not an event', test.append_time(o)
        FROM (VALUES (1::bigint), (3)) v (o)$$,
    'as they came');
SELECT is(test.apply('3:1:bad 3:2:31 3:3:bad 3:4:bad'), '4: 0a 0d 3r 1q rrrq', 'redelivered they are redelivered');
SELECT is((SELECT count(*) FROM orders.quarantined_records), 3::bigint, 'and kept once an offset');
SELECT is(test.apply('4:5:bad 4:6:bad'), '2: 0a 0d 0r 2q qq', 'a partition may begin with them');
SELECT is(test.progress(4), '5..7 2: 0a 0d 0r 2q', 'and count as received');

-- Conflicts ----------------------------------------------------------------------------------------------------
SELECT is((SELECT count(*) FROM orders.event_conflicts), 0::bigint, 'no conflict so far');
SELECT is(test.apply('5:0:50#1 5:1:50#2 5:2:50#2'), '3: 1a 2d 0r 0q add', 'an id with two payloads in a batch');
SELECT is(test.apply('5:3:50#1 5:4:50#2 5:5:51 5:6:50#-3'), '4: 1a 3d 0r 0q ddad', 'and again, with a third');
SELECT is(test.apply('5:5:51 5:6:50#-3'), '2: 0a 0d 2r 0q rr', 'and redelivered');
SELECT results_eq(
    $$SELECT event_id, payload_hash, known_payload_hash, event_type::text, order_id COLLATE "default", topic,
             kafka_partition, kafka_offset
        FROM orders.event_conflicts ORDER BY kafka_offset$$,
    $$SELECT test.event_id(50), h, 1::bigint, test.event_type(50), test.order_id(50), 't', 5, o
        FROM (VALUES (2::bigint, 1::bigint), (-3, 6)) v (h, o)$$,
    'a conflict is noted once a payload, with the first record that had it');
SELECT is((SELECT payload_hash FROM orders.processed_events WHERE event_id = test.event_id(50)), 1::bigint,
          'the first payload stays');
SELECT is(test.apply('6:0:50#4'), '1: 0a 1d 0r 0q d', 'a batch of one conflict, in another partition');
SELECT is((SELECT count(*) FROM orders.event_conflicts), 3::bigint, 'is noted too');
SELECT is(test.apply('5:7:52#5 5:8:bad 5:9:52#6'), '3: 1a 1d 0r 1q aqd', 'as is one beside an undecodable record');
SELECT is((SELECT count(*) FROM orders.event_conflicts), 4::bigint, 'which does not hide it');
SELECT is(test.apply('6:1:1 6:2:50#7 6:3:404 6:4:404#8 6:5:bad 6:6:2'), '6: 1a 4d 0r 1q ddadqd',
          'a batch that begins with a known event, and has others');
SELECT results_eq('SELECT kafka_offset, payload_hash, known_payload_hash FROM orders.event_conflicts
                    WHERE kafka_partition = 6 AND kafka_offset > 0 ORDER BY 1',
                  'VALUES (2::bigint, 7::bigint, 1::bigint), (4, 8, 404)', 'its conflicts are noted');
SELECT is(test.apply('6:7:405 6:8:50#9 6:9:1'), '3: 1a 2d 0r 0q add', 'one that begins with a new event');
SELECT is((SELECT count(*) FROM orders.event_conflicts WHERE kafka_partition = 6 AND kafka_offset > 6), 1::bigint, 'too');

-- Keys of the aggregates -----------------------------------------------------------------------------------------
SELECT is(test.apply('7:0:95 7:1:96 7:2:191 7:3:192'), '4: 4a 0d 0r 0q aaaa', 'events on both sides of midnight');
SELECT results_eq(
    'SELECT event_day, sum(events) FROM orders.event_day_counts WHERE kafka_partition = 7 GROUP BY 1 ORDER BY 1',
    $$VALUES (date '2017-01-01', 1::numeric), ('2017-01-02', 2), ('2017-01-03', 1)$$,
    'belong to their day');
SELECT is(test.apply('8:0:100 8:1:105 8:2:110 8:3:115') || ' ' || test.apply('8:4:160 8:5:130 8:6:135 8:7:140'),
          '4: 4a 0d 0r 0q aaaa 4: 4a 0d 0r 0q aaaa', 'events with and without a region');
SELECT results_eq(
    'SELECT region COLLATE "default", event_type::text, events FROM orders.event_region_counts WHERE kafka_partition = 8 ORDER BY region NULLS LAST',
    $$VALUES ('RJ', 'ORDER_PLACED', 2::bigint), ('SP', 'ORDER_PLACED', 2), (NULL, 'ORDER_PLACED', 4)$$,
    'no region is a key like any other, and one row');

-- Positions ----------------------------------------------------------------------------------------------------
SELECT is(test.apply('9:100:300 9:101:301', '{9,8}', '{NULL,NULL}', '{150,NULL}'), '2: 2a 0d 0r 0q aa', 'a partition from offset 100');
SELECT is(test.progress(9), '100..102 2: 2a 0d 0r 0q', 'begins there');
SELECT results_eq(
    'SELECT end_offset, lag, complete, newest FROM orders.pipeline_status WHERE kafka_partition = 9',
    'VALUES (150::bigint, 48::bigint, true, true)', 'its end and lag are seen');
SELECT ok((SELECT last_batch_at BETWEEN now() AND clock_timestamp() FROM orders.partition_progress WHERE kafka_partition = 9),
          'and when the batch was');
UPDATE orders.partition_progress SET last_batch_at = '2000-01-01' WHERE kafka_partition IN (8, 9);
SELECT is(test.apply('', '{8,9,77}', '{8,102,NULL}', '{20,151,5}'), '0: 0a 0d 0r 0q ', 'an empty batch');
SELECT results_eq(
    'SELECT kafka_partition, end_offset, last_batch_at FROM orders.partition_progress WHERE kafka_partition IN (8, 9, 77) ORDER BY 1',
    $$VALUES (8, 20::bigint, timestamptz '2000-01-01'), (9, 151, '2000-01-01')$$,
    'sees the ends, but makes no row and is no batch of any partition');
SELECT is(test.apply('9:102:302', '{8,9}', '{8,102}', '{NULL,NULL}'), '1: 1a 0d 0r 0q a', 'where the end is not known');
SELECT results_eq(
    'SELECT kafka_partition, end_offset, last_batch_at > now() - interval ''1 day'' FROM orders.partition_progress
      WHERE kafka_partition IN (8, 9) ORDER BY 1',
    'VALUES (8, 20::bigint, false), (9, 151, true)', 'the last one stays, and only the batch''s partition had a batch');
SELECT is(test.apply('0:0:1', '{0}', '{NULL}', '{30}', 'other'), '1: 0a 1d 0r 0q d', 'another group has its own positions');
SELECT is(test.apply('0:0:1', '{0}', '{NULL}', '{30}', 'g', 'other'), '1: 0a 1d 0r 0q d', 'another topic too');
SELECT is(test.progress(0), '0..15 25: 8a 7d 10r 0q', 'and leaves these alone');
SELECT results_eq(
    $$SELECT kafka_partition, next_offset FROM orders.start_positions('other', 't')$$, 'VALUES (0, 1::bigint)',
    'start positions are those of the group');
SELECT is_empty($$SELECT FROM orders.start_positions('nobody', 't')$$, 'none where there is no progress');

SELECT * FROM finish();
ROLLBACK;
