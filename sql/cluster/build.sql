-- Creates the tables of a cluster's front. Each table of schema orders with a column kafka_partition becomes a partitioned table, whose
-- partitions are the tables of the nodes, through postgres_fdw. orders.retirements has no such column, so the tables of the nodes
-- become its children. It skips other databases, and tables that are built already. Run it in a transaction, after front.sql has
-- created the servers node_0, node_1, …
--
-- The tables that the migrations created stay, empty, in schema front. They have primary keys and unique constraints, which later
-- migrations may change and which a partitioned table with an expression in its key cannot have. unbuild.sql moves them back for a
-- migration.
-- The views depend on the tables, so scripts/migrate recreates them.
\ir drop_views.sql
DO $$
DECLARE
    cluster     record;
    place       regnamespace;
    data_table  name;
    node_number integer;
BEGIN
    IF to_regclass('orders.cluster') IS NULL THEN RETURN; END IF;
    SELECT * INTO cluster FROM orders.cluster WHERE node IS NULL;
    IF NOT FOUND THEN RETURN; END IF;

    CREATE SCHEMA IF NOT EXISTS front;
    COMMENT ON SCHEMA front IS 'order-replay: tables that the front of a cluster needs besides the schema orders.';
    FOR node_number IN 0 .. cluster.nodes - 1 LOOP
        EXECUTE format('CREATE SCHEMA IF NOT EXISTS node_%s', node_number);
        EXECUTE format('COMMENT ON SCHEMA node_%s IS %L', node_number, format('order-replay: the tables of node %s.', node_number));
    END LOOP;

    FOR data_table IN
        SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'orders'::regnamespace AND c.relkind = 'r' AND a.attname = 'kafka_partition' AND NOT a.attisdropped
         ORDER BY c.relname
    LOOP
        PERFORM pg_temp.drop_views();
        EXECUTE format('ALTER TABLE orders.%I SET SCHEMA front', data_table);
        EXECUTE format('CREATE TABLE orders.%1$I (LIKE front.%1$I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS) PARTITION BY LIST ((kafka_partition %% %2$s))',
                       data_table, cluster.nodes);
        EXECUTE format('COMMENT ON TABLE orders.%I IS %L', data_table, obj_description(format('front.%I', data_table)::regclass, 'pg_class'));
    END LOOP;

    FOR data_table IN
        SELECT c.relname FROM pg_catalog.pg_class c
         WHERE c.relnamespace = 'orders'::regnamespace AND (c.relkind = 'p' OR c.relname = 'retirements')
         ORDER BY c.relname
    LOOP
        FOR node_number IN 0 .. cluster.nodes - 1 LOOP
            place := format('node_%s', node_number)::regnamespace;
            CONTINUE WHEN to_regclass(format('%s.%I', place, data_table)) IS NOT NULL;
            EXECUTE format(CASE data_table WHEN 'retirements' THEN 'CREATE FOREIGN TABLE %1$s.%2$I () INHERITS (orders.%2$I) SERVER %1$s OPTIONS (schema_name ''orders'', table_name %2$L%4$s)'
                                ELSE 'CREATE FOREIGN TABLE %1$s.%2$I PARTITION OF orders.%2$I FOR VALUES IN (%3$s) SERVER %1$s OPTIONS (schema_name ''orders'', table_name %2$L%4$s)' END,
                           place, data_table, node_number,
                           -- So that the view conflicts looks up its few events by id, instead of fetching all.
                           CASE WHEN data_table IN ('processed_events', 'event_conflicts') THEN ', use_remote_estimate ''true''' END);
        END LOOP;
    END LOOP;
END $$;
