-- Checks the rows of :view with what :source gives.
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), key, coalesce(e.events, 0), coalesce(f.events, 0)
  FROM (SELECT key, events FROM expected_rows WHERE name = :'view' AND source = :'source') e
  FULL JOIN (SELECT key, events FROM found_rows WHERE name = :'view') f USING (key)
 WHERE coalesce(e.events, 0) <> coalesce(f.events, 0)
 ORDER BY key COLLATE "C" LIMIT 10;
SELECT format('%s with %s', :'view', :'source') AS check,
       pg_temp.thousands(count(*)) || ' rows' AS compared FROM found_rows WHERE name = :'view' \gset
\ir report.sql
