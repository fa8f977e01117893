-- A step: writes the lifecycle file that was read into the database: the types that it adds, each after its predecessor, and its rows.
-- The new types can be used only after the commit, so order_timeline.sql is a later step. If that step does not run, the next
-- run finds the view out of date. The file is compared again, as others may have migrated since.
\ir compare.sql
\if :{?refused} \quit \endif
\if :is_read
    SELECT EXISTS ((TABLE lifecycle EXCEPT SELECT no, kind, name, source, rule, stage FROM orders.lifecycle)
                   UNION ALL (SELECT no, kind, name, source, rule, stage FROM orders.lifecycle EXCEPT TABLE lifecycle)) AS pending \gset
    \if :pending
        SELECT format('ALTER TYPE orders.event_type ADD VALUE IF NOT EXISTS %L %s', name,
                      coalesce('AFTER ' || quote_literal(lag(name) OVER (ORDER BY no)), 'BEFORE ' || quote_literal((
                          SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = 'orders.event_type'::regtype ORDER BY enumsortorder LIMIT 1)), ''))
          FROM lifecycle WHERE kind IN ('event', 'deadline') ORDER BY no \gexec
        DELETE FROM orders.lifecycle;
        INSERT INTO orders.lifecycle (no, kind, name, source, rule, stage) SELECT no, kind, name, source, rule, stage FROM lifecycle;
        \warn migrate: applied :lifecycle_file
        \set changed 1
    \endif
\endif
