-- Begins a step: a transaction in which nobody else migrates this database, so that the step can check whether it is still needed. Only
-- the table's owner can take this lock. (An advisory lock could span the steps, but any login can take one.) If the wait is longer than
-- a second, it names the holders. It refuses with status 75 when lock_timeout has passed.
BEGIN;
DO $$
DECLARE
    patience text := current_setting('lock_timeout');
BEGIN
    SET LOCAL lock_timeout = '1s';
    LOCK TABLE orders.schema_migrations IN SHARE ROW EXCLUSIVE MODE;
    PERFORM set_config('lock_timeout', patience, true);
EXCEPTION
    WHEN lock_not_available THEN NULL; -- the subtransaction's rollback also resets the setting
END $$;
\set everything false
\ir holders.sql
\if :has_holders
    \warn migrate: waiting for :holders
\endif
\set ON_ERROR_STOP off
LOCK TABLE orders.schema_migrations IN SHARE ROW EXCLUSIVE MODE;
\set ON_ERROR_STOP on
\if :ERROR
    ROLLBACK;
    \ir holders.sql
    SELECT CASE WHEN :'has_holders' THEN 75 ELSE 70 END AS refused \gset
    \if :has_holders
        \warn migrate: this step was not done, run it again; the lock is still held by :holders
    \endif
    \quit
\endif

-- A newer checkout may have migrated the database meanwhile, even since the last step.
SELECT set_config('migrate.known', :'known', true) \g /dev/null
DO $$
DECLARE
    newest integer := (SELECT max(version) FROM orders.schema_migrations);
BEGIN
    IF newest > current_setting('migrate.known')::integer THEN
        RAISE EXCEPTION 'the database has schema version %, this checkout knows %', newest, current_setting('migrate.known')
            USING HINT = 'Use a newer checkout.';
    END IF;
END $$;
