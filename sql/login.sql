-- Run by scripts/login: creates a login, or sets the password and role of an existing one.
-- Variables: ON_ERROR_STOP on; name; role. \password reads the password twice, and sends a SCRAM verifier in its place.
SET LOCAL client_min_messages = warning;
SET LOCAL password_encryption = 'scram-sha-256';
SELECT format('CREATE ROLE %I', :'name') WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = :'name') \gexec
SELECT format('GRANT %I TO %I', :'role', :'name') \gexec
\password :"name"
SELECT format('ALTER ROLE %I LOGIN', :'name') \gexec
