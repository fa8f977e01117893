-- Events before the horizon: neither applied nor duplicates, and counted. Events 0 to 95 are of the first day, 96 to 191 of the second.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

SELECT is((SELECT (before, events)::text FROM orders.horizon), '(,0)', 'without a horizon');
SELECT is(test.apply('0:0:1 0:1:2 0:2:96 0:3:97'), '4: 4a 0d 0r 0q aaaa', 'all is applied');
CREATE TEMP TABLE results AS SELECT * FROM orders.event_type_daily;
INSERT INTO orders.retirements (before) VALUES ('2017-01-02');

-- What was not removed yet.
SELECT is(test.apply('0:4:1 0:5:2'), '2: 0a 0d 0r 0q tt retired 2', 'events of before are retired');
SELECT is(test.apply('0:6:1#9'), '1: 0a 0d 0r 0q t retired 1', 'with another payload too');
SELECT is(test.apply('0:7:96 0:8:2#9 0:9:98'), '3: 1a 1d 0r 0q dta retired 1', 'beside known and new ones');
SELECT is((SELECT count(*) FROM orders.event_conflicts), 0::bigint, 'none is a conflict');
SELECT is(test.apply('0:10:96#9 0:11:1#9'), '2: 0a 1d 0r 0q dt retired 1', 'another one may be');
SELECT is((SELECT count(*) FROM orders.event_conflicts), 1::bigint, 'and is');

-- Removed.
WITH removed AS (DELETE FROM orders.processed_events WHERE event_at < '2017-01-02' RETURNING event_at::date, event_type, region, kafka_partition)
INSERT INTO orders.retired_counts SELECT *, count(*) FROM removed GROUP BY 1, 2, 3, 4;
SELECT is(test.apply('0:12:1 0:13:2'), '2: 0a 0d 0r 0q tt retired 2', 'removed events are not applied again');
SELECT is(test.apply('0:14:1 0:15:bad 0:16:99 0:17:96'), '4: 1a 1d 0r 1q tqad retired 1', 'all kinds in one batch');
SELECT is(test.apply('0:14:1 0:15:bad 0:16:99 0:17:96 0:18:3'), '5: 0a 0d 4r 0q rrrrt retired 1', 'read again they are redelivered');
SELECT is(test.apply('0:18:3'), '1: 0a 0d 1r 0q r', 'alone too');
SELECT is(test.apply('1:0:4 1:1:5'), '2: 0a 0d 0r 0q tt retired 2', 'events of before that were never applied are retired');
SELECT is(test.apply('2:0:4 2:5:95 2:6:100', spans => '2:8'), '3: 1a 0d 0r 0q tta retired 2 absent 5', 'the last moment before the horizon, and absent offsets');
SELECT is(test.apply('2:8:bad 2:9:5'), '2: 0a 0d 0r 1q qt retired 1', 'one that is not an event');
SELECT is(test.progress(2), '0..10 5: 1a 0d 0r 1q retired 3 absent 5', 'the offsets are counted');
SELECT results_eq('SELECT sum(retired), bool_and(complete) FROM orders.pipeline_status', 'SELECT 14::numeric, true', 'and shown');
SELECT is((SELECT (before, events)::text FROM orders.horizon), '(2017-01-02,2)', 'with a horizon');
SELECT results_eq($$SELECT * FROM orders.event_type_daily WHERE event_day < '2017-01-02'$$, $$SELECT * FROM results WHERE event_day < '2017-01-02'$$,
    'the days before keep their counts');

-- The horizon is the latest day that was given.
INSERT INTO orders.retirements (before) VALUES ('2016-01-01'), ('2017-01-03');
SELECT is(test.apply('3:0:191 3:1:192'), '2: 1a 0d 0r 0q ta retired 1', 'it moves on');
SELECT throws_ok($$INSERT INTO orders.retirements (before) VALUES ('infinity')$$, '23514', NULL, 'and not without end');
SELECT is(test.problems(), '', 'nothing is wrong');

SELECT finish();
ROLLBACK;
