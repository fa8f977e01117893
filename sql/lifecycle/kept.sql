-- Copies the database's lifecycle into the temporary table kept, which is empty if the database has no lifecycle yet. Sets has_kept.
DROP TABLE IF EXISTS pg_temp.kept;
CREATE TEMP TABLE kept (no integer, kind text, name text, source text, rule text, stage text);
SELECT to_regclass('orders.lifecycle') IS NOT NULL AS has_table,
       EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = to_regtype('orders.event_type')) AS has_types \gset
\if :has_table
    INSERT INTO kept SELECT no, kind, name, source, rule, stage FROM orders.lifecycle;
\elif :has_types
    \ir version_2.sql
    INSERT INTO kept SELECT no, kind, name, source, rule, stage FROM pg_temp.version_2;
\endif
SELECT EXISTS (SELECT FROM kept) AS has_kept \gset
