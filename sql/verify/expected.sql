-- Computes the expected events from the CSV and the lifecycle alone: expected_orders (the file's rows) and expected_events, with
-- their ids and the hashes of their payloads. docs/EVENTS.md defines ids and payloads.
--
-- The lifecycle decides which columns are read. Its part of each statement is built first, as text in a psql variable, so that
-- the statements below are ordinary SQL and as fast.

-- The region comes from the orders file or the customers file, or there is none.
SELECT coalesce((SELECT file FROM lifecycle_payload WHERE name = 'region'), '') AS region_file \gset
SELECT :'region_file' = 'orders' OR :'region_file' = 'customers' AND :'has_customers' AS has_region \gset
SELECT CASE WHEN :'has_region' THEN format('the %s file', :'region_file') ELSE 'none' END AS region_source \gset

-- JSON as payloads have it: the texts hold no control characters, and times only the milliseconds that are not zero.
CREATE FUNCTION pg_temp.json(text) RETURNS text IMMUTABLE
RETURN '"' || replace(replace($1, '\', '\\'), '"', '\"') || '"';
CREATE FUNCTION pg_temp.event_time(timestamp) RETURNS text STABLE
RETURN replace(to_char($1, 'YYYY-MM-DD"T"HH24:MI:SS.MS'), '.000', '');
-- The members of the payload, in the order of their keys (by bytes). Those of the customers and items files stand in an array.
CREATE TEMP VIEW payload_members AS
SELECT *, row_number() OVER (ORDER BY name COLLATE "C") AS place, row_number() OVER (PARTITION BY file ORDER BY name COLLATE "C") AS place_in_file,
       pg_temp.json(name) || ':' AS key
  FROM lifecycle_payload;

CREATE TEMP TABLE customers (customer text, region text, members text[]);
CREATE TEMP TABLE order_items (order_id text COLLATE "C", members text[]);
\set csv_optional {}
\if :has_customers
\set csv_name customers
\set csv_file :customers_file
SELECT array_agg(DISTINCT name)::text AS csv_columns
  FROM (SELECT file_column FROM lifecycle_files WHERE name = 'customers'
        UNION ALL SELECT column_name FROM lifecycle_payload WHERE file = 'customers') AS c (name) \gset
\ir ../csv/read_csv.sql
\ir ../csv/need_columns.sql
\if :{?refused} \quit \endif
SELECT place AS at_customer FROM csv_header WHERE name = (SELECT file_column FROM lifecycle_files WHERE name = 'customers') \gset
SELECT coalesce(string_agg(CASE form WHEN 'time' THEN format('(pg_temp.present(fields[%s]) IS NULL OR pg_temp.read_time(pg_temp.present(fields[%1$s])) IS NOT NULL)', h.place)
                                     ELSE format('pg_temp.is_clean(pg_temp.present(fields[%s]), 128)', h.place) END, ' AND '), 'true') AS is_good,
       coalesce(max(format('pg_temp.present(fields[%s])', h.place)) FILTER (WHERE p.name = 'region'), 'NULL::text') AS region,
       coalesce(string_agg(format(CASE form WHEN 'time' THEN '%L || pg_temp.json(pg_temp.event_time(pg_temp.read_time(pg_temp.present(fields[%s]))))'
                                            ELSE '%L || pg_temp.json(pg_temp.utf8(pg_temp.present(fields[%s])))' END, key, h.place), ', ' ORDER BY place_in_file), '') AS members
  FROM payload_members p JOIN csv_header h ON h.name = p.column_name WHERE p.file = 'customers' \gset customer_
-- The first good row of a customer counts. Bad rows are ignored.
INSERT INTO customers
SELECT customer, pg_temp.utf8(:customer_region), ARRAY[:customer_members]::text[]
  FROM (SELECT DISTINCT ON (customer COLLATE "C") customer, fields
          FROM (SELECT line, pg_temp.present(fields[:at_customer]) AS customer, fields
                  FROM csv_rows WHERE cardinality(fields) = :csv_width AND pg_temp.fields_fit(fields) AND :customer_is_good) AS good
         WHERE customer IS NOT NULL AND pg_temp.is_clean(customer, 128)
         ORDER BY customer COLLATE "C", line) AS first_rows;
ANALYZE customers;
\endif

\if :has_items
\set csv_name items
\set csv_file :items_file
SELECT array_agg(DISTINCT name)::text AS csv_columns
  FROM (SELECT file_column FROM lifecycle_files WHERE name = 'items'
        UNION ALL SELECT column_name FROM lifecycle_payload WHERE file = 'items') AS c (name) \gset
\ir ../csv/read_csv.sql
\ir ../csv/need_columns.sql
\if :{?refused} \quit \endif
SELECT h.place AS at_order FROM csv_header h JOIN lifecycle_files f ON f.file_column = h.name WHERE f.name = 'items' \gset
-- For each field a list of the order's distinct values, sorted by bytes. Bad rows are ignored.
SELECT coalesce(string_agg(format('pg_temp.is_clean(pg_temp.present(fields[%s]), 128)', h.place), ' AND '), 'true') AS is_good,
       coalesce(string_agg(format('array_agg(DISTINCT pg_temp.present(fields[%s]) COLLATE "C") AS list_%s', h.place, place_in_file), ', '), 'NULL') AS lists,
       coalesce(string_agg(format('%L || (SELECT ''['' || string_agg(pg_temp.json(pg_temp.utf8(v)), '','' ORDER BY v COLLATE "C") || '']'' FROM unnest(list_%s) AS l (v) WHERE v IS NOT NULL)',
                                  key, place_in_file), ', ' ORDER BY place_in_file), '') AS members
  FROM payload_members p JOIN csv_header h ON h.name = p.column_name WHERE p.file = 'items' \gset item_
INSERT INTO order_items
SELECT order_id, ARRAY[:item_members]::text[]
  FROM (SELECT pg_temp.present(fields[:at_order]) COLLATE "C" AS order_id, :item_lists
          FROM csv_rows
         WHERE cardinality(fields) = :csv_width AND pg_temp.fields_fit(fields) AND pg_temp.is_order_id(pg_temp.present(fields[:at_order])) AND :item_is_good
         GROUP BY 1) AS lists;
ANALYZE order_items;
\endif

-- The columns of the orders file: the use of each, by its place in the lifecycle, and whether it is optional.
CREATE TEMP TABLE order_columns AS
SELECT 0 AS rank, 0::bigint AS n, 'id' AS form, source AS label, lower(source COLLATE "C") AS name, true AS is_needed, false AS is_required
  FROM lifecycle WHERE kind = 'id'
UNION ALL
SELECT 1, n, 'time', label, column_name, is_required, is_required FROM lifecycle_types
UNION ALL
SELECT 2, no, form, label, column_name, true, false FROM lifecycle_payload WHERE file = 'orders'
UNION ALL
SELECT 3, 0, 'join', order_column, order_column, :'has_customers', false FROM lifecycle_files WHERE name = 'customers' AND is_named
UNION ALL
SELECT 4, n, 'exception', exception_column, exception_column, :'has_as_of', false FROM lifecycle_types WHERE exception_column IS NOT NULL;

\set csv_name orders
\set csv_file :orders_file
SELECT array_agg(name) FILTER (WHERE is_needed)::text AS csv_columns, coalesce(array_agg(name) FILTER (WHERE NOT is_needed), '{}')::text AS csv_optional
  FROM (SELECT name, bool_or(is_needed) AS is_needed FROM order_columns GROUP BY name) AS c \gset
\ir ../csv/read_csv.sql
\ir ../csv/need_columns.sql
\if :{?refused} \quit \endif

-- Each column once, as text and, if it is a time, as a time; and the rules that make a row bad, in the order of the lifecycle.
CREATE TEMP TABLE order_fields AS
SELECT c.form, c.name, min(label) AS label, min(rank) AS rank, min(n) AS n, h.place, bool_or(is_required) AS is_required,
       bool_or(is_payload) AS is_payload, format('%s_%s', c.form, h.place) AS variable
  FROM (SELECT CASE form WHEN 'time' THEN 'time' ELSE 'text' END AS form, name, label, rank, n, is_required, form = 'text' AS is_payload
          FROM order_columns WHERE form IN ('time', 'text', 'join')) c
  JOIN csv_header h USING (name)
 GROUP BY c.form, c.name, h.place;
SELECT string_agg(DISTINCT format('pg_temp.present(fields[%s]) AS text_%1$s', place), ', ') AS texts,
       string_agg(format('pg_temp.read_time(text_%s) AS %s', place, variable), ', ') FILTER (WHERE form = 'time') AS times,
       string_agg(CASE WHEN form = 'text' THEN format('WHEN NOT pg_temp.is_clean(%s, 128) THEN %L', variable, label || ' is not clean UTF-8 text of at most 128 bytes')
                       ELSE concat(CASE WHEN is_required THEN format('WHEN text_%s IS NULL THEN %L ', place, label || ' is missing') END,
                                   format('WHEN %s IS NULL AND text_%s IS NOT NULL THEN %L', variable, place, label || ' is not a valid time')) END,
                  ' ' ORDER BY rank, n) FILTER (WHERE form = 'time' OR is_payload) AS rules
  FROM order_fields \gset row_
SELECT coalesce(string_agg(DISTINCT format(', fields[%s] AS raw_%1$s', place), ''), '') AS exceptions,
       coalesce(string_agg(DISTINCT format(', raw_%s', place), ''), '') AS kept_exceptions
  FROM order_columns JOIN csv_header USING (name) WHERE form = 'exception' \gset row_
SELECT c.label AS id_label, h.place AS at_id FROM order_columns c JOIN csv_header h USING (name) WHERE form = 'id' \gset

-- The time of each type, from the columns of the row: for an event its column; for a deadline its column if it was missed.
CREATE TEMP TABLE type_moments AS
SELECT t.n, t.name, t.moment, t.flag, t.state, t.label, o.variable IS NOT NULL AS is_there,
       CASE WHEN o.variable IS NULL THEN 'NULL::timestamp(3)'
            WHEN t.kind = 'event' THEN o.variable
            ELSE format('CASE WHEN %2$s > %1$s OR %2$s IS NULL AND %1$s < %3$L::timestamp%4$s THEN %1$s END', o.variable,
                        coalesce(b.variable, 'NULL::timestamp'), nullif(:'as_of', ''),
                        CASE WHEN x.place IS NOT NULL THEN format(' AND raw_%s <> ALL (%L::text[])', x.place,
                             (SELECT array_agg(convert_from(convert_to(state, 'UTF8'), 'LATIN1')) FROM unnest(t.exception_states) AS s (state))) END)
       END AS expression
  FROM lifecycle_types t
  LEFT JOIN order_fields o ON (o.form, o.name) = ('time', t.column_name)
  LEFT JOIN lifecycle_types e ON e.name = t.before
  LEFT JOIN order_fields b ON (b.form, b.name) = ('time', e.column_name)
  LEFT JOIN csv_header x ON x.name = t.exception_column;
SELECT string_agg(format('%s AS %I', expression, moment), ', ' ORDER BY n) AS expressions,
       string_agg(format('%I', moment), ', ' ORDER BY n) AS names,
       string_agg(format('(%L::orders.event_type, %I)', name, moment), ', ' ORDER BY n) AS events
  FROM type_moments \gset moment_
SELECT coalesce((SELECT 'text_' || h.place FROM lifecycle_payload p JOIN csv_header h ON h.name = p.column_name
                  WHERE (p.name, p.file) = ('region', 'orders')), 'NULL::text') AS region,
       coalesce((SELECT 'text_' || h.place FROM order_columns JOIN csv_header h USING (name) WHERE form = 'join'), 'NULL::text') AS customer,
       string_agg(variable, ', ') AS times,
       (SELECT coalesce(string_agg(', ' || variable, ''), '') FROM order_fields WHERE form = 'text' AND is_payload) AS texts
  FROM order_fields WHERE form = 'time' \gset kept_
SELECT coalesce(string_agg(CASE WHEN file <> 'orders' THEN format('%s.members[%s]', left(file, 1), place_in_file)
                       ELSE format(CASE form WHEN 'time' THEN '%L || pg_temp.json(pg_temp.event_time(time_%s))' ELSE '%L || pg_temp.json(pg_temp.utf8(text_%s))' END,
                                   key, (SELECT h.place FROM csv_header h WHERE h.name = column_name)) END, ', ' ORDER BY place), 'NULL') AS members
  FROM payload_members \gset payload_

CREATE TEMP TABLE order_rows AS
SELECT line, order_id, :kept_region AS region, :kept_customer AS customer, :kept_times :kept_texts :row_exceptions, CASE
         WHEN fields IS NULL THEN 'a quote is never closed, or stands in the middle of a field, or the row is longer than 1 MiB'
         WHEN width <> :csv_width THEN format('it has %s fields, the header %s', width, :csv_width)
         WHEN NOT pg_temp.fields_fit(fields) THEN 'a field is longer than 64 KiB'
         WHEN NOT coalesce(pg_temp.is_order_id(order_id), false) THEN :'id_label' || ' is not 1 to 64 printable ASCII characters'
         :row_rules
       END AS reason
  FROM (SELECT *, :row_times
          FROM (SELECT line, fields, cardinality(fields) AS width, pg_temp.present(fields[:at_id]) AS order_id, :row_texts
                  FROM csv_rows OFFSET 0) AS texts OFFSET 0) AS r;
TRUNCATE csv_lines, csv_rows;

CREATE TEMP TABLE expected_orders AS
SELECT line, order_id, coalesce(o.region, c.region) COLLATE "C" AS region, '{' || concat_ws(',', :payload_members) || '}' AS payload, :moment_expressions,
       count(*) OVER (PARTITION BY order_id) > 1 AS repeated
  FROM (SELECT line, order_id COLLATE "C" AS order_id, pg_temp.utf8(region) AS region, customer, :kept_times :kept_texts :row_kept_exceptions
          FROM order_rows WHERE reason IS NULL OFFSET 0) o
  LEFT JOIN customers c USING (customer)
  LEFT JOIN order_items i USING (order_id);
ANALYZE expected_orders;

-- An order may be in the file twice: an event that both rows have happened once.
CREATE TEMP VIEW row_events AS
SELECT line, order_id, event_type, event_at, region, payload, repeated
  FROM expected_orders, LATERAL (VALUES :moment_events) AS e (event_type, event_at)
 WHERE event_at IS NOT NULL AND pg_temp.in_window(event_at);
CREATE TEMP VIEW unhashed_events AS
SELECT order_id, event_type, event_at, region,
       'xxh3-128:' || encode(convert_to(concat_ws(E'\n', 'order-replay/1', order_id, event_type, pg_temp.event_time(event_at)), 'UTF8'), 'hex') AS fact,
       'xxh3-64:' || encode(convert_to(payload, 'UTF8'), 'hex') AS payload
  FROM (SELECT order_id, event_type, event_at, region, payload FROM row_events WHERE NOT repeated
        UNION ALL
        (SELECT DISTINCT ON (order_id, event_type, event_at) order_id, event_type, event_at, region, payload FROM row_events WHERE repeated
          ORDER BY order_id, event_type, event_at, line)) AS events;
-- PostgreSQL has no XXH3, so the events go through a program, which replaces the hashed texts with their hashes. An id consists of
-- the time, the version, and the rest of the hash with the two bits of the variant.
CREATE TEMP TABLE expected_events (
    order_id text COLLATE "C", event_type orders.event_type, event_at timestamp, region text COLLATE "C", fact_hash text, hex_payload_hash text,
    event_id uuid GENERATED ALWAYS AS ((lpad(to_hex((extract(epoch FROM event_at) * 1000)::bigint), 12, '0') || '8' || substr(fact_hash, 14, 3)
        || translate(substr(fact_hash, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab') || substr(fact_hash, 18))::uuid) STORED,
    payload_hash bigint GENERATED ALWAYS AS (('x' || hex_payload_hash)::bit(64)::bigint) STORED);
\copy (TABLE unhashed_events) TO PROGRAM 'perl "$VERIFY_HASHER" >"$VERIFY_EVENTS"'
\copy expected_events (order_id, event_type, event_at, region, fact_hash, hex_payload_hash) FROM PROGRAM 'cat "$VERIFY_EVENTS"'
ANALYZE expected_events;

INSERT INTO report (line)
SELECT format('orders  %s: %s rows, %s rejected', :'orders_file', pg_temp.thousands(count(*)), pg_temp.thousands(count(reason)))
       || CASE WHEN :csv_blank > 0 THEN format(', %s blank', pg_temp.thousands(:csv_blank)) ELSE '' END FROM order_rows;
INSERT INTO report (line)
SELECT format('            line %s: %s', line, reason) FROM order_rows WHERE reason IS NOT NULL ORDER BY line LIMIT 10;
INSERT INTO report (line)
SELECT format('            … and %s more', pg_temp.thousands(count(*) - 10)) FROM order_rows WHERE reason IS NOT NULL HAVING count(*) > 10;
INSERT INTO report (line)
SELECT format('            without a column %s: no %s is expected', label, name) FROM type_moments WHERE NOT is_there ORDER BY n;
INSERT INTO report (line)
SELECT format('expects %s %s', pg_temp.thousands(count(e.event_type)), t.name)
  FROM type_moments t LEFT JOIN expected_events e ON e.event_type = t.name::orders.event_type GROUP BY t.n, t.name ORDER BY t.n;
DROP TABLE order_rows;
