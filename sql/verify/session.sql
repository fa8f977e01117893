-- Begins the transaction, which is rolled back. It does not depend on settings of the role, database or host, and has memory for
-- millions of events.
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET quote_all_identifiers = off;
SET DateStyle = 'ISO, YMD';
SET TimeZone = 'UTC';
SET lc_numeric = 'C';
SET search_path = pg_temp, pg_catalog;
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET work_mem = '256MB';
SET jit = off;
DO $$
BEGIN
    SET temp_buffers = '128MB';
EXCEPTION
    WHEN invalid_parameter_value THEN NULL; -- a pooler's session that has already used temporary tables
END $$;

SELECT current_setting('server_version_num')::int >= 150000
       AND current_setting('server_encoding') = 'UTF8'
       AND to_regclass('orders.lifecycle') IS NOT NULL AND to_regclass('orders.order_timeline') IS NOT NULL AS ready \gset
\if :ready
\else
    \warn verify: this database is not ready: it needs PostgreSQL 15 or later, encoding UTF8 and the schema "orders" (run scripts/migrate; look at PGHOST, PGPORT and PGDATABASE)
    \set refused 78
    \quit
\endif
SELECT coalesce(max(version), 0) = :known AS is_known, coalesce(max(version), 0) AS version FROM orders.schema_migrations \gset
\if :is_known
\else
    \warn verify: the database has schema version :version, this checkout :known: run scripts/migrate, or use the checkout of that version
    \set refused 78
    \quit
\endif
SELECT NOT EXISTS (SELECT FROM orders.lifecycle WHERE kind IN ('event', 'deadline') AND name <> ALL (enum_range(NULL::orders.event_type)::text[])) AS has_types \gset
\if :has_types
\else
    \warn verify: orders.event_type lacks types of orders.lifecycle: somebody has changed one of them
    \set refused 78
    \quit
\endif

-- The first ten differences of the current check, each with the total number.
CREATE TEMP TABLE differences (no int GENERATED ALWAYS AS IDENTITY, total bigint, item text, expected text, found text);
-- The checks, and what each compared, with the number.
CREATE TEMP TABLE checks (no int GENERATED ALWAYS AS IDENTITY, name text, passed boolean, compared text, differences bigint);
-- The report's lines that print.sql has not printed yet.
CREATE TEMP TABLE report (no int GENERATED ALWAYS AS IDENTITY, line text);

CREATE FUNCTION pg_temp.thousands(bigint) RETURNS text IMMUTABLE RETURN to_char($1, 'FM9,999,999,999,999,999,990');
-- A payload's hash as orders.conflicts spells it.
CREATE FUNCTION pg_temp.hash(bigint) RETURNS text IMMUTABLE RETURN lpad(to_hex($1), 16, '0');

-- Printable text: characters that end a line, move the cursor, set colours or change the text direction become \uXXXX.
\set unfit '[\\u0001-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\U000e0000-\\U000e007f]'
CREATE FUNCTION pg_temp.shown(text) RETURNS text IMMUTABLE
RETURN CASE WHEN $1 !~ :'unfit' THEN $1
            ELSE (SELECT string_agg(CASE WHEN c ~ :'unfit' THEN '\u' || lpad(to_hex(ascii(c)), 4, '0') ELSE c END, '' ORDER BY no)
                    FROM string_to_table($1, NULL) WITH ORDINALITY AS t (c, no)) END;
