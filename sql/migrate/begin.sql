-- Run by scripts/migrate: prepares the session, and creates the tables that record which migrations were applied.
-- Variables: ON_ERROR_STOP on; known, the newest migration in this checkout. May refuse, with status 78.
\set changed 0
SET client_min_messages = warning;
SELECT set_config('lock_timeout', '1min', false) WHERE current_setting('lock_timeout') = '0' \g /dev/null

-- The owner of a schema may put anything into it, and this session would run it with its own privileges.
SELECT count(*) > 0 AS is_foreign, coalesce(max(pg_get_userbyid(n.nspowner)), '') AS owner
  FROM pg_catalog.pg_namespace n JOIN pg_catalog.pg_roles r ON r.oid = n.nspowner
 WHERE n.nspname = 'orders' AND r.rolname <> current_user AND NOT r.rolsuper
   AND n.nspowner <> (SELECT datdba FROM pg_catalog.pg_database WHERE datname = current_database()) \gset
\if :is_foreign
    \warn migrate: the schema orders belongs to :owner, who owns neither this database nor the server: drop it, or migrate as that role
    \set refused 78
    \quit
\endif

SELECT to_regclass('orders.schema_migrations') IS NULL AS empty \gset
\if :empty
    DO $$
    BEGIN
        CREATE SCHEMA IF NOT EXISTS orders;
        COMMENT ON SCHEMA orders IS 'order-replay: events, each applied once, and the data derived from them.';

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
        COMMENT ON TABLE orders.schema_scripts IS 'Files with functions and views that were applied.';
        COMMENT ON COLUMN orders.schema_scripts.name IS 'The file.';
        COMMENT ON COLUMN orders.schema_scripts.checksum IS 'Its checksum. A file with another checksum is applied again.';
        COMMENT ON COLUMN orders.schema_scripts.applied_at IS 'When it was applied.';
    EXCEPTION
        WHEN unique_violation OR duplicate_table THEN NULL; -- created by another migration, for which this one has waited
    END $$;
\endif
