-- What verify reads of the texts that times.py made, as build/read-times prints it. Wants the psql variables folder (of the
-- files) and sql (the folder with verify's sources).
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
SET DateStyle = 'ISO, YMD';
SET search_path = pg_temp, pg_catalog;
SET jit = off;
DROP TABLE IF EXISTS public.lists, public.texts;
CREATE UNLOGGED TABLE public.lists (list int PRIMARY KEY, formats jsonb);
CREATE UNLOGGED TABLE public.texts (list int, text text, no int GENERATED ALWAYS AS IDENTITY);
\cd :folder
\copy public.lists FROM lists WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03')
\copy public.texts (list, text) FROM texts WITH (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03', ESCAPE E'\x03', NULL E'\x04', ENCODING 'LATIN1')
CREATE INDEX ON public.texts (list);
ANALYZE public.texts;
-- A script of its own for each list, as psql has no loops.
\o script
SELECT format($$DISCARD TEMP;
\unset refused
SELECT formats AS timestamp_formats FROM public.lists WHERE list = %1$s \gset
\i :sql/csv/text.sql
\set lifecycle_formats []
\i :sql/verify/timestamp_format.sql
\if :{?refused}
\echo :refusal
\else
\echo accepted
SELECT coalesce((extract(epoch FROM pg_temp.read_time(text)) * 1000)::bigint::text, '-')
  FROM (SELECT * FROM public.texts WHERE list = %1$s ORDER BY no) AS t;
\endif$$, list)
  FROM public.lists ORDER BY list;
\o
\i script
