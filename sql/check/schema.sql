-- The query of order-monitor --check about the schema. Its rows are as in server.sql. $1 the version of the schema that the programs
-- need. orders_worker and orders_reader may run it, as far as they may call the functions.
SELECT CASE WHEN v.version = $1::integer THEN 'ok' ELSE 'fail' END, 'schema version',
       CASE WHEN v.version = $1::integer THEN v.version::text
            WHEN v.version > $1::integer THEN format('%s, but these programs know only %s: they are older than the database', v.version, $1::integer)
            ELSE format('%s, but these programs need %s', v.version, $1::integer) END,
       CASE WHEN v.version > $1::integer THEN 'install the newer programs'
            WHEN v.version < $1::integer THEN 'scripts/migrate' END
  FROM (SELECT orders.schema_version()) AS v (version)
UNION ALL
SELECT CASE WHEN l.types > 0 THEN 'ok' ELSE 'fail' END, 'lifecycle',
       format('%s event types: %s', l.types, l.names), CASE WHEN l.types = 0 THEN 'scripts/migrate --lifecycle FILE' END
  FROM (SELECT count(*), string_agg(r.name, ', ') FROM orders.read_lifecycle() r WHERE r.kind = 'event') AS l (types, names)
