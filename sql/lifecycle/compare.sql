-- Refuses, with status 78, a lifecycle file that differs from the one of the database, and names the first difference between the
-- tables lifecycle (the file's rows) and kept (the database's). Rows match by kind and name; for rows of kind file only the rule
-- is compared. Variables: program; lifecycle_file; may_add, whether the file may have rows that the database lacks; has_events,
-- whether it is too late to add an exception to a deadline that the database has.
SELECT coalesce((
    SELECT 'the database keeps the lifecycle it has: ' || sentence
      FROM (SELECT 1 AS phase, k.no, CASE
                   WHEN f.no IS NULL THEN format('the database has %s %s, %s does not', k.kind, k.name, :'lifecycle_file')
                   WHEN k.kind <> 'file' AND f.source <> k.source THEN format('%s %s: its column is %s in %s and %s in the database',
                        k.kind, k.name, f.source, :'lifecycle_file', k.source)
                   WHEN f.rule <> k.rule THEN format('%s %s: its rule is %s in %s and %s in the database',
                        k.kind, k.name, coalesce(nullif(f.rule, ''), 'empty'), :'lifecycle_file', coalesce(nullif(k.rule, ''), 'empty'))
                   WHEN f.stage <> k.stage THEN format('%s %s: its stage is %s in %s and %s in the database',
                        k.kind, k.name, f.stage, :'lifecycle_file', k.stage)
                   END AS sentence
              FROM kept k LEFT JOIN lifecycle f USING (kind, name)
            UNION ALL
            SELECT 2, no, format('%s comes after %s in %s and before it in the database', name, next_name, :'lifecycle_file')
              FROM (SELECT k.no, k.name, f.no AS place, lead(k.name) OVER types AS next_name, lead(f.no) OVER types AS next_place
                      FROM kept k JOIN lifecycle f USING (kind, name) WHERE kind IN ('event', 'deadline')
                    WINDOW types AS (ORDER BY k.no)) AS pairs
             WHERE place > next_place
            UNION ALL
            SELECT 3, f.no, CASE
                   WHEN NOT :'may_add' THEN format('%s has %s %s, the database does not: scripts/migrate --lifecycle %s adds it',
                        :'lifecycle_file', kind, name, :'lifecycle_file')
                   -- Not even before the first event: a running consumer would continue to check payloads by the old lifecycle.
                   WHEN kind = 'payload' AND EXISTS (SELECT FROM kept) THEN format('payload %s is new: what events carry cannot change, use a new database', name)
                   WHEN :'has_events' AND kind = 'unless' AND EXISTS (SELECT FROM kept d WHERE (d.kind, d.name) = ('deadline', f.name))
                        THEN format('%s %s is new, and the database has events without it: use a new database', kind, name)
                   END
              FROM lifecycle f WHERE NOT EXISTS (SELECT FROM kept k WHERE (k.kind, k.name) = (f.kind, f.name))) AS differences
     WHERE sentence IS NOT NULL
     ORDER BY phase, no LIMIT 1), '') AS refusal \gset
\ir refuse.sql
