-- Prints the facts of a node's schema, for front.sql: a line `:mark facts JSON`, or `:mark exit STATUS`. Run by scripts/verify on each node.
\ir session.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir schema_facts.sql
SELECT format('%s facts %s', :'mark', jsonb_agg(f)) FROM pg_temp.schema_facts('orders'::regnamespace) AS f;
