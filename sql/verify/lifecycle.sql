-- Reads the lifecycle file, which must match the database, and creates its views.
\ir ../lifecycle/read.sql
\if :{?refused} \quit \endif
\ir ../lifecycle/kept.sql
\set may_add false
\set has_events true
\ir ../lifecycle/compare.sql
\if :{?refused} \quit \endif
\ir ../lifecycle/views.sql
-- (An interrupted migration leaves this state.)
SELECT NOT EXISTS (SELECT FROM lifecycle_types, unnest(ARRAY[moment, flag]) AS c (wanted)
                    WHERE wanted IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                        WHERE attrelid = 'orders.order_timeline'::regclass AND attname = wanted)) AS is_current \gset
\if :is_current
\else
    \warn verify: orders.order_timeline lacks columns of the lifecycle: run scripts/migrate
    \set refused 78
    \quit
\endif
