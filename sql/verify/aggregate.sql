-- Compares the rows of :relation, each named :key, with those of :source. A repeated row is a difference, and so is a row with count 0.
CREATE TEMP TABLE found_rows AS
SELECT key, string_agg(events, ' and ' ORDER BY events) AS events
  FROM pg_temp.rows_of(format('SELECT %s, events::text FROM orders.%I', :'key', :'relation')) GROUP BY key;
INSERT INTO differences (total, item, expected, found)
SELECT count(*) OVER (), key, coalesce(e.events, 'none'), coalesce(f.events, 'none')
  FROM (SELECT key, events::text FROM expected_rows WHERE name = :'relation') e
  FULL JOIN found_rows f USING (key)
 WHERE e.events IS DISTINCT FROM f.events
 ORDER BY key COLLATE "C" LIMIT 10;
SELECT format('%s with %s', :'relation', :'source') AS check, pg_temp.thousands(count(*)) || ' rows' AS compared FROM found_rows \gset
DROP TABLE found_rows;
\ir report.sql
