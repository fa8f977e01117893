-- If a check failed: the most likely cause and what to do, as the report's first line. If several causes match, the first one wins,
-- because its effects include those of the causes below it.
CREATE FUNCTION pg_temp.failed(VARIADIC names text[]) RETURNS bigint STABLE RETURN (SELECT coalesce(sum(differences), 0)::bigint FROM checks WHERE NOT passed AND name = ANY (names));
SELECT pg_temp.failed('no event is missing') AS missing, pg_temp.failed('no event is unexpected') AS unexpected,
       pg_temp.failed('payloads of the events', 'regions of the events') AS other_payloads, pg_temp.failed('no conflicts') AS conflicts,
       (SELECT coalesce(string_agg(DISTINCT format('-g %s -t %s', consumer_group, topic), ', '), '') FROM progress WHERE NOT is_ours) AS others \gset
SELECT format('%s first likely: %s', :'mark', pg_temp.shown(cause))
  FROM (VALUES
    (NOT :'has_progress' AND :'others' <> '', format('group %s has read nothing of topic %s into this database: it was %s', :'group', :'topic', :'others')),
    (NOT :'has_progress', format('group %s has read nothing of topic %s into this database: run order-consumer, or look at -g, -t and PGDATABASE', :'group', :'topic')),
    (pg_temp.failed('schema as migrate makes it') > 0, 'somebody has changed tables, views or functions, as the first check names them: take the change back; '
        'scripts/migrate recreates views and functions after DELETE FROM orders.schema_scripts'),
    (pg_temp.failed('the front leads to its nodes') > 0, 'tables of the front do not lead to the nodes: run scripts/cluster init with the arguments that made the cluster, it '
        'corrects that, and verify again'),
    (pg_temp.failed('each partition on its node') > 0, 'somebody has written rows into a node that does not have their partition, as the check names them: remove them there'),
    (:unread > 0, format('%s records of topic %s are not read yet: verify again when order-consumer has read them, make status shows the lag', pg_temp.thousands(:unread), :'topic')),
    (:unexpected > 0 AND NOT :'windowed', format('%s events are not of this file: another one was replayed into this database too, or these files are not the ones '
        'that were replayed. Name those, or use a database, a topic and a group for each', pg_temp.thousands(:unexpected))),
    (:missing > 0 AND :quarantined > 0, format('%s events are missing, and %s records are quarantined: SELECT * FROM orders.quarantine tells why; scripts/requeue sends '
        'them again once the cause is corrected', pg_temp.thousands(:missing), pg_temp.thousands(:quarantined))),
    (:missing > 0 AND :deleted > 0, format('%s events are missing, and %s records were deleted before they were read: replay the files, known events are not applied twice',
        pg_temp.thousands(:missing), pg_temp.thousands(:deleted))),
    (:missing > 0, format('%s events are missing: the replay was not finished, or was of other files or options (--from, --to, --as-of). Replay these files, '
        'known events are not applied twice', pg_temp.thousands(:missing))),
    (:other_payloads > 0, 'the orders match, but their payloads do not: they were replayed with other customers or items files, or without. Name the same files '
        'here, or replay these into a new database'),
    (:conflicts > 0, format('%s events came again with another payload: a file was replayed with and without its customers or items, or with others. The first payload, '
        'which these files give, stays; scripts/settle settles them', pg_temp.thousands(:conflicts))),
    (pg_temp.failed('something to compare') > 0, 'nothing to compare: the file has no order, or none in the window'),
    (:'has_horizon' AND (SELECT bool_and(passed OR name LIKE '% with the CSV') FROM checks), format('the events since %s are right: one before it was never applied, '
        'or applied twice, on the days that event_type_daily names. Replay the files into a new database', :'horizon')),
    ((SELECT bool_and(passed OR name LIKE 'event\_%') FROM checks), 'the events are right and their sums are not: somebody has written into the aggregates; scripts/rebuild recomputes them'),
    (true, 'somebody has written into the tables')) AS c (holds, cause)
 WHERE holds LIMIT 1;
