/*
 * timestamp.h - event times: milliseconds since 1970-01-01 00:00:00.
 *
 * The source has no time zone, so a timestamp is a local date and time, not an
 * instant. It is counted as if it were UTC, and the host's time zone is ignored.
 * The range is 1970-01-01 00:00:00 to 9999-12-31 23:59:59.999. Each time is written
 * in only one form (ISO 8601 without an offset), but several forms can be read:
 *
 *     int64_t at;
 *     char text[TIMESTAMP_SIZE];
 *
 *     timestamp_parse("2017-10-02 10:56:33", &at);
 *     timestamp_print(at, text);                       // 2017-10-02T10:56:33
 *
 * Events and options contain such times. time_format.h reads the times of CSV files.
 */
#ifndef TIMESTAMP_H
#define TIMESTAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIMESTAMP_NONE INT64_MIN

enum { TIMESTAMP_SIZE = sizeof("9999-12-31T23:59:59.999") };

#define TIMESTAMP_LAST INT64_C(253402300799999)

/*
 * Reads `YYYY-MM-DD HH:MM:SS`. `T` may replace the space, and a fraction (`.123`) may
 * follow, in which digits after the third must be 0. Only times of the real calendar
 * are valid (no 24:00:00, no leap second, no 29 February 2017).
 */
bool timestamp_parse(const char *text, int64_t *at);

/* Reads only the form that timestamp_print writes. The text needs no final NUL. */
bool timestamp_read(const char *text, size_t length, int64_t *at);

/* A local date and time, with the minutes by which it is ahead of UTC (positive east of Greenwich). */
struct timestamp_parts {
    int year, month, day, hour, minute, second, millisecond, offset_minutes;
};

/* Converts to UTC. False if there is no such day or time of day, or if it is out of range. */
bool timestamp_from_parts(const struct timestamp_parts *parts, int64_t *at);

/* Writes `YYYY-MM-DDTHH:MM:SS`, and `.mmm` only if the milliseconds are not 0. Returns the text's end, like stpcpy. */
char *timestamp_print(int64_t at, char text[TIMESTAMP_SIZE]);

#endif
