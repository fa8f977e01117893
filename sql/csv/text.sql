-- The rules for a field. Fields are held as LATIN1: one character is one byte of the file, so invalid UTF-8 can
-- be loaded and checked, and length() counts bytes.

-- NULL for the words that pandas, R, Excel and SQL tools write for a missing value, in upper or lower case.
CREATE FUNCTION pg_temp.present(text) RETURNS text IMMUTABLE
RETURN CASE WHEN octet_length($1) > 8 OR lower($1 COLLATE "C") NOT IN ('', 'null', 'nan', 'na', '\n', 'n/a', 'none', 'nil', 'nat',
                                                                       '-nan', '<na>', '#n/a', '#na', '#n/a n/a', '#null!', '(null)') THEN $1 END;

-- UTF-8 (RFC 3629, section 4) without control characters, with a limit in bytes. NULL means absent and is valid.
-- (Most texts are ASCII, which octet_length detects cheaply: here and in the database other characters take two bytes.)
CREATE FUNCTION pg_temp.is_clean(text, bytes int) RETURNS boolean IMMUTABLE
RETURN $1 IS NULL OR length($1) <= $2 AND (octet_length($1) = length($1) AND strpos($1, E'\x01') = 0 AND strpos($1, E'\n') = 0 OR $1 ~ (
    '^([\x20-\x7e]|\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf][\x80-\xbf]|'
    '\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf][\x80-\xbf]|[\xf1-\xf3][\x80-\xbf][\x80-\xbf][\x80-\xbf]|'
    '\xf4[\x80-\x8f][\x80-\xbf][\x80-\xbf])*$'));

CREATE FUNCTION pg_temp.utf8(text) RETURNS text IMMUTABLE
RETURN CASE WHEN octet_length($1) > length($1) THEN convert_from(convert_to($1, 'LATIN1'), 'UTF8') ELSE $1 END;

-- For names that people write: the bytes as text if they are valid UTF-8, otherwise the bytes themselves.
CREATE FUNCTION pg_temp.cell(text) RETURNS text IMMUTABLE
RETURN CASE WHEN pg_temp.is_clean($1, 65536) THEN pg_temp.utf8($1) ELSE $1 END;

CREATE FUNCTION pg_temp.is_order_id(text) RETURNS boolean IMMUTABLE
RETURN length($1) BETWEEN 1 AND 64 AND $1 !~ '[^\x21-\x7e]';

-- A day of the real calendar, in the years 1970 to 9999.
\set real_date '((19[7-9][0-9]|[2-9][0-9][0-9][0-9])-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|(19(7[26]|8[048]|9[26])|[2-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[3579][26])00)-02-29)'
-- Times in options and events: to the millisecond. The regular expression knows the calendar, so the cast cannot fail.
CREATE FUNCTION pg_temp.is_timestamp(text) RETURNS boolean IMMUTABLE
RETURN $1 ~ ('^' || :'real_date' || '[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9][0-9]?[0-9]?0*)?$');

-- No field is longer than 64 KiB. (array_to_string comes first: few rows are long enough to need the closer check.)
CREATE FUNCTION pg_temp.fields_fit(text[]) RETURNS boolean IMMUTABLE
RETURN length(array_to_string($1, '')) <= 65536 OR (SELECT max(length(field)) <= 65536 FROM unnest($1) AS f (field));
