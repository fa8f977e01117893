-- Checks whether the database accepts the lifecycle file that was read: before anything is migrated, and as a step. A file that was
-- not named gives way to one that a concurrent migration has applied.
\ir ../lifecycle/kept.sql
SELECT :'is_read' AND (:'is_named' OR NOT :'has_kept') AS is_read, to_regclass('orders.processed_events') IS NOT NULL AS has_events \gset
\if :is_read
    \if :has_events
        SELECT EXISTS (SELECT FROM orders.processed_events) AS has_events \gset
    \endif
    \set may_add true
    \ir ../lifecycle/compare.sql
\endif
