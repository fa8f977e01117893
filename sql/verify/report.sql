-- Prints the check at hand, named :check, and its differences. :compared says what was compared, and how many.
SELECT NOT EXISTS (SELECT FROM differences) AS passed \gset
INSERT INTO checks (name, passed, compared, differences)
SELECT :'check', :'passed', :'compared', coalesce(max(total), 0) FROM differences;
SELECT format(CASE WHEN :'passed' THEN 'ok      %s: %s' ELSE 'FAILED  %s: %s, differences: %s' END,
              :'check', :'compared', pg_temp.thousands((SELECT max(total) FROM differences)));
SELECT format('            %s: expected %s, found %s', item, expected, found) FROM differences ORDER BY no;
SELECT format('            … and %s more', pg_temp.thousands(max(total) - count(*))) FROM differences HAVING max(total) > count(*);
TRUNCATE differences;
