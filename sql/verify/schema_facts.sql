-- pg_temp.schema_facts(schema) describes the tables, views and functions of a schema, one row for each fact. The texts omit the
-- schema's own name, so that two schemas can be compared. They also omit what an administrator may change: storage, indexes
-- without a constraint, comments, owners, privileges.
CREATE FUNCTION pg_temp.schema_facts(regnamespace) RETURNS TABLE (relation text, item text, fact text) STABLE LANGUAGE sql AS $$
    WITH relations AS (
        SELECT c.* FROM pg_catalog.pg_class c WHERE c.relnamespace = $1 AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
    ), facts AS (
        SELECT relname, format('%s %s', CASE relkind WHEN 'v' THEN 'view' WHEN 'r' THEN 'table' ELSE 'relation' END, relname) AS item,
               concat_ws(', ', CASE WHEN relpersistence = 'u' THEN 'unlogged' END, CASE WHEN relrowsecurity OR relforcerowsecurity THEN 'row security' END,
                         CASE WHEN relkind NOT IN ('r', 'v') THEN 'neither table nor view' END, CASE WHEN relhassubclass OR relispartition THEN 'inheritance' END,
                         CASE WHEN relkind = 'v' THEN reloptions::text END, CASE WHEN relkind = 'v' THEN pg_catalog.pg_get_viewdef(oid) END) AS fact
          FROM relations
        UNION ALL
        SELECT relname, format('column %s of %s', attname, relname),
               concat_ws(' ', row_number() OVER (PARTITION BY attrelid ORDER BY attnum), pg_catalog.format_type(atttypid, atttypmod), nullif(attcollation, 0)::regcollation,
                         CASE WHEN attnotnull THEN 'NOT NULL' END, nullif(attidentity, ''), nullif(attgenerated, ''), pg_catalog.pg_get_expr(adbin, adrelid))
          FROM relations JOIN pg_catalog.pg_attribute a ON attrelid = oid LEFT JOIN pg_catalog.pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
         WHERE attnum > 0 AND NOT attisdropped
        UNION ALL
        SELECT relname, format('constraint %s of %s', conname, relname),
               pg_catalog.pg_get_constraintdef(k.oid) || CASE WHEN convalidated THEN '' ELSE ' NOT VALID' END || coalesce((SELECT ', invalid' FROM pg_catalog.pg_index WHERE indexrelid = conindid AND NOT indisvalid), '')
          FROM relations r JOIN pg_catalog.pg_constraint k ON conrelid = r.oid WHERE contype <> 'n'
        UNION ALL
        SELECT relname, format('trigger %s of %s', tgname, relname), pg_catalog.pg_get_triggerdef(t.oid) || ' ' || tgenabled::text
          FROM relations r JOIN pg_catalog.pg_trigger t ON tgrelid = r.oid WHERE NOT tgisinternal
        UNION ALL
        SELECT relname, format('rule %s of %s', rulename, relname), pg_catalog.pg_get_ruledef(w.oid) || ' ' || ev_enabled::text
          FROM relations r JOIN pg_catalog.pg_rewrite w ON ev_class = r.oid WHERE rulename <> '_RETURN'
        UNION ALL
        SELECT relname, format('policy %s of %s', polname, relname), concat_ws(' ', polcmd, pg_catalog.pg_get_expr(polqual, polrelid), pg_catalog.pg_get_expr(polwithcheck, polrelid))
          FROM relations r JOIN pg_catalog.pg_policy ON polrelid = r.oid
        UNION ALL
        SELECT proname, format('function %s', proname), concat_ws(' ', pg_catalog.pg_get_function_arguments(p.oid), pg_catalog.pg_get_function_result(p.oid), l.lanname, provolatile, prosecdef, replace(array_to_string(proconfig, ' '), '"', ''), md5(
                   regexp_replace(prosrc, '\m(orders|pg_temp)\.', '', 'g')))
          FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = prolang WHERE pronamespace = $1 AND prokind IN ('f', 'p')
    )
    SELECT relname, item, regexp_replace(regexp_replace(fact, '\m(orders|pg_temp|pg_temp_[0-9]+)\.', '', 'g'), '\s+', ' ', 'g') FROM facts
$$;
