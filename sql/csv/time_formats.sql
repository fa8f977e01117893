-- Parses and checks time formats. :formats is a JSON array of formats. Creates the temporary tables formats, conversions, tokens and
-- format_reasons (one row for each format, with the reason why it is refused, or NULL). shared/time_format.h describes the
-- formats. Each conversion is a regular expression here, which matches as much as it can and never backtracks. The file may be
-- run again for other formats.
DROP TABLE IF EXISTS pg_temp.formats, pg_temp.conversions, pg_temp.tokens, pg_temp.format_reasons;
CREATE TEMP TABLE formats AS
SELECT no, format FROM jsonb_array_elements_text(:'formats') WITH ORDINALITY AS f (format, no);

-- January, january, Jan: the pattern for a name takes the full name if it is there.
CREATE OR REPLACE FUNCTION pg_temp.any_case(text) RETURNS text IMMUTABLE
RETURN (SELECT string_agg(format('[%s%s]', upper(c), lower(c)), '' ORDER BY no) FROM string_to_table($1, NULL) WITH ORDINALITY AS t (c, no));
SELECT string_agg(CASE WHEN length(name) = 3 THEN pg_temp.any_case(name)
                       ELSE format('%s(?:%s|(?!%2$s))', pg_temp.any_case(left(name, 3)), pg_temp.any_case(substr(name, 4))) END, '|') AS months
  FROM string_to_table('January February March April May June July August September October November December', ' ') AS name \gset

-- In the order in which a refusal lists them; `meaning` stands for conversions that stand for others.
CREATE TEMP TABLE conversions (no int GENERATED ALWAYS AS IDENTITY, letter text, part text, pattern text, meaning text);
INSERT INTO conversions (letter, part, pattern, meaning) VALUES
    ('Y', 'year',         ' *([0-9]{4})',                                NULL),
    ('y', 'short_year',   ' *([0-9]{2})',                                NULL),
    ('m', 'month',        ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('b', 'month',        '(' || :'months' || ')',                       NULL),
    ('B', 'month',        '(' || :'months' || ')',                       NULL),
    ('h', 'month',        '(' || :'months' || ')',                       NULL),
    ('d', 'day',          ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('e', 'day',          ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('H', 'hour',         ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('I', 'hour12',       ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('p', 'half',         '([AaPp][Mm])',                                NULL),
    ('M', 'minute',       ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('S', 'second',       ' *([0-9]{2}|[0-9](?![0-9]))',                 NULL),
    ('f', 'fraction',     '([0-9]+(?![0-9]))',                           NULL),
    ('z', 'zone',         '(Z|[+-][0-9]{2}(?::?[0-9]{2}|(?!:?[0-9]{2})))', NULL),
    ('s', 'seconds',      ' *([0-9]{12}|[0-9]{1,11}(?![0-9]))',          NULL),
    ('Q', 'milliseconds', ' *([0-9]{15}|[0-9]{1,14}(?![0-9]))',          NULL),
    ('F', NULL,           NULL,                                          '%Y-%m-%d'),
    ('D', NULL,           NULL,                                          '%m/%d/%y'),
    ('T', NULL,           NULL,                                          '%H:%M:%S'),
    ('R', NULL,           NULL,                                          '%H:%M'),
    ('r', NULL,           NULL,                                          '%I:%M:%S %p'),
    ('n', NULL,           ' *',                                          NULL),
    ('t', NULL,           ' *',                                          NULL),
    ('%', NULL,           '%',                                           NULL);

-- Conversions, with the flags that strptime(3) allows, and other characters. Then again, with composite conversions expanded.
CREATE OR REPLACE FUNCTION pg_temp.split_format(text) RETURNS TABLE (no bigint, token text) IMMUTABLE LANGUAGE sql AS
$$ SELECT no, m[1] FROM regexp_matches($1, '%[-_^#+0-9EO]*.?|[^%]', 'g') WITH ORDINALITY AS t (m, no) $$;
CREATE TEMP TABLE tokens AS
WITH spelled_out AS (
    SELECT f.no, string_agg(coalesce(c.meaning, t.token), '' ORDER BY t.no) AS format
      FROM formats f, pg_temp.split_format(format) AS t LEFT JOIN conversions c ON '%' || c.letter = t.token
     GROUP BY f.no
)
SELECT f.no AS format_no, t.no, t.token, c.letter, c.part, CASE
         WHEN t.token = ' ' THEN ' *'
         WHEN t.token LIKE '\%%' THEN c.pattern -- the file's bytes are LATIN1 characters, see text.sql
         ELSE regexp_replace(convert_from(convert_to(t.token, 'UTF8'), 'LATIN1'), '[][\\.*+?(){}|^$]', '\\\&') END AS pattern
  FROM spelled_out f, pg_temp.split_format(format) AS t LEFT JOIN conversions c ON '%' || c.letter = t.token;

-- The first error in a format. `letters` are its conversions, as in 'YmdHM'.
CREATE TEMP TABLE format_reasons AS
SELECT no, nullif(reason, format('--timestamp-format ''%s'': ', format)) AS reason
  FROM (
    SELECT f.no, format, CASE
        WHEN format = '' THEN '--timestamp-format needs a value that is not empty'
        WHEN octet_length(format) > 64 THEN '--timestamp-format is longer than 64 bytes'
        WHEN format ~ '[\u0001-\u001f\u007f-\u009f\ufffd]' THEN '--timestamp-format holds control characters or is not UTF-8'
        ELSE format('--timestamp-format ''%s'': %s', format, coalesce(
            (SELECT CASE WHEN token = '%' THEN 'it ends in a lone %; a percent sign is %%'
                         ELSE format('%s is unknown; known are %s', token, (SELECT string_agg('%' || letter, ' ' ORDER BY no) FROM conversions)) END
               FROM pg_temp.split_format(format) AS t WHERE token LIKE '\%%' AND token NOT IN (SELECT '%' || letter FROM conversions)
              ORDER BY no LIMIT 1),
            (SELECT format('it gives the %s twice', name)
               FROM (VALUES (1, '[Yy].*[Yy]', 'year'), (2, '[mbBh].*[mbBh]', 'month'), (3, '[de].*[de]', 'day'), (4, '[HI].*[HI]', 'hour'),
                            (5, 'p.*p', 'half of the day'), (6, 'M.*M', 'minute'), (7, 'S.*S', 'second'), (8, 'f.*f', 'fraction'),
                            (9, 'z.*z', 'zone'), (10, '[sQ].*[sQ]', 'time since 1970')) AS once (no, pattern, name)
              WHERE letters ~ pattern ORDER BY no LIMIT 1),
            CASE WHEN letters ~ 's' AND letters ~ '[^sf]' THEN '%s is a whole time; only %f goes with it'
                 WHEN letters ~ 'Q' AND letters <> 'Q' THEN '%Q is a whole time; nothing goes with it'
                 WHEN letters !~ '[sQ]' AND NOT (letters ~ '[Yy]' AND letters ~ '[mbBh]' AND letters ~ '[de]')
                 THEN 'it gives no date: %Y or %y, %m or %b, and %d; or %s or %Q' END,
            (SELECT reason
               FROM (VALUES (1, 'I', 'p', '%I needs %p'), (2, 'p', 'I', '%p needs %I'), (3, 'M', '[HI]', '%M needs %H or %I'), (4, 'S', 'M', '%S needs %M'),
                            (5, 'f', '[Ss]', '%f needs %S or %s'), (6, 'z', '[HI]', '%z needs %H or %I')) AS needs (no, has, other, reason)
              WHERE letters ~ has AND letters !~ other ORDER BY no LIMIT 1))) END AS reason
      FROM formats f,
           LATERAL (SELECT coalesce(string_agg(letter, '' ORDER BY no), '') FROM tokens WHERE format_no = f.no AND part IS NOT NULL) AS l (letters)) AS judged;
