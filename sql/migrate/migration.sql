-- A step: one numbered migration. Variables: version, file.
-- Functions and views are applied again after it, as it may have dropped some of them. While it runs, the tables at
-- the front of a cluster are ordinary tables, as in any other database.
SELECT NOT EXISTS (SELECT FROM orders.schema_migrations WHERE version = :version) AS pending \gset
\if :pending
    \ir ../cluster/unbuild.sql
    \i :file
    \ir ../cluster/build.sql
    INSERT INTO orders.schema_migrations (version, name) VALUES (:version, :'file');
    DELETE FROM orders.schema_scripts;
    \warn migrate: applied :file
    \set changed 1
\endif
