-- Chooses and reads the lifecycle file, before anything is migrated. Variables: lifecycle_file and lifecycle_path, the file
-- that was named, or empty; default_file, the file for a database without a lifecycle; has_default, whether that file exists.
-- Sets is_read and is_named; refuses with status 66 or 78.
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT :'lifecycle_file' <> '' AS is_named, :'lifecycle_file' <> '' AS is_read \gset
\if :is_named
\else
    \ir ../lifecycle/kept.sql
    SELECT NOT :'has_kept' AS is_read \gset
    \set lifecycle_file :default_file
    \set lifecycle_path :default_file
    SELECT :'is_read' AND NOT :'has_default' AS is_missing \gset
    \if :is_missing
        \warn migrate: cannot read :lifecycle_file: there is no such file
        \set refused 66
        \quit
    \endif
\endif
\if :is_read
    \set program migrate
    \ir ../csv/text.sql
    \ir ../csv/csv_reader.sql
    \ir ../lifecycle/read.sql
\endif
