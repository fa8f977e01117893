-- The options that need SQL to be read: times, the window, the formats of times.
-- A date alone means midnight, as in the producer.
SELECT CASE WHEN :'from'  ~ '^[^ T]+$' THEN :'from'  || ' 00:00:00' ELSE :'from'  END AS from,
       CASE WHEN :'to'    ~ '^[^ T]+$' THEN :'to'    || ' 00:00:00' ELSE :'to'    END AS to,
       CASE WHEN :'as_of' ~ '^[^ T]+$' THEN :'as_of' || ' 00:00:00' ELSE :'as_of' END AS as_of \gset
SELECT coalesce(string_agg(name, ', '), '') AS bad, count(*) = 0 AS good
  FROM (VALUES ('--from', :'from'), ('--to', :'to'), ('--as-of', :'as_of')) AS o (name, value)
 WHERE value <> '' AND NOT pg_temp.is_timestamp(value) \gset
\if :good
\else
    \warn verify: :bad needs a time like 2018-01-31 or 2018-01-31T12:00:00
    \set refused 64
    \quit
\endif
SELECT :'from' <> '' OR :'to' <> '' AS windowed, :'as_of' <> '' AS has_as_of,
       :'customers_file' <> '' AS has_customers, :'items_file' <> '' AS has_items \gset
SELECT coalesce(string_agg('--' || name, ', '), '') AS bad, count(*) = 0 AS good
  FROM lifecycle_files WHERE NOT is_named AND (name = 'customers' AND :'has_customers' OR name = 'items' AND :'has_items') \gset
\if :good
\else
    \warn verify: :bad needs a row of kind file in :lifecycle_file that says what joins it
    \set refused 64
    \quit
\endif
-- A window that continues a certificate begins where the certificate ends.
SELECT :'after' = '' OR nullif(:'from', '')::timestamp = nullif(:'after', '')::timestamp AS good \gset
\if :good
\else
    \warn verify: the certificate of --after is verified through :after: use that for --from, or leave out --from
    \set refused 64
    \quit
\endif
\if :windowed
-- (A value that cannot be the time of an event is in every window.)
CREATE FUNCTION pg_temp.in_window(timestamp) RETURNS boolean IMMUTABLE
RETURN $1 >= coalesce(nullif(:'from', ''), '-infinity')::timestamp AND $1 < coalesce(nullif(:'to', ''), 'infinity')::timestamp
       OR $1 < '1970-01-01' OR $1 >= '10000-01-01';
\else
CREATE FUNCTION pg_temp.in_window(timestamp) RETURNS boolean IMMUTABLE RETURN true;
\endif
\ir timestamp_format.sql
\if :{?refused} \quit \endif
