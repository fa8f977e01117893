-- Reads a CSV file into csv_rows (line, fields), and its header into csv_header (name, place). Wants the psql variables
-- csv_file, csv_name (what to call it) and csv_columns (the needed ones, {a,b}), takes csv_optional (those that may be
-- there once); sets csv_width, the number of columns.
TRUNCATE csv_lines RESTART IDENTITY;
TRUNCATE csv_rows;
\setenv CSV_FILE :csv_file
\copy csv_lines (line) FROM PROGRAM 'LC_ALL=C sed -f "$VERIFY_LINES" <"$CSV_FILE"' WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03', NULL E'\x04', ENCODING 'LATIN1')

-- Plain lines are split at their commas; only the rest is worth a closer look. Blank lines are no rows.
INSERT INTO csv_rows
SELECT no, CASE WHEN length(line) > 1048576 THEN NULL
                WHEN line NOT LIKE '%"%' THEN string_to_array(line, ',')
                WHEN line ~ '^("[^",]*"|[^",]*)(,("[^",]*"|[^",]*))*$' THEN string_to_array(replace(line, '"', ''), ',')
                ELSE pg_temp.split(line) END
  FROM csv_lines
 WHERE line <> ''
 ORDER BY no;
CALL pg_temp.join_torn_rows();

TRUNCATE csv_header;
INSERT INTO csv_header
SELECT lower(name COLLATE "C"), place
  FROM (SELECT fields FROM csv_rows ORDER BY line LIMIT 1) h, unnest(fields) WITH ORDINALITY AS c (name, place);
DELETE FROM csv_rows WHERE line = (SELECT min(line) FROM csv_rows);

SELECT coalesce(string_agg(name, ', '), '') AS missing, count(*) = 0 AS complete
  FROM (SELECT name, 1 AS least FROM unnest(:'csv_columns'::text[]) AS needed (name)
        UNION ALL SELECT name, 0 FROM unnest(:'csv_optional'::text[]) AS optional (name)) AS known
 WHERE (SELECT count(*) FROM csv_header h WHERE h.name = known.name) NOT BETWEEN least AND 1 \gset
\if :complete
\else
    \warn verify: the :csv_name file :csv_file does not have each of these columns once in its header: :missing
    \set refused 65
    \quit
\endif
SELECT count(*) AS csv_width FROM csv_header \gset
