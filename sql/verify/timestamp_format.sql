-- How the orders file writes times. :timestamp_formats is a JSON array of formats ([]: the default forms). Defines
-- pg_temp.read_time(text): milliseconds and all, or NULL where the text is absent or no time. shared/time_format.h says what
-- forms and formats mean; each conversion is a regular expression here, which takes what it can and gives nothing back.

-- The time that the parts come to, each as it stands in the text; NULL where there is none. Fractions are cut.
CREATE FUNCTION pg_temp.time_of(year text DEFAULT NULL, short_year text DEFAULT NULL, month text DEFAULT NULL, day text DEFAULT NULL,
                                hour text DEFAULT NULL, hour12 text DEFAULT NULL, half text DEFAULT NULL, minute text DEFAULT NULL,
                                second text DEFAULT NULL, fraction text DEFAULT NULL, zone text DEFAULT NULL,
                                seconds text DEFAULT NULL, milliseconds text DEFAULT NULL) RETURNS timestamp
IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    y int := year; m int; d int := day; h int := coalesce(hour, '0'); mi int := coalesce(minute, '0'); s int := coalesce(second, '0');
    offset_hours int := 0; offset_minutes int := 0;
    ms bigint := CASE WHEN fraction IS NULL THEN 0 ELSE rpad(left(fraction, 3), 3, '0')::int END;
    date date;
BEGIN
    IF milliseconds IS NOT NULL THEN
        ms := milliseconds;
    ELSIF seconds IS NOT NULL THEN
        ms := seconds::bigint * 1000 + ms;
    ELSE
        IF short_year IS NOT NULL THEN y := CASE WHEN short_year < '69' THEN '20' ELSE '19' END || short_year; END IF;
        IF month ~ '[0-9]' THEN m := month; ELSE m := (strpos('janfebmaraprmayjunjulaugsepoctnovdec', lower(left(month, 3))) + 2) / 3; END IF;
        IF hour12 IS NOT NULL THEN
            h := hour12;
            IF h NOT BETWEEN 1 AND 12 THEN RETURN NULL; END IF;
            h := h % 12 + CASE WHEN half LIKE ANY ('{P%,p%}') THEN 12 ELSE 0 END;
        END IF;
        IF length(zone) > 1 THEN
            offset_hours := substr(zone, 2, 2);
            IF length(zone) > 3 THEN offset_minutes := right(zone, 2); END IF;
        END IF;
        IF y < 1969 OR m NOT BETWEEN 1 AND 12 OR d NOT BETWEEN 1 AND 31 OR h > 23 OR mi > 59 OR s > 59 OR offset_hours > 23 OR offset_minutes > 59 THEN
            RETURN NULL;
        END IF;
        date := make_date(y, m, 1) + (d - 1);
        IF extract(month FROM date) <> m THEN RETURN NULL; END IF; -- 30 February
        ms := (date - '1970-01-01'::date) * bigint '86400000' + ((h * 60 + mi) * 60 + s) * 1000 + ms
              - (offset_hours * 60 + offset_minutes) * 60000 * CASE WHEN zone LIKE '-%' THEN -1 ELSE 1 END;
    END IF;
    IF ms NOT BETWEEN 0 AND 253402300799999 THEN RETURN NULL; END IF; -- the years 1970 to 9999
    RETURN ('1970-01-01'::date + (ms / 86400000)::int)::timestamp + (ms % 86400000) * interval '1 millisecond';
END $$;

SELECT coalesce(nullif(:'timestamp_formats', ''), '[]') AS timestamp_formats \gset
SELECT jsonb_array_length(:'timestamp_formats') > 0 AS has_formats \gset
\if :has_formats

CREATE TEMP TABLE formats AS
SELECT no, format FROM jsonb_array_elements_text(:'timestamp_formats') WITH ORDINALITY AS f (format, no);

-- January, january, Jan: the pattern for a name takes the whole of it where it stands there.
CREATE FUNCTION pg_temp.any_case(text) RETURNS text IMMUTABLE
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

-- Conversions, with flags as strptime(3) may have them, and other characters; then once more, with what stands for others spelled out.
CREATE FUNCTION pg_temp.split_format(text) RETURNS TABLE (no bigint, token text) IMMUTABLE LANGUAGE sql AS
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

-- What is wrong with a format, the first thing that is. `letters` are its conversions, as in 'YmdHM'.
SELECT coalesce((
    SELECT reason FROM (
        SELECT f.no, CASE
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
               LATERAL (SELECT coalesce(string_agg(letter, '' ORDER BY no), '') FROM tokens WHERE format_no = f.no AND part IS NOT NULL) AS l (letters)
    ) AS judged WHERE reason NOT LIKE '%'': ' ORDER BY no LIMIT 1), '') AS refusal \gset
SELECT :'refusal' = '' AS accepted \gset
\if :accepted
\else
    \warn verify: :refusal
    \set refused 64
    \quit
\endif

-- For each format a pattern, and one for its date alone, which ends with the third part if no time of day comes before that.
-- (Looking ahead is slow, and of no use where no digit can follow.)
CREATE TEMP TABLE patterns AS
WITH numbered AS (
    SELECT *, count(part) OVER so_far AS capture,
           count(*) FILTER (WHERE part IN ('year', 'short_year', 'month', 'day')) OVER so_far AS dates,
           (SELECT l.pattern FROM tokens l WHERE l.format_no = t.format_no AND l.no > t.no AND l.pattern <> ' *' ORDER BY l.no LIMIT 1) AS next
      FROM tokens t WINDOW so_far AS (PARTITION BY format_no ORDER BY no)
), whole_and_date AS (
    SELECT *, false AS is_date FROM numbered
    UNION ALL
    SELECT *, true FROM numbered n
     WHERE no <= (SELECT min(no) FROM numbered d WHERE d.format_no = n.format_no AND d.dates = 3 AND d.capture = 3)
)
SELECT format_no, is_date,
       '^' || string_agg(CASE WHEN next IS NULL OR next ~ '^[^] *([0-9]' THEN replace(pattern, '(?![0-9])', '') ELSE pattern END, '' ORDER BY no) || '$' AS pattern,
       string_agg(format('%s => p[%s]', part, capture), ', ' ORDER BY no) FILTER (WHERE part IS NOT NULL) AS parts
  FROM whole_and_date
 GROUP BY format_no, is_date;

SELECT format('CREATE FUNCTION pg_temp.read_time(text) RETURNS timestamp STRICT IMMUTABLE LANGUAGE plpgsql AS %L',
              E'DECLARE p text[]; at timestamp;\nBEGIN\n' ||
              string_agg(format(E'    p := regexp_match($1, %L);\n    IF p IS NOT NULL THEN at := pg_temp.time_of(%s); IF at IS NOT NULL THEN RETURN at; END IF; END IF;\n',
                                pattern, parts), '' ORDER BY format_no, is_date) || E'    RETURN NULL;\nEND')
  FROM patterns \gexec

\else

-- (Parentheses that capture would take a hundred times as long, as so much may be missing.)
CREATE FUNCTION pg_temp.read_other_time(text) RETURNS timestamp STRICT IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    rest text := substr($1, 17); -- behind the minutes
BEGIN
    IF $1 !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$' THEN RETURN NULL; END IF;
    RETURN pg_temp.time_of(year => left($1, 4), month => substr($1, 6, 2), day => substr($1, 9, 2), hour => nullif(substr($1, 12, 2), ''),
                           minute => nullif(substr($1, 15, 2), ''), second => CASE WHEN rest LIKE ':%' THEN substr(rest, 2, 2) END,
                           fraction => substring(rest FROM '^:..\.([0-9]{1,3})'), zone => substring(rest FROM '[Z+-].*$'));
END $$;
-- Nearly all values have the common form, and what the pattern lets through the cast takes as it is. (STABLE, as the cast is.)
CREATE FUNCTION pg_temp.read_time(text) RETURNS timestamp STABLE
RETURN CASE WHEN $1 ~ ('^' || :'real_date' || '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,3})?)?)?$') THEN $1::timestamp
            ELSE pg_temp.read_other_time($1) END;
\endif
