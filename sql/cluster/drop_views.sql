-- pg_temp.drop_views(), for build.sql and unbuild.sql: drops the views of schema orders, which scripts/migrate recreates. It fails
-- if views in other schemas depend on them: those belong to somebody else.
CREATE OR REPLACE FUNCTION pg_temp.drop_views() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    views text := (SELECT string_agg(oid::regclass::text, ', ') FROM pg_catalog.pg_class WHERE relnamespace = 'orders'::regnamespace AND relkind = 'v');
BEGIN
    IF views <> '' THEN
        EXECUTE 'DROP VIEW ' || views;
    END IF;
    DELETE FROM orders.schema_scripts;
END $$;
