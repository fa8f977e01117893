-- The proof: computes from the CSV files what the pipeline must have come to, sharing nothing with it, and compares.
-- Run by scripts/verify, which sets the variables. Needs SELECT on the schema orders and temporary tables; writes
-- nothing else. Prints the report; a line `exit N` at its end is the exit status. A file that must refuse to go on says why,
-- sets `refused` to that status, and quits, which ends that file alone: whoever included it must look.
\set program verify
\ir verify/session.sql
\if :{?refused} \echo exit :refused \quit \endif
\ir csv/text.sql
\ir csv/csv_reader.sql
\ir verify/lifecycle.sql
\if :{?refused} \echo exit :refused \quit \endif
\ir verify/options.sql
\if :{?refused} \echo exit :refused \quit \endif
\ir verify/expected.sql
\if :{?refused} \echo exit :refused \quit \endif

-- One snapshot for all that follows, also while consumers are at work.
BEGIN ISOLATION LEVEL REPEATABLE READ;
\ir verify/events.sql
\ir verify/aggregates.sql
\ir verify/timeline.sql
\ir verify/progress.sql
\if :{?certificate_facts}
    \ir verify/certificate.sql
\endif
COMMIT;

SELECT CASE WHEN bool_and(passed) THEN format('verified: all %s checks passed', count(*))
            ELSE format('FAILED: %s of %s checks: %s', count(*) FILTER (WHERE NOT passed), count(*),
                        string_agg(name, ', ' ORDER BY no) FILTER (WHERE NOT passed)) END
  FROM checks;
SELECT format('exit %s', CASE WHEN bool_and(passed) THEN 0 ELSE 1 END) FROM checks;
