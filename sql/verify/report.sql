-- Notes the current check, named :check, and its differences. :compared names the items that were compared, with their number.
INSERT INTO checks (name, passed, compared, differences)
SELECT :'check', NOT EXISTS (SELECT FROM differences), :'compared', (SELECT coalesce(max(total), 0) FROM differences);
INSERT INTO report (line)
SELECT CASE WHEN passed THEN format('ok      %s: %s', name, compared)
            ELSE format('FAILED  %s: %s, differences: %s', name, compared, pg_temp.thousands(differences)) END
  FROM checks ORDER BY no DESC LIMIT 1;
INSERT INTO report (line)
SELECT format('            %s: expected %s, found %s', left(item, 300), left(expected, 300), left(found, 300)) FROM differences ORDER BY no;
INSERT INTO report (line)
SELECT format('            … and %s more', pg_temp.thousands(max(total) - count(*))) FROM differences HAVING max(total) > count(*);
TRUNCATE differences;
\ir print.sql
