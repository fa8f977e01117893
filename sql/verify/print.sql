-- Prints the noted lines and deletes them. The whole report is printed here, so that no text can break a line of it.
SELECT pg_temp.shown(line) FROM report ORDER BY no;
TRUNCATE report;
