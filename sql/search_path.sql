-- Adds the schema orders to the search path, so that \d shows its tables. It comes last, so no name changes its meaning. This is for
-- databases that have nothing else: those of the stack, the labs and the containers. The programs and scripts do not depend on it. A
-- search path that was set before is kept.
SELECT NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS setting
                    WHERE d.datname = current_database() AND s.setrole = 0 AND setting LIKE 'search_path=%') AS is_free
\gset
\if :is_free
ALTER DATABASE :"DBNAME" SET search_path = "$user", public, orders;
\endif
