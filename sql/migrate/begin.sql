-- Run by scripts/migrate: takes the lock for the rest of the session, and makes the place where migrations are remembered.
-- Variables: ON_ERROR_STOP on; known, the newest migration in this checkout.
\set changed 0
SET client_min_messages = warning;
-- The key is "orders" in ASCII.
SELECT pg_advisory_lock(x'6f7264657273'::bigint) \g /dev/null

SELECT to_regclass('orders.schema_migrations') IS NULL AS empty \gset
\if :empty
    BEGIN;
    CREATE SCHEMA IF NOT EXISTS orders;
    COMMENT ON SCHEMA orders IS 'order-replay: events applied once, and what derives from them.';

    CREATE TABLE orders.schema_migrations (
        version    integer NOT NULL,
        name       text NOT NULL,
        applied_at timestamp with time zone NOT NULL DEFAULT now(),
        CONSTRAINT schema_migrations_pkey PRIMARY KEY (version)
    );
    COMMENT ON TABLE orders.schema_migrations IS 'Numbered migrations that were applied.';
    COMMENT ON COLUMN orders.schema_migrations.version IS 'Number of the migration.';
    COMMENT ON COLUMN orders.schema_migrations.name IS 'Its file.';
    COMMENT ON COLUMN orders.schema_migrations.applied_at IS 'When it was applied.';

    CREATE TABLE orders.schema_scripts (
        name       text NOT NULL,
        checksum   text NOT NULL,
        applied_at timestamp with time zone NOT NULL DEFAULT now(),
        CONSTRAINT schema_scripts_pkey PRIMARY KEY (name)
    );
    COMMENT ON TABLE orders.schema_scripts IS 'Files with functions and views, as they were applied last.';
    COMMENT ON COLUMN orders.schema_scripts.name IS 'The file.';
    COMMENT ON COLUMN orders.schema_scripts.checksum IS 'Its checksum: another one is applied anew.';
    COMMENT ON COLUMN orders.schema_scripts.applied_at IS 'When it was applied.';
    COMMIT;
\endif

-- Asked under the lock: another checkout may have been faster.
SELECT set_config('migrate.known', :'known', false) \g /dev/null
DO $$
DECLARE
    newest integer := (SELECT max(version) FROM orders.schema_migrations);
BEGIN
    IF newest > current_setting('migrate.known')::integer THEN
        RAISE EXCEPTION 'the database has schema version %, this checkout knows %', newest, current_setting('migrate.known')
            USING HINT = 'Use a newer checkout.';
    END IF;
END $$;
