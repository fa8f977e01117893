-- \d shows what the search path names: here the schema orders, too. It comes last, so no name changes its meaning. For a database that
-- has nothing else: the stack's, those of the labs and that of the containers. The programs and scripts do not depend on it. A search
-- path that was set before stays.
SELECT NOT EXISTS (SELECT FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) AS setting
                    WHERE d.datname = current_database() AND s.setrole = 0 AND setting LIKE 'search_path=%') AS is_free
\gset
\if :is_free
ALTER DATABASE :"DBNAME" SET search_path = "$user", public, orders;
\endif
