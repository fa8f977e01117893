-- Collects the facts of a schema as scripts/migrate creates it, in the variable fresh_schema. The schema is created again as temporary
-- objects, from the file $VERIFY_SCHEMA, in which scripts/verify has replaced the schema orders with pg_temp, and rolled back.
\getenv fresh_schema_file VERIFY_SCHEMA
\ir schema_facts.sql
SELECT coalesce(jsonb_agg(o), '[]') AS own FROM pg_temp.schema_facts(pg_my_temp_schema()::regnamespace) AS o \gset
SAVEPOINT fresh;
SET LOCAL check_function_bodies = off;
\i :fresh_schema_file
DROP VIEW pg_temp.version_2; -- of a migration's own
CREATE TEMP TABLE fresh_facts AS
SELECT * FROM pg_temp.schema_facts(pg_my_temp_schema()::regnamespace)
 WHERE relation NOT IN (SELECT relation FROM jsonb_to_recordset(:'own') AS o (relation text));
\ir ../lifecycle/timeline.sql
SELECT replace(statement, ' VIEW orders.', ' TEMP VIEW ') FROM timeline_statements WHERE no = 0 \gexec
INSERT INTO fresh_facts SELECT * FROM pg_temp.schema_facts(pg_my_temp_schema()::regnamespace) WHERE relation = 'order_timeline';
SELECT jsonb_agg(f) AS fresh_schema FROM fresh_facts f \gset
ROLLBACK TO fresh;
