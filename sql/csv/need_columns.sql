-- Refuses, with status 65, the file that read_csv.sql has read, if its header does not have each of csv_columns ({a,b}) once, or
-- one of csv_optional more than once. Variables: program and csv_name, what to call both; csv_file.
SELECT coalesce(string_agg(name, ', '), '') AS missing, count(*) = 0 AS complete
  FROM (SELECT name, 1 AS least FROM unnest(:'csv_columns'::text[]) AS needed (name)
        UNION ALL SELECT name, 0 FROM unnest(:'csv_optional'::text[]) AS optional (name)) AS known
 WHERE (SELECT count(*) FROM csv_header h WHERE h.name = known.name) NOT BETWEEN least AND 1 \gset
\if :complete
\else
    \warn :program: the :csv_name file :csv_file does not have each of these columns once in its header: :missing
    \set refused 65
    \quit
\endif
