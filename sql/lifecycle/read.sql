-- Reads the lifecycle file :lifecycle_path into the temporary table lifecycle: its rows as the database keeps them, with the
-- defaults filled in. Needs csv/text.sql and csv/csv_reader.sql. Variables: program and lifecycle_file, the names for messages.
-- An invalid file is refused with its first error and status 78: `PROGRAM: cannot use FILE: line N: REASON`.
--
-- The rules repeat those of shared/order/ on purpose: the verification shares no code with the producer.
CREATE TEMP TABLE lifecycle (no integer, kind text, name text, source text, rule text, stage text);

\set csv_name lifecycle
\set csv_file :lifecycle_path
\set csv_columns {kind,name,column,rule,stage}
\set csv_optional {}
\set named_delimiter :delimiter
\set delimiter ''
\ir ../csv/read_csv.sql
\set delimiter :named_delimiter

-- The header. Without one of the columns no row can be read.
SELECT coalesce((
    SELECT format('cannot use %s: ', :'lifecycle_file') ||
           CASE WHEN NOT EXISTS (SELECT FROM csv_lines WHERE line ~ '[^,;|\t"]') THEN 'line 1: it is empty'
                WHEN places = 0 THEN format('line 1: there is no column named %s', needed)
                ELSE format('line 1: the column %s appears twice in its header', needed) END
      FROM unnest(ARRAY['kind', 'name', 'column', 'rule', 'stage']) WITH ORDINALITY AS n (needed, no),
           LATERAL (SELECT count(*) AS places, (array_agg(place ORDER BY place))[2] AS again FROM csv_header h WHERE h.name = needed) h
     WHERE places <> 1 ORDER BY again, no LIMIT 1), '') AS refusal \gset
\ir refuse.sql
\if :{?refused} \quit \endif
SELECT max(place) FILTER (WHERE name = 'kind') AS kind, max(place) FILTER (WHERE name = 'name') AS name,
       max(place) FILTER (WHERE name = 'column') AS column, max(place) FILTER (WHERE name = 'rule') AS rule,
       max(place) FILTER (WHERE name = 'stage') AS stage
  FROM csv_header \gset at_

-- The rows with their meaning. Events and deadlines share one kind of name: a type.
CREATE TEMP TABLE lifecycle_cells AS
SELECT *, CASE WHEN kind IN ('event', 'deadline') THEN coalesce(nullif(stage, ''), lower(name COLLATE "C")) END AS stage_word,
       CASE WHEN kind = 'deadline' THEN coalesce(substring(rule FROM ' as (.*)$'), nullif(stage, ''), lower(name COLLATE "C")) END AS flag,
       CASE WHEN kind = 'deadline' THEN split_part(rule, ' ', 2) END AS before,
       split_part(join_columns, ' = ', 1) AS order_column,
       CASE WHEN strpos(join_columns, ' = ') > 0 THEN substr(join_columns, strpos(join_columns, ' = ') + 3) ELSE join_columns END AS file_column,
       row_number() OVER (PARTITION BY coalesce(nullif(kind, 'deadline'), 'event') ORDER BY line) AS nth_of_kind,
       row_number() OVER (PARTITION BY coalesce(nullif(kind, 'deadline'), 'event'), name ORDER BY line) AS nth_of_name
  FROM (SELECT line, coalesce(cardinality(fields) = :csv_width AND pg_temp.fields_fit(fields), false) AS is_row,
               pg_temp.is_clean(fields[:at_kind] || fields[:at_name] || fields[:at_column] || fields[:at_rule] || fields[:at_stage], 5 * 65536) AS is_clean,
               pg_temp.cell(fields[:at_kind]) AS kind, pg_temp.cell(fields[:at_name]) AS name, pg_temp.cell(fields[:at_column]) AS source,
               pg_temp.cell(fields[:at_rule]) AS rule, pg_temp.cell(fields[:at_stage]) AS stage,
               substring(pg_temp.cell(fields[:at_rule]) FROM '^by (.*)$') AS join_columns
          FROM csv_rows OFFSET 0) AS cells;

-- The columns of order_timeline that a row asks for, and whether an earlier one has the name.
CREATE TEMP TABLE lifecycle_columns AS
SELECT line, place, c.name, c.name IN ('order_id', 'region', 'state', 'ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid') OR row_number() OVER (PARTITION BY c.name ORDER BY line, place) > 1 AS is_taken
  FROM lifecycle_cells, LATERAL (VALUES (1, stage_word || '_at'), (2, flag)) AS c (place, name)
 WHERE kind IN ('event', 'deadline') AND c.name IS NOT NULL;

-- The time formats, in their order. csv/time_formats.sql checks their conversions.
SELECT coalesce(jsonb_agg(rule ORDER BY line), '[]') AS formats FROM lifecycle_cells WHERE kind = 'format' \gset
\ir ../csv/time_formats.sql
\set lifecycle_formats :formats

CREATE TEMP VIEW lifecycle_reasons AS
SELECT 1 AS phase, line, CASE
    WHEN NOT is_row THEN 'it is not a row of CSV with as many fields as the header'
    WHEN NOT is_clean THEN 'a cell holds control characters or is not UTF-8'
    WHEN kind NOT IN ('file', 'format', 'id', 'event', 'deadline', 'unless', 'payload')
        THEN format('the kind %s is unknown: it is file, format, id, event, deadline, unless or payload', kind)
    -- name
    WHEN kind = 'file' AND name NOT IN ('orders', 'customers', 'items') THEN format('a file is called orders, customers or items, not %s', name)
    WHEN kind = 'file' AND nth_of_name > 1 THEN format('the file %s appears twice', name)
    WHEN kind = 'format' AND (name <> '' OR source <> '' OR stage <> '') THEN 'a format must have a rule, and no name, column or stage'
    WHEN kind = 'format' AND nth_of_kind > 32 THEN 'there are more than 32 formats'
    WHEN kind = 'format' THEN (SELECT replace(f.reason, '--timestamp-format', 'the format') FROM format_reasons f WHERE f.no = nth_of_kind)
    WHEN kind = 'id' AND nth_of_kind > 1 THEN 'there are two ids'
    WHEN kind = 'id' AND name <> 'orderId' THEN format('the id is called orderId, not %s', name)
    WHEN is_type AND name !~ '^[A-Z0-9_]{1,63}$' THEN format('the name %s is not 1 to 63 of A-Z, 0-9 and _', name)
    WHEN is_type AND nth_of_name > 1 THEN format('the name %s appears twice', name)
    WHEN is_type AND nth_of_kind > 64 THEN 'there are more than 64 events and deadlines'
    WHEN kind = 'unless' AND nth_of_name > 1 THEN format('the deadline %s has two exceptions', name)
    WHEN kind = 'payload' AND name !~ '^[a-z][A-Za-z0-9_]{0,62}$'
        THEN format('the name %s is not a lower-case letter and at most 62 letters, digits and _', name)
    WHEN kind = 'payload' AND nth_of_name > 1 THEN format('the name %s appears twice', name)
    WHEN kind = 'payload' AND nth_of_kind > 32 THEN 'there are more than 32 payload fields'
    -- column
    WHEN kind <> 'file' AND source = '' OR kind = 'payload' AND source IN ('customers.', 'items.') THEN 'the column is missing'
    WHEN kind = 'file' AND strpos(source, '/') > 0 THEN 'the name of a file must not contain /'
    -- rule
    WHEN kind = 'file' AND name = 'orders' AND rule <> '' THEN format('the rule %s is unknown: for the file orders it is empty', rule)
    WHEN kind = 'file' AND name = 'customers' AND (order_column <> '' AND file_column <> '') IS NOT true
        THEN format('the rule %s is unknown: for the file customers it is by COLUMN or by COLUMN = COLUMN', rule)
    WHEN kind = 'file' AND name = 'items' AND (join_columns <> '' AND strpos(join_columns, ' = ') = 0) IS NOT true
        THEN format('the rule %s is unknown: for the file items it is by COLUMN', rule)
    WHEN kind = 'id' AND rule <> '' THEN format('the rule %s is unknown: for an id it is empty', rule)
    WHEN kind = 'event' AND rule NOT IN ('', 'required') THEN format('the rule %s is unknown: for an event it is required or empty', rule)
    WHEN kind = 'deadline' AND rule !~ '^before [A-Z0-9_]{1,63}( as [a-z0-9_]{1,63})?$'
        THEN format('the rule %s is unknown: for a deadline it is before EVENT or before EVENT as NAME', rule)
    WHEN kind = 'unless' AND rule !~ '^[^|]+(\|[^|]+)*$'
        THEN format('the rule %s is unknown: for an exception it is one or more states with | between them', rule)
    WHEN kind = 'payload' AND rule NOT IN ('', 'text', 'time', 'list') THEN format('the rule %s is unknown: for a payload field it is text, time or list', rule)
    WHEN kind = 'payload' AND (rule = 'list') <> starts_with(source, 'items.') THEN 'a field of the items file must be a list, and no other field may be one'
    WHEN kind = 'payload' AND name = 'region' AND rule NOT IN ('', 'text') THEN 'the region is a text of the orders or customers file'
    -- stage
    WHEN NOT is_type AND stage <> '' THEN 'only events and deadlines have a stage'
    WHEN stage <> '' AND stage !~ '^[a-z0-9_]{1,60}$' THEN format('the stage %s is not 1 to 60 of a-z, 0-9 and _', stage)
    WHEN is_type AND stage = '' AND length(name) > 60 THEN 'a name of more than 60 letters needs a stage'
    ELSE (SELECT format('order_timeline would have two columns named %s', c.name)
            FROM lifecycle_columns c WHERE c.line = r.line AND c.is_taken ORDER BY c.place LIMIT 1)
    END AS reason
  FROM (SELECT *, kind IN ('event', 'deadline') AS is_type FROM lifecycle_cells) AS r
UNION ALL
SELECT 2, line, CASE
    WHEN kind = 'deadline' AND NOT EXISTS (SELECT FROM lifecycle_cells e WHERE (e.kind, e.name) = ('event', r.before))
        THEN format('there is no event named %s', before)
    WHEN kind = 'unless' AND NOT EXISTS (SELECT FROM lifecycle_cells d WHERE (d.kind, d.name) = ('deadline', r.name))
        THEN format('there is no deadline named %s', name)
    WHEN kind = 'payload' AND starts_with(source, 'customers.') AND NOT EXISTS (SELECT FROM lifecycle_cells f WHERE (f.kind, f.name) = ('file', 'customers'))
        THEN 'there is no row file,customers'
    WHEN kind = 'payload' AND starts_with(source, 'items.') AND NOT EXISTS (SELECT FROM lifecycle_cells f WHERE (f.kind, f.name) = ('file', 'items'))
        THEN 'there is no row file,items'
    END
  FROM lifecycle_cells AS r
UNION ALL
SELECT 3, 1, 'there is no id' WHERE NOT EXISTS (SELECT FROM lifecycle_cells WHERE kind = 'id')
UNION ALL
SELECT 4, 1, 'there is no required event' WHERE NOT EXISTS (SELECT FROM lifecycle_cells WHERE (kind, rule) = ('event', 'required'));

SELECT coalesce((SELECT format('cannot use %s: line %s: %s', :'lifecycle_file', line, reason)
                   FROM lifecycle_reasons WHERE reason IS NOT NULL ORDER BY phase, line LIMIT 1), '') AS refusal \gset
\ir refuse.sql
\if :{?refused} \quit \endif

INSERT INTO lifecycle
SELECT row_number() OVER (ORDER BY line), kind, name,
       CASE WHEN kind = 'file' AND source = '' THEN name || '.csv' ELSE source END,
       CASE WHEN kind = 'payload' THEN coalesce(nullif(rule, ''), 'text')
            WHEN kind = 'deadline' THEN format('before %s as %s', before, flag)
            WHEN kind = 'file' AND name = 'customers' THEN format('by %s = %s', order_column, file_column)
            ELSE rule END,
       coalesce(stage_word, '')
  FROM lifecycle_cells
 WHERE kind <> 'format';
DROP VIEW lifecycle_reasons;
DROP TABLE lifecycle_columns, lifecycle_cells;
TRUNCATE csv_lines, csv_rows;
