-- Defines pg_temp.read_time(text), which reads the times of the orders file to the millisecond, or returns NULL if the text is absent or
-- not a time. :timestamp_formats is a JSON array of formats ([]: the default forms). shared/time_format.h describes forms and
-- formats, and csv/time_formats.sql parses formats.

-- The time that consists of these parts, which are texts; NULL if they are not a time. Fractions are truncated.
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

-- Formats given as an option replace those of the lifecycle.
SELECT coalesce(nullif(nullif(:'timestamp_formats', ''), '[]'), :'lifecycle_formats') AS timestamp_formats \gset
SELECT jsonb_array_length(:'timestamp_formats') > 0 AS has_formats \gset
\if :has_formats

\set formats :timestamp_formats
\ir ../csv/time_formats.sql
SELECT coalesce((SELECT reason FROM format_reasons WHERE reason IS NOT NULL ORDER BY no LIMIT 1), '') AS refusal \gset
SELECT :'refusal' = '' AS accepted \gset
\if :accepted
\else
    \warn verify: :refusal
    \set refused 64
    \quit
\endif

-- For each format a pattern, and one for its date alone, which ends with the third part if no time of day comes before that.
-- (Lookahead is slow, and useless where no digit can follow.)
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

-- (Capturing parentheses would take a hundred times as long, because so many parts are optional.)
CREATE FUNCTION pg_temp.read_other_time(text) RETURNS timestamp STRICT IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
    rest text := substr($1, 17); -- after the minutes
BEGIN
    IF $1 !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?$' THEN RETURN NULL; END IF;
    RETURN pg_temp.time_of(year => left($1, 4), month => substr($1, 6, 2), day => substr($1, 9, 2), hour => nullif(substr($1, 12, 2), ''),
                           minute => nullif(substr($1, 15, 2), ''), second => CASE WHEN rest LIKE ':%' THEN substr(rest, 2, 2) END,
                           fraction => substring(rest FROM '^:..\.([0-9]{1,3})'), zone => substring(rest FROM '[Z+-].*$'));
END $$;
-- Nearly all values have the common form. The cast accepts every text that matches the pattern. (STABLE, because the cast is.)
CREATE FUNCTION pg_temp.read_time(text) RETURNS timestamp STABLE
RETURN CASE WHEN $1 ~ ('^' || :'real_date' || '([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,3})?)?)?$') THEN $1::timestamp
            ELSE pg_temp.read_other_time($1) END;
\endif
