-- Temporary views that interpret the rows of the temporary table lifecycle. Column names are in lower case, as in csv_header:
-- headers are not case-sensitive.

-- Events and deadlines in lifecycle order. moment is the type's column of order_timeline; state belongs to events, the rest to
-- deadlines: the event that it comes before, the boolean column, and the exception (of the orders file).
CREATE TEMP VIEW lifecycle_types AS
SELECT row_number() OVER (ORDER BY t.no) AS n, t.name, t.kind, t.source AS label, lower(t.source COLLATE "C") AS column_name,
       t.rule = 'required' AS is_required, t.stage || '_at' AS moment,
       CASE t.kind WHEN 'event' THEN upper(t.stage COLLATE "C") END AS state,
       CASE t.kind WHEN 'deadline' THEN split_part(t.rule, ' ', 2) END AS before,
       CASE t.kind WHEN 'deadline' THEN split_part(t.rule, ' ', 4) END AS flag,
       lower(u.source COLLATE "C") AS exception_column, string_to_array(u.rule, '|') AS exception_states
  FROM lifecycle t
  LEFT JOIN lifecycle u ON t.kind = 'deadline' AND (u.kind, u.name) = ('unless', t.name)
 WHERE t.kind IN ('event', 'deadline');

-- Payload fields: the file that each comes from, its column there, and its form (text, time, list).
CREATE TEMP VIEW lifecycle_payload AS
SELECT no, name, coalesce(parts[1], 'orders') AS file, coalesce(parts[2], source) AS label,
       lower(coalesce(parts[2], source) COLLATE "C") AS column_name, rule AS form
  FROM (SELECT *, regexp_match(source, '^(customers|items)\.(.*)$') AS parts FROM lifecycle WHERE kind = 'payload') AS p;

-- The files: the name of each in a folder, and the columns that join it (order_column is the id's for items).
CREATE TEMP VIEW lifecycle_files AS
SELECT f.name, coalesce(l.source, f.name || '.csv') AS file_name, l.no IS NOT NULL AS is_named,
       lower(CASE f.name WHEN 'customers' THEN split_part(substr(l.rule, 4), ' = ', 1)
                         WHEN 'items' THEN (SELECT source FROM lifecycle WHERE kind = 'id') END COLLATE "C") AS order_column,
       lower(CASE f.name WHEN 'customers' THEN substr(l.rule, 4 + strpos(substr(l.rule, 4), ' = ') + 2)
                         WHEN 'items' THEN substr(l.rule, 4) END COLLATE "C") AS file_column
  FROM (VALUES ('orders'), ('customers'), ('items')) AS f (name)
  LEFT JOIN lifecycle l ON (l.kind, l.name) = ('file', f.name);
