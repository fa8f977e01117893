-- One checksum of the results. It is the sum of one hash for each row, so it does not depend on the order of rows or of arrival.
-- Run by scripts/digest. Returns one row for each relation and one for all: name, rows, sum in hex.
--
-- md5, because PostgreSQL's own fast hashes may change between major versions. A row is hashed as its text in UTF-8, with
-- the relation's name in front; a record's text tells NULL from an empty string, and the settings fix how times look.
\set ON_ERROR_STOP on
SET LOCAL DateStyle = 'ISO, YMD';
SET LOCAL TimeZone = 'UTC';

-- Events before the horizon are removed, or will be. With the variable since, events before that day are left out too.
\if :{?since}
\else
    \set since ''
\endif
SELECT coalesce(greatest(max(before), nullif(:'since', '')::date)::text, '-infinity') AS begins,
       coalesce(greatest(max(before), nullif(:'since', '')::date), '-infinity') > '-infinity' AS is_cut FROM orders.retirements \gset
\set timeline orders.order_timeline
\if :is_cut
    SELECT format('(%s)', replace(definition, whole, format('FROM (SELECT * FROM orders.processed_events WHERE event_at >= %L) e', :'begins'))) AS timeline,
           definition NOT LIKE format('%%%s%%', whole) AS is_foreign
      FROM (SELECT rtrim(pg_get_viewdef('orders.order_timeline'::regclass), ';') AS definition, 'FROM orders.processed_events e' AS whole) AS v \gset
    \if :is_foreign
        DO $$ BEGIN RAISE EXCEPTION 'order_timeline is not the view that scripts/migrate makes: run it again'; END $$;
    \endif
\endif

-- The columns of order_timeline in the order that the lifecycle gives them, which need not be that of the view.
SELECT concat_ws(', ', string_agg(quote_ident(stage || '_at'), ', ' ORDER BY no), 'state',
                 string_agg(quote_ident(split_part(rule, ' ', 4)), ', ' ORDER BY no) FILTER (WHERE kind = 'deadline')) AS timeline_columns
  FROM orders.lifecycle WHERE kind IN ('event', 'deadline') \gset

WITH result AS (
    SELECT 'processed_events' AS relation,
           ROW('processed_events', event_id, event_type, event_at, order_id, region, payload_hash)::text AS value
      FROM orders.processed_events
     WHERE event_at >= :'begins'
    UNION ALL
    SELECT 'event_type_totals', ROW('event_type_totals', event_type, events)::text
      FROM orders.event_type_totals
    UNION ALL
    SELECT 'event_type_daily', ROW('event_type_daily', event_day, event_type, events)::text
      FROM orders.event_type_daily
    UNION ALL
    SELECT 'event_type_by_region', ROW('event_type_by_region', region, event_type, events)::text
      FROM orders.event_type_by_region
    UNION ALL
    SELECT 'order_timeline', ROW('order_timeline', order_id, region, :timeline_columns)::text
      FROM :timeline AS t
), summed AS (
    SELECT relation, count(*) AS rows,
           -- 60 bits of a hash, so that each is positive; sum(bigint) is numeric, so exact
           sum(('x' || left(md5(convert_to(value, 'UTF8')), 15))::bit(60)::bigint) AS total
      FROM result
     GROUP BY relation
), reported AS (
    SELECT relation, rows, total FROM summed
    UNION ALL
    SELECT 'digest', coalesce(sum(rows), 0), coalesce(sum(total), 0) FROM summed
)
SELECT relation, rows, lpad(to_hex(mod(total, 9223372036854775808)::bigint), 16, '0') AS sum   -- modulo 2^63
  FROM reported
 ORDER BY relation COLLATE "C";
