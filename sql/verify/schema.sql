-- Checks the tables, views and functions with what scripts/migrate makes: a view that counts otherwise, a trigger, a rule or a policy
-- would lead everybody astray who reads or writes them, verify too.
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
