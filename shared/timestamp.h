/*
 * timestamp.h - event times: milliseconds since 1970-01-01 00:00:00.
 *
 * The source has no time zone, so a timestamp is a reading of a calendar and a
 * clock, never an instant: it is counted as if it were UTC, and the host's time
 * zone has no say. The range is 1970-01-01 00:00:00 to 9999-12-31 23:59:59.999.
 * One time has one spelling (ISO 8601 without an offset):
 *
 *     int64_t at;
 *     char text[TIMESTAMP_SIZE];
 *
 *     timestamp_parse("2017-10-02 10:56:33", NULL, &at);
 *     timestamp_print(at, text);                       // 2017-10-02T10:56:33
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

#define TIMESTAMP_NONE INT64_MIN

enum { TIMESTAMP_SIZE = sizeof("9999-12-31T23:59:59.999") };

/*
 * Reads `YYYY-MM-DD HH:MM:SS`, with `T` for the space and a fraction (`.123`,
 * of which digits past the third must be 0) allowed; with a format, what
 * strptime(3) reads by it, and nothing may be left over. Only times of the
 * real calendar (no 24:00:00, no leap second, no 29 February 2017).
 */
bool timestamp_parse(const char *text, const char *format, int64_t *at);

/* False for a format with %s, seconds since 1970, which strptime(3) reads by the host's time zone: do not parse by it. */
bool timestamp_format_is_zoneless(const char *format);

/* Writes `YYYY-MM-DDTHH:MM:SS`, and `.mmm` only where the milliseconds are not 0. Returns where the text ends, as stpcpy does. */
char *timestamp_print(int64_t at, char text[TIMESTAMP_SIZE]);

#endif
