-- The session: independent of the role's, the database's and the host's settings, and roomy enough for millions of events.
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET DateStyle = 'ISO, YMD';
SET TimeZone = 'UTC';
SET lc_numeric = 'C';
SET search_path = pg_temp, pg_catalog;
SET default_transaction_read_only = off;
SET default_transaction_isolation = 'read committed';
SET statement_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET work_mem = '256MB';
SET temp_buffers = '128MB';
SET jit = off;

SELECT current_setting('server_version_num')::int >= 150000
       AND current_setting('server_encoding') = 'UTF8'
       AND to_regclass('orders.lifecycle') IS NOT NULL AND to_regclass('orders.order_timeline') IS NOT NULL AS ready \gset
\if :ready
\else
    \warn verify: this database is not ready: it needs PostgreSQL 15 or later, encoding UTF8 and the schema "orders" (run scripts/migrate; look at PGHOST, PGPORT and PGDATABASE)
    \set refused 78
    \quit
\endif

-- Differences of the check at hand: the first ten, each with the number of all.
CREATE TEMP TABLE differences (no int GENERATED ALWAYS AS IDENTITY, total bigint, item text, expected text, found text);
-- What was checked, and how many things; of those that differ the number.
CREATE TEMP TABLE checks (no int GENERATED ALWAYS AS IDENTITY, name text, passed boolean, compared text, differences bigint);

CREATE FUNCTION pg_temp.thousands(bigint) RETURNS text IMMUTABLE RETURN to_char($1, 'FM999,999,999,999,990');
