-- From single figures to the table: medians, spread, and ratios within a round.
--   figures   CSV: figure, round, value          out   the folder for report.md and report.csv
\set ON_ERROR_STOP on
\pset footer off
CREATE TEMPORARY TABLE figures (figure text, round integer, value double precision);
\set copy '\\copy figures FROM ' :'figures' ' (FORMAT csv)'
:copy

CREATE TEMPORARY VIEW medians AS
SELECT figure, count(*) AS rounds, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median, min(value) AS least, max(value) AS most
  FROM figures GROUP BY figure;

-- A ratio is that of two figures of one round; without a second figure, the figure itself is judged. '- figure' is a difference,
-- '* figure' multiplies microseconds by a rate.
CREATE TEMPORARY TABLE targets (number integer GENERATED ALWAYS AS IDENTITY, what text, figure text, divisor text,
                                least double precision, most double precision);
INSERT INTO targets (what, figure, divisor, least, most) VALUES
    ('apply_batch through libpq ÷ the same in a loop within the server', 'apply_batch, 1 connection', 'loop: apply_batch', 0.90, NULL),
    ('apply_batch through libpq ÷ ids and type totals alone, in the server', 'apply_batch, 1 connection', 'loop: ids and types', 0.90, NULL),
    ('apply_batch through libpq ÷ COPY into the same table', 'apply_batch, 1 connection', 'COPY with the key', NULL, NULL),
    ('1 consumer, from Kafka ÷ apply_batch through libpq', '1 consumer', 'apply_batch, 1 connection', 0.85, NULL),
    ('1 consumer, from Kafka ÷ ids and type totals alone, in the server', '1 consumer', 'loop: ids and types', 0.85, NULL),
    ('processor time of all programs, 1 consumer ÷ time of ids and type totals alone, in the server', 'processor µs an event, all programs', '* loop: ids and types', NULL, 1.45),
    ('decoding: the producer''s records ÷ the same by the tree', 'decoding, own records', 'decoding, own records, by the tree', 2.5, NULL),
    ('decoding: other records ÷ the same by the tree', 'decoding, other records', 'decoding, other records, by the tree', NULL, NULL),
    ('2 connections ÷ 1', 'apply_batch, 2 connections', 'apply_batch, 1 connection', 1.5, NULL),
    ('4 connections ÷ 1', 'apply_batch, 4 connections', 'apply_batch, 1 connection', NULL, NULL),
    ('2 consumers ÷ 1', '2 consumers', '1 consumer', 1.35, NULL),
    ('4 consumers ÷ 1', '4 consumers', '1 consumer', NULL, NULL),
    ('6 consumers ÷ 1', '6 consumers', '1 consumer', NULL, NULL),
    ('share of the time that the cores are busy, 2 consumers', 'busy, 2 consumers', NULL, 0.90, NULL),
    ('waits of 10 ms for a lock, and deadlocks, 2 consumers', 'lock waits, 2 consumers', NULL, NULL, 0),
    ('waits of 10 ms for the table''s file to grow, 2 consumers', 'waits for a file to grow, 2 consumers', NULL, NULL, NULL),
    ('duplicates only ÷ new events', 'apply_batch, duplicates', 'apply_batch, 1 connection', 2, NULL),
    ('redelivered only ÷ new events', 'apply_batch, redelivered', 'apply_batch, 1 connection', 2, NULL),
    ('producer, file order ÷ kcat with the lines ready', 'producer, file order', 'kcat, file order', 0.75, NULL),
    ('producer, time order ÷ kcat with the lines ready', 'producer, time order', 'kcat, time order', 0.65, NULL),
    ('producer and 1 consumer side by side ÷ the consumer alone', 'producer and 1 consumer', '1 consumer', 0.75, NULL),
    ('memory of a consumer, MB: 4,000,000 events less 100,000', 'memory, 4000000 events', '- memory, 100000 events', NULL, 10),
    ('memory of a consumer, MB, 4,000,000 events', 'memory, 4000000 events', NULL, NULL, 64),
    ('from the broker''s append to the commit at 20,000 events/s, p99, ms', 'delay p99, 20000 events/s', NULL, NULL, 150),
    ('2 nodes, each held to a core ÷ 1 node on one core', '2 nodes, a core each', '1 node, a core each', 1.6, NULL),
    ('ms an event: 50,000,000 ids there already ÷ none', 'apply_batch, none there', 'apply_batch, 50000000 there', NULL, 1.15);

CREATE TEMPORARY VIEW judged AS
SELECT number, what, least, most, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median, min(value) AS lowest, max(value) AS highest
  FROM (SELECT t.*, CASE WHEN t.divisor IS NULL THEN f.value WHEN t.divisor LIKE '- %' THEN f.value - d.value WHEN t.divisor LIKE '* %' THEN f.value * d.value / 1e6 ELSE f.value / d.value END AS value
          FROM targets t
          JOIN figures f ON f.figure = t.figure
          LEFT JOIN figures d ON d.figure = regexp_replace(t.divisor, '^[-*] ', '') AND d.round = f.round
         WHERE t.divisor IS NULL OR d.figure IS NOT NULL) v
 GROUP BY number, what, least, most;

CREATE FUNCTION pg_temp.short(value double precision) RETURNS text LANGUAGE sql AS $$
    SELECT trim(to_char(value, CASE WHEN abs(value) >= 100 THEN '999,999,999,990' ELSE '990.00' END))
$$;

\pset format unaligned
\pset fieldsep ' | '
\pset tuples_only on
\set md :out '/report.md'
\o :md
\qecho '| ratio | median | spread | target |'
\qecho '|---|---:|---:|---|'
SELECT '| ' || what, pg_temp.short(median), pg_temp.short(lowest) || ' … ' || pg_temp.short(highest),
       CASE WHEN least IS NOT NULL THEN '≥ ' || least WHEN most IS NOT NULL THEN '≤ ' || most ELSE '' END
       || CASE WHEN median < least OR median > most THEN ' **missed**' WHEN least IS NOT NULL OR most IS NOT NULL THEN ' held' ELSE '' END || ' |'
  FROM judged ORDER BY number;
\qecho
\qecho '| figure | median | spread | rounds |'
\qecho '|---|---:|---:|---:|'
SELECT '| ' || figure, pg_temp.short(median), pg_temp.short(least) || ' … ' || pg_temp.short(most), rounds || ' |'
  FROM medians ORDER BY (SELECT min(ctid) FROM figures f WHERE f.figure = medians.figure);
\o
\set file :out '/report.csv'
\set csv '\\copy (SELECT medians.* FROM medians JOIN (SELECT figure, min(ctid) AS place FROM figures GROUP BY figure) f USING (figure) ORDER BY place) TO ' :'file' ' (FORMAT csv, HEADER)'
:csv
