-- One file of functions or views, in one transaction, if its content changed. Variables: file, checksum.
SELECT NOT EXISTS (SELECT FROM orders.schema_scripts WHERE (name, checksum) = (:'file', :'checksum')) AS pending \gset
\if :pending
    BEGIN;
    \i :file
    INSERT INTO orders.schema_scripts (name, checksum) VALUES (:'file', :'checksum')
        ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now();
    COMMIT;
    \warn migrate: applied :file
    \set changed 1
\endif
