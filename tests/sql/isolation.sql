-- The snapshots that apply_batch relies on exist in READ COMMITTED only.
\set ON_ERROR_STOP on
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT plan(1);
SELECT throws_ok($$SELECT test.apply('0:0:1')$$, '25000', NULL, 'another isolation level than the one it was built for is refused');
SELECT * FROM finish();
ROLLBACK;
