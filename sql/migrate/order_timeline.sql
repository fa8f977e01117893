-- A step: creates the view order_timeline, if its definition changed.
\ir ../lifecycle/timeline.sql

SELECT md5(string_agg(statement, E'\n' ORDER BY no)) AS checksum FROM timeline_statements \gset
\set file migrate/order_timeline.sql
SELECT NOT EXISTS (SELECT FROM orders.schema_scripts WHERE (name, checksum) = (:'file', :'checksum')) AS pending \gset
\if :pending
    SELECT statement FROM timeline_statements ORDER BY no \gexec
    INSERT INTO orders.schema_scripts (name, checksum) VALUES (:'file', :'checksum')
        ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now();
    \warn migrate: applied :file
    \set changed 1
\endif
