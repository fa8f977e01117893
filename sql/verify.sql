-- Computes from the CSV files what the pipeline must have applied, and compares. It shares no code with the pipeline.
-- Run by scripts/verify, which sets the variables. It needs SELECT on the schema orders and temporary tables, and writes nothing
-- else. It uses one snapshot, even while consumers run, and is rolled back. It prints the report. The line `:mark exit N` at the
-- end is the exit status, and a line `:mark first …` belongs before all others. (Each run makes its own mark, so no text of the
-- files or the database can contain it.) A file that must refuse prints why, sets `refused` to the status, and quits. That ends
-- this file alone, so the including file must check `refused`.
\set program verify
\ir verify/session.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir verify/fresh_schema.sql
\ir csv/text.sql
\ir csv/csv_reader.sql
\ir verify/lifecycle.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir verify/options.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\ir verify/expected.sql
\if :{?refused} \echo :mark exit :refused \quit \endif

\ir verify/horizon.sql
\if :{?refused} \echo :mark exit :refused \quit \endif
\set node_facts `cat "$VERIFY_NODES"`
SELECT :'node_facts' <> '[]' AS is_front \gset
\if :is_front
    \ir verify/front.sql
\else
    \ir verify/schema.sql
\endif
\ir verify/events.sql
\ir verify/aggregates.sql
\ir verify/timeline.sql
\ir verify/progress.sql
\if :{?certificate_facts}
    \ir verify/certificate.sql
\endif
SELECT NOT bool_and(passed) AS has_failed FROM checks \gset
\if :has_failed
    \ir verify/cause.sql
\endif

SELECT CASE WHEN bool_and(passed) THEN format('verified: all %s checks passed', count(*))
            ELSE format('FAILED: %s of %s checks: %s', count(*) FILTER (WHERE NOT passed), count(*),
                        string_agg(name, ', ' ORDER BY no) FILTER (WHERE NOT passed)) END
  FROM checks;
SELECT format('%s exit %s', :'mark', CASE WHEN bool_and(passed) THEN 0 ELSE 1 END) FROM checks;
