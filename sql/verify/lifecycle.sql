-- Reads the lifecycle file, which must be the one of the database, and gives it its views.
\ir ../lifecycle/read.sql
\if :{?refused} \quit \endif
\ir ../lifecycle/kept.sql
\set may_add false
\set has_events true
\ir ../lifecycle/compare.sql
\if :{?refused} \quit \endif
\ir ../lifecycle/views.sql
-- (A migration that was interrupted left it behind.)
SELECT NOT EXISTS (SELECT FROM lifecycle_types, unnest(ARRAY[moment, flag]) AS c (wanted)
                    WHERE wanted IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_attribute
                        WHERE attrelid = 'orders.order_timeline'::regclass AND attname = wanted)) AS is_current \gset
\if :is_current
\else
    \warn verify: orders.order_timeline lacks columns of the lifecycle: run scripts/migrate
    \set refused 78
    \quit
\endif
