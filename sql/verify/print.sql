-- Prints the lines that were noted, and forgets them. All of the report goes through here, so that no text can end a line of it.
SELECT pg_temp.shown(line) FROM report ORDER BY no;
TRUNCATE report;
