-- Run by scripts/login: makes a login, or gives it its password and role anew.
-- Variables: ON_ERROR_STOP on; name; role. The password comes from the environment, LOGIN_PASSWORD.
\getenv password LOGIN_PASSWORD
SET client_min_messages = warning;
SET password_encryption = 'scram-sha-256';
BEGIN;
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'name') \gexec
SELECT format('GRANT %I TO %I', :'role', :'name') \gexec
SELECT format('ALTER ROLE %I LOGIN PASSWORD %L', :'name', :'password') \gexec
COMMIT;
