-- pg_temp.fdw_options(wanted, known): the list for OPTIONS (…) that changes an object's options from known to wanted. Both are arrays of
-- name=value.
CREATE FUNCTION pg_temp.fdw_options(wanted text[], known text[]) RETURNS text STABLE LANGUAGE sql AS $$
    WITH w AS (SELECT split_part(o, '=', 1) AS name, substr(o, strpos(o, '=') + 1) AS value FROM unnest(wanted) AS o),
         k AS (SELECT split_part(o, '=', 1) AS name FROM unnest(coalesce(known, '{}')) AS o)
    SELECT string_agg(part, ', ' ORDER BY part)
      FROM (SELECT format('%s%I %L', CASE WHEN cardinality(coalesce(known, '{}')) = 0 THEN '' WHEN k.name IS NULL THEN 'ADD ' ELSE 'SET ' END, w.name, w.value)
              FROM w LEFT JOIN k USING (name)
            UNION ALL
            SELECT format('DROP %I', k.name) FROM k WHERE k.name NOT IN (SELECT w.name FROM w)) AS parts (part)
$$;
