-- What doors.t plants in the schema public of a database: functions, operators and views under the names of built-in ones, with the same
-- arguments. Each writes a line `planted: NAME` into the server's log when it is called. Variable: words, the names of functions
-- that matter, with blanks between them.
\set ON_ERROR_STOP on
SET search_path = pg_catalog;
SELECT set_config('planted.words', :'words', false) \g /dev/null
CREATE FUNCTION public.planted(what text) RETURNS boolean LANGUAGE plpgsql SET search_path = pg_catalog
    AS $$ BEGIN RAISE LOG 'planted: %', what; RETURN true; END $$;

CREATE PROCEDURE public.plant(signature text, result text, what text) LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    EXECUTE format('CREATE FUNCTION public.%s RETURNS %s LANGUAGE plpgsql AS %L', signature, result,
                   format('BEGIN PERFORM public.planted(%L); RETURN NULL; END', what));
EXCEPTION
    WHEN OTHERS THEN NULL; -- of types that PL/pgSQL does not take; doors.t looks that most are there
END $$;

DO $do$
DECLARE
    types CONSTANT regtype[] := '{text,name,int4,int8,oid,bool,"char",timestamptz,numeric,interval,uuid,date}';
    p record;
BEGIN
    FOR p IN SELECT proname, oidvectortypes(proargtypes) AS arguments, pg_get_function_result(oid) AS result
               FROM pg_proc
              WHERE pronamespace = 'pg_catalog'::regnamespace AND proname = ANY (string_to_array(current_setting('planted.words'), ' ')) LOOP
        CALL public.plant(format('%I(%s)', p.proname, p.arguments), p.result, p.proname);
    END LOOP;
    FOR p IN SELECT proname, n FROM pg_proc, generate_series(1, 8) AS n WHERE proname IN ('format', 'concat', 'concat_ws') AND n > pronargs - 1 LOOP
        CALL public.plant(format('%I(%s)', p.proname, rtrim(repeat('text, ', p.n), ', ')), 'text', p.proname); -- built in for "any"
    END LOOP;
    FOR p IN SELECT oprname, oprleft::regtype AS l, oprright::regtype AS r, oprresult::regtype AS result, format('operator_%s', oid) AS name
               FROM pg_operator WHERE oprnamespace = 'pg_catalog'::regnamespace AND oprleft = ANY (types) AND oprright = ANY (types) LOOP
        CALL public.plant(format('%s(%s, %s)', p.name, p.l, p.r), p.result::text, p.oprname);
        EXECUTE format('CREATE OPERATOR public.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = public.%s)', p.oprname, p.l, p.r, p.name);
    END LOOP;
    FOR p IN SELECT relname FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind IN ('r', 'v') LOOP
        BEGIN
            EXECUTE format('CREATE VIEW public.%I AS SELECT * FROM pg_catalog.%I WHERE public.planted(%L)', p.relname, p.relname, p.relname);
        EXCEPTION
            WHEN invalid_table_definition THEN NULL; -- columns of pseudo-types
        END;
    END LOOP;
END $do$;
