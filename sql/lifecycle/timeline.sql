-- The statements that create the view order_timeline from orders.lifecycle, in the temporary table timeline_statements. The view has a
-- time for each type, the furthest event as the state, and a boolean for each deadline. It uses only minimum and presence, so it does
-- not depend on the order in which events arrived.
--
-- CREATE OR REPLACE keeps grants and dependent views. Therefore existing columns keep their places, and new ones come at the end.
DROP TABLE IF EXISTS pg_temp.lifecycle CASCADE;
CREATE TEMP TABLE lifecycle AS SELECT no, kind, name, source, rule, stage FROM orders.lifecycle;
\ir ../lifecycle/views.sql

CREATE TEMP TABLE timeline_columns AS
SELECT c.place, c.n, c.name, c.expression, c.meaning, a.attnum
  FROM (SELECT 1 AS place, 0 AS n, 'order_id' AS name, 't.order_id' AS expression, 'The order.' AS meaning
        UNION ALL SELECT 2, 0, 'region', 't.region', 'The region of its events; NULL where it is not known.'
        UNION ALL SELECT 3, n, moment, format('t.%I', moment), format('When %s happened first; NULL where it did not.', name) FROM lifecycle_types
        UNION ALL SELECT 4, 0, 'state',
                         format('CASE %s END', string_agg(format('WHEN t.%I IS NOT NULL THEN %L', moment, state), ' ' ORDER BY n DESC)),
                         format('The furthest stage reached: %s; by stage, not by time. NULL where only deadlines are known.',
                                string_agg(state, ', ' ORDER BY n))
                    FROM lifecycle_types WHERE kind = 'event'
        UNION ALL SELECT 5, n, flag, format('t.%I IS NOT NULL', moment), format('Whether %s happened.', name) FROM lifecycle_types WHERE kind = 'deadline') AS c
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = to_regclass('orders.order_timeline') AND a.attname = c.name AND a.attnum > 0;

CREATE TEMP TABLE timeline_statements AS
SELECT 0 AS no, format('CREATE OR REPLACE VIEW orders.order_timeline AS SELECT %s FROM (SELECT e.order_id, min(e.region) AS region, %s '
                       'FROM orders.processed_events e GROUP BY e.order_id) t', selected, folded) AS statement
  FROM (SELECT string_agg(format('%s AS %I', expression, name), ', ' ORDER BY attnum NULLS LAST, place, n) AS selected FROM timeline_columns) AS s,
       (SELECT string_agg(format('min(e.event_at) FILTER (WHERE e.event_type = %L) AS %I', name, moment), ', ' ORDER BY n) AS folded FROM lifecycle_types) AS f
UNION ALL
SELECT 1, 'COMMENT ON VIEW orders.order_timeline IS ''The life of each order, folded from its events (the earliest of each type).'''
UNION ALL
SELECT 1 + row_number() OVER (ORDER BY place, n), format('COMMENT ON COLUMN orders.order_timeline.%I IS %L', name, meaning) FROM timeline_columns;
