-- The objects that read_csv.sql uses to read a CSV file (strict RFC 4180) as rows of fields.
\if :{?delimiter}
\else
    \set delimiter ''
\endif
CREATE TEMP TABLE csv_lines (no bigint GENERATED ALWAYS AS IDENTITY, line text);
CREATE TEMP TABLE csv_header (name text, place int);
CREATE TEMP TABLE csv_rows (line bigint, fields text[]);  -- fields is NULL if the quotes are wrong

-- The delimiter of a file with these columns: the one that finds most of these names in the first line that is not blank (a blank
-- line has only delimiters and quotes). At a tie the earlier delimiter wins. Quotes around a name and the case of letters are ignored.
CREATE FUNCTION pg_temp.delimiter_of(columns text[]) RETURNS text STABLE
RETURN coalesce((
    SELECT d.delimiter
      FROM (SELECT line FROM csv_lines WHERE line ~ '[^,\t;|"]' ORDER BY no LIMIT 1) AS header,
           (VALUES (1, ','), (2, E'\t'), (3, ';'), (4, '|')) AS d (place, delimiter)
     ORDER BY (SELECT count(DISTINCT lower(name COLLATE "C")) FROM unnest($1) AS wanted (name)
                WHERE lower(name COLLATE "C") IN (
                    SELECT lower(pg_temp.cell(CASE WHEN field ~ '^".*"$' THEN substr(field, 2, length(field) - 2) ELSE field END) COLLATE "C")
                      FROM string_to_table(header.line, d.delimiter) AS f (field))) DESC, place
     LIMIT 1), ',');

-- A record's fields, or NULL if its quotes are wrong. A field is "in quotes, with "" for a quote", or without any. A tab
-- within quotes is a control character, also where tabs separate.
CREATE FUNCTION pg_temp.split(text, delimiter text) RETURNS text[] IMMUTABLE
RETURN CASE WHEN $1 ~ replace('^("([^"]|"")*"|[^",]*)([,]("([^"]|"")*"|[^",]*))*$', ',', $2) THEN (
    SELECT array_agg(translate(coalesce(replace(field[1], '""', '"'), field[2]), E'\t', E'\x01') ORDER BY no)
      FROM regexp_matches($1 || $2, replace('(?:"((?:[^"]|"")*)"|([^",]*))[,]', ',', $2), 'g') WITH ORDINALITY AS f (field, no)) END;

-- A blank row, as spreadsheets write them: any number of fields, all empty.
CREATE FUNCTION pg_temp.is_blank(fields text[]) RETURNS boolean STABLE
RETURN coalesce($1[1], '') = '' AND array_to_string($1, '') = '';

-- Joins lines that are one row because of quoted line breaks, from the line that opens the quotes to the one that closes them.
-- This holds only if the row has as many fields as the header, and none is too long. Otherwise a quote was never closed:
-- the first line alone is a bad row, and the next line begins a new row.
CREATE PROCEDURE pg_temp.join_torn_rows(delimiter text) LANGUAGE plpgsql AS $$
DECLARE
    opens CONSTANT text := replace('^(("([^"]|"")*"|[^",]*)[,])*"([^"]|"")*$', ',', delimiter);
    stays CONSTANT text := replace('^([^"]|"")*("([,]("([^"]|"")*"|[^",]*))*[,]"([^"]|"")*)?$', ',', delimiter);
    first_line bigint;
    last_line  bigint := 0;
    joined     text[];
    width      int;
BEGIN
    CREATE TEMP TABLE opening AS
        SELECT r.line FROM csv_rows r JOIN csv_lines l ON l.no = r.line WHERE r.fields IS NULL AND l.line ~ opens;
    IF EXISTS (SELECT FROM opening) THEN
        CREATE UNIQUE INDEX csv_lines_no ON csv_lines (no);
        CREATE UNIQUE INDEX csv_lines_quoted ON csv_lines (no) WHERE line LIKE '%"%';
        CREATE UNIQUE INDEX csv_rows_line ON csv_rows (line);
        ANALYZE csv_lines, csv_rows, opening;
    END IF;
    FOR first_line IN SELECT o.line FROM opening o ORDER BY o.line LOOP
        CONTINUE WHEN first_line <= last_line;
        SELECT cardinality(r.fields) INTO width FROM csv_rows r
         WHERE r.line < first_line AND NOT coalesce(pg_temp.is_blank(r.fields), false) ORDER BY r.line LIMIT 1;
        SELECT l.no INTO last_line FROM csv_lines l
         WHERE l.no > first_line AND l.line LIKE '%"%' AND l.line !~ stays ORDER BY l.no LIMIT 1;
        SELECT CASE WHEN sum(length(l.line) + 1) <= 1048576 + 1
                    THEN pg_temp.split(string_agg(l.line, E'\n' ORDER BY l.no), delimiter) END INTO joined
          FROM csv_lines l WHERE l.no BETWEEN first_line AND last_line AND last_line - first_line < 65536;
        IF cardinality(joined) = coalesce(width, cardinality(joined)) AND pg_temp.fields_fit(joined) THEN
            UPDATE csv_rows r SET fields = joined WHERE r.line = first_line;
            DELETE FROM csv_rows r WHERE r.line > first_line AND r.line <= last_line;
        ELSE
            last_line := first_line;
        END IF;
    END LOOP;
    DROP INDEX IF EXISTS csv_lines_no, csv_lines_quoted, csv_rows_line;
    DROP TABLE opening;
END
$$;
