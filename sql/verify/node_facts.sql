-- Prints the facts of a node's schema, for front.sql: a line `:mark facts JSON`, or `:mark exit STATUS`. Run by scripts/verify on each node.
\ir session.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir schema_facts.sql
SELECT format('%s facts %s', :'mark', jsonb_agg(f))
  FROM (SELECT * FROM pg_temp.schema_facts('orders'::regnamespace)
        UNION ALL
        SELECT 'cluster', 'row of cluster', (SELECT string_agg(format('node %s of %s, %s partitions', node, nodes, partitions), ' and ') FROM orders.cluster)
        UNION ALL
        SELECT 'lifecycle', 'rows of lifecycle', (SELECT md5(string_agg(to_jsonb(l)::text, E'\n' ORDER BY no)) FROM orders.lifecycle l)) AS f;
