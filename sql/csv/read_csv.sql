-- Reads a CSV file into csv_rows (line, fields), and its header into csv_header (name, place). Needs the psql variables
-- csv_file, csv_columns and csv_optional (as for need_columns.sql), delimiter ('' to detect it in the header, by these columns), and
-- the environment variable CSV_LINES, the path of lines.sed. Sets csv_width (the number of columns), csv_blank (the number of blank
-- rows) and rows_of_NAME (the number of rows), where NAME is csv_name.
TRUNCATE csv_lines RESTART IDENTITY;
TRUNCATE csv_rows;
\setenv CSV_FILE :csv_file
\copy csv_lines (line) FROM PROGRAM 'LC_ALL=C sed -f "$CSV_LINES" <"$CSV_FILE"' WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03', NULL E'\x04', ENCODING 'LATIN1')

SELECT coalesce(nullif(:'delimiter', ''), pg_temp.delimiter_of(:'csv_columns'::text[] || :'csv_optional'::text[])) AS csv_delimiter \gset
UPDATE csv_lines SET line = translate(line, E'\t', E'\x01') WHERE :'csv_delimiter' <> E'\t' AND strpos(line, E'\t') > 0;

-- Plain lines are split at their delimiters. Only the others need the slow path. Blank lines are not rows.
INSERT INTO csv_rows
SELECT no, CASE WHEN length(line) > 1048576 THEN NULL
                WHEN line NOT LIKE '%"%' THEN string_to_array(line, :'csv_delimiter')
                WHEN line ~ replace('^("[^",]*"|[^",]*)([,]("[^",]*"|[^",]*))*$', ',', :'csv_delimiter')
                THEN string_to_array(replace(line, '"', ''), :'csv_delimiter')
                ELSE pg_temp.split(line, :'csv_delimiter') END
  FROM csv_lines
 WHERE line <> ''
 ORDER BY no;
CALL pg_temp.join_torn_rows(:'csv_delimiter');
WITH blank AS (DELETE FROM csv_rows WHERE pg_temp.is_blank(fields) RETURNING line)
SELECT count(*) AS csv_blank FROM blank \gset

TRUNCATE csv_header;
INSERT INTO csv_header
-- (Only clean names can match: the columns that are looked for have clean names.)
SELECT CASE WHEN pg_temp.is_clean(name, 65536) THEN lower(pg_temp.utf8(name) COLLATE "C") ELSE E'\x01' || name END, place
  FROM (SELECT fields FROM csv_rows ORDER BY line LIMIT 1) h, unnest(fields) WITH ORDINALITY AS c (name, place)
 WHERE pg_temp.fields_fit(fields);
DELETE FROM csv_rows WHERE line = (SELECT min(line) FROM csv_rows);

SELECT count(*) AS csv_width FROM csv_header \gset
SELECT count(*) AS :csv_name FROM csv_rows \gset rows_of_
