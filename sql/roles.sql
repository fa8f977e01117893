-- Roles and privileges. scripts/migrate applies this file each time, because a role may have been created, or a restore may have lost
-- privileges, without a change in this checkout.
--
--   the owner       whoever ran the first migration: everything
--   orders_worker   calls what order-consumer calls, and reads or writes no table itself
--   orders_reader   reads the views, which look at the tables with the owner's rights
--
-- Both are group roles without LOGIN. To make a login: CREATE ROLE alice LOGIN IN ROLE orders_reader.
-- Roles belong to the whole server. If this user may not create them, the grants have to wait until an administrator does.

DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['orders_worker', 'orders_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        END IF;
    END LOOP;
EXCEPTION
    WHEN insufficient_privilege THEN NULL; -- scripts/migrate reports it
    WHEN duplicate_object OR unique_violation THEN NULL; -- created by a concurrent migration of another database
END $$;

DO $$
DECLARE
    view regclass;
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'orders_worker') THEN
        GRANT USAGE ON SCHEMA orders TO orders_worker;
        GRANT EXECUTE ON FUNCTION orders.apply_batch, orders.start_positions, orders.schema_version, orders.read_cluster, orders.read_lifecycle TO orders_worker;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'orders_reader') THEN
        GRANT USAGE ON SCHEMA orders TO orders_reader;
        GRANT EXECUTE ON FUNCTION orders.schema_version, orders.read_cluster, orders.read_lifecycle TO orders_reader;
        FOR view IN SELECT oid FROM pg_catalog.pg_class
                     WHERE relnamespace = 'orders'::regnamespace AND relkind = 'v' LOOP
            EXECUTE format('GRANT SELECT ON %s TO orders_reader', view);
        END LOOP;
    END IF;
END $$;

SELECT count(*) < 2 AS roles_missing FROM pg_catalog.pg_roles WHERE rolname IN ('orders_worker', 'orders_reader') \gset
