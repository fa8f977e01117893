-- Undoes build.sql, so that a migration finds ordinary tables. It does nothing unless the database is the front of a cluster. Run it in
-- the transaction of the migration, and build.sql after the migration.
\ir drop_views.sql
DO $$
DECLARE
    data_table regclass;
    plain_table name;
BEGIN
    IF to_regclass('orders.cluster') IS NULL THEN RETURN; END IF;
    IF NOT EXISTS (SELECT FROM orders.cluster WHERE node IS NULL) THEN RETURN; END IF;

    PERFORM pg_temp.drop_views();
    FOR data_table IN SELECT oid FROM pg_catalog.pg_class WHERE relnamespace = 'orders'::regnamespace AND relkind = 'p' LOOP
        EXECUTE format('DROP TABLE %s', data_table); -- with its partitions
    END LOOP;
    FOR data_table IN SELECT inhrelid FROM pg_catalog.pg_inherits WHERE inhparent = to_regclass('orders.retirements') LOOP
        EXECUTE format('DROP FOREIGN TABLE %s', data_table);
    END LOOP;
    FOR plain_table IN SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = to_regnamespace('front') AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE front.%I SET SCHEMA orders', plain_table);
    END LOOP;
END $$;
