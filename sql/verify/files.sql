-- For scripts/verify, where --orders is a folder: the names that the lifecycle file gives to the files in it, a line each
-- (the mark, orders, customers or items, a blank, the name). The line `:mark exit N` says that it refuses to go on, as in verify.sql.
\set program verify
\ir session.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir ../csv/text.sql
\ir ../csv/csv_reader.sql
\ir lifecycle.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
SELECT format('%s %s %s', :'mark', name, file_name) FROM lifecycle_files WHERE name = 'orders' OR is_named;
