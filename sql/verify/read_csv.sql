-- Reads a CSV file into csv_rows (line, fields), and its header into csv_header (name, place). Wants the psql variables
-- csv_file, csv_name (what to call it), csv_columns (the needed ones, {a,b}) and delimiter (or '': the header tells), takes
-- csv_optional (those that may be there once); sets csv_width, the number of columns, and csv_blank, that of blank rows.
TRUNCATE csv_lines RESTART IDENTITY;
TRUNCATE csv_rows;
\setenv CSV_FILE :csv_file
\copy csv_lines (line) FROM PROGRAM 'LC_ALL=C sed -f "$VERIFY_LINES" <"$CSV_FILE"' WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03', NULL E'\x04', ENCODING 'LATIN1')

SELECT coalesce(nullif(:'delimiter', ''), pg_temp.delimiter_of(:'csv_columns'::text[] || :'csv_optional'::text[])) AS csv_delimiter \gset
UPDATE csv_lines SET line = translate(line, E'\t', E'\x01') WHERE :'csv_delimiter' <> E'\t' AND strpos(line, E'\t') > 0;

-- Plain lines are split at their delimiters; only the rest is worth a closer look. Blank lines are no rows.
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
SELECT lower(name COLLATE "C"), place
  FROM (SELECT fields FROM csv_rows ORDER BY line LIMIT 1) h, unnest(fields) WITH ORDINALITY AS c (name, place)
 WHERE pg_temp.fields_fit(fields);
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
