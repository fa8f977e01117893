-- :timestamp_format is what strptime(3) takes (empty: the files' own format). Defines pg_temp.iso(text): the same time in
-- the files' own format, and '' where the text does not follow the format.
\if :has_format
\else
CREATE FUNCTION pg_temp.iso(text) RETURNS text IMMUTABLE RETURN $1;
\endif
\if :has_format

-- What a conversion matches, digit by digit as strptime takes them (it never looks back), and the part of the time that it gives.
CREATE TEMP TABLE conversions (conversion text, part text, pattern text);
INSERT INTO conversions VALUES
    ('%Y', 'year',   '[0-9]{4}|[0-9]{1,3}(?![0-9])'),
    ('%y', 'year',   '[0-9]{2}|[0-9](?![0-9])'),
    ('%m', 'month',  '0[1-9]|1[0-2]|1(?![0-9])|[2-9]'),
    ('%d', 'day',    '0[1-9]|[12][0-9]|3[01]|[1-3](?![0-9])|[4-9]'),
    ('%e', 'day',    '0[1-9]|[12][0-9]|3[01]|[1-3](?![0-9])|[4-9]'),
    ('%H', 'hour',   '[01][0-9]|2[0-3]|[0-2](?![0-9])|[3-9]'),
    ('%M', 'minute', '[0-5][0-9]|[0-5](?![0-9])|[6-9]'),
    ('%S', 'second', '[0-5][0-9]|6[01]|[0-6](?![0-9])|[7-9]');

CREATE TEMP TABLE tokens AS
WITH compounds (token, meaning) AS (
    VALUES ('%F', '%Y-%m-%d'), ('%D', '%m/%d/%y'), ('%T', '%H:%M:%S'), ('%R', '%H:%M')
), spelled_out AS (
    SELECT string_agg(coalesce(c.meaning, t.m[1]), '' ORDER BY t.no) AS format
      FROM regexp_matches(convert_from(convert_to(:'timestamp_format', 'UTF8'), 'LATIN1'), '%.|[^%]+|%', 'g') WITH ORDINALITY AS t (m, no)
      LEFT JOIN compounds c ON c.token = t.m[1]
)
SELECT t.no, t.m[1] AS token, c.part, c.pattern, count(c.part) OVER (ORDER BY t.no) AS capture
  FROM spelled_out, regexp_matches(format, '%.|[[:space:]]+|[^%[:space:]]+|%', 'g') WITH ORDINALITY AS t (m, no)
  LEFT JOIN conversions c ON c.conversion = t.m[1];

SELECT coalesce(string_agg(token, ' ' ORDER BY no), '') AS unknown FROM tokens
 WHERE part IS NULL AND token LIKE '\%%' AND token NOT IN ('%%', '%n', '%t') \gset
SELECT :'unknown' = '' AND (SELECT count(DISTINCT part) FROM tokens WHERE part IN ('year', 'month', 'day')) = 3 AS supported
\gset
\if :supported
\else
    \warn verify: --timestamp-format needs year, month and day, and may have %Y %y %m %d %e %H %M %S %T %R %F %D %n %t %% and plain text; not supported: :unknown
    \set refused 64
    \quit
\endif

-- (Looking ahead is slow, and of no use where a character follows that is no digit.)
SELECT '^' || string_agg(CASE WHEN part IS NOT NULL THEN
                                  ' *(' || CASE WHEN next ~ '^[^%0-9[:space:]]' THEN replace(pattern, '(?![0-9])', '') ELSE pattern END || ')'
                              WHEN token IN ('%n', '%t') OR token ~ '^[[:space:]]' THEN ' *'
                              WHEN token = '%%' THEN '%'
                              ELSE regexp_replace(token, '([^[:alnum:]])', '\\\1', 'g') END, '' ORDER BY no) || '$' AS pattern
  FROM (SELECT *, lead(token, 1, '$') OVER (ORDER BY no) AS next FROM tokens) t \gset
-- A part that is given twice is the last one; one that is not given is 00.
SELECT format('%s-%s-%s %s:%s:%s', p->>'year', p->>'month', p->>'day', coalesce(p->>'hour', '00'),
              coalesce(p->>'minute', '00'), coalesce(p->>'second', '00')) AS parts
  FROM (SELECT jsonb_object_agg(part, '\' || capture) AS p FROM (SELECT part, max(capture) AS capture FROM tokens
         WHERE part IS NOT NULL GROUP BY part) last_one) AS given \gset
SELECT EXISTS (SELECT FROM tokens t WHERE token = '%y' AND no = (SELECT max(no) FROM tokens WHERE part = 'year')) AS short_year \gset

CREATE FUNCTION pg_temp.two_digits(text) RETURNS text IMMUTABLE RETURN regexp_replace($1, '\m([0-9])\M', '0\1', 'g');
CREATE FUNCTION pg_temp.with_century(text) RETURNS text IMMUTABLE
RETURN CASE WHEN NOT :'short_year' THEN $1 WHEN $1 < '69' THEN '20' || $1 ELSE '19' || $1 END;
-- No field holds 0x02 (see lines.sed): where there is one, the format matched.
CREATE FUNCTION pg_temp.iso(text) RETURNS text IMMUTABLE
RETURN pg_temp.with_century(pg_temp.two_digits(split_part(regexp_replace($1, :'pattern', E'\x02' || :'parts'), E'\x02', 2)));
\endif
