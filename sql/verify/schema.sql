-- Compares the tables, views and functions with those that scripts/migrate creates. A view that counts differently, a trigger, a rule
-- or a policy would mislead everybody who reads or writes them, including verify.
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), item, coalesce(e.fact, 'none'), coalesce(f.fact, 'none')
  FROM jsonb_to_recordset(:'fresh_schema') AS e (relation text, item text, fact text)
  FULL JOIN (SELECT * FROM pg_temp.schema_facts('orders'::regnamespace)
              WHERE relation IN (SELECT relation FROM jsonb_to_recordset(:'fresh_schema') AS e (relation text))) f USING (relation, item)
 WHERE e.fact IS DISTINCT FROM f.fact
 ORDER BY item COLLATE "C" LIMIT 10;
\set check 'schema as migrate makes it'
SELECT format('%s tables, views and functions', count(DISTINCT relation)) AS compared FROM jsonb_to_recordset(:'fresh_schema') AS e (relation text) \gset
\ir report.sql
