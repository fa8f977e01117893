-- A step: one file of functions or views, if its content changed. Variables: file, checksum.
SELECT NOT EXISTS (SELECT FROM orders.schema_scripts WHERE (name, checksum) = (:'file', :'checksum')) AS pending \gset
\if :pending
    \i :file
    INSERT INTO orders.schema_scripts (name, checksum) VALUES (:'file', :'checksum')
        ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now();
    \warn migrate: applied :file
    \set changed 1
\endif
