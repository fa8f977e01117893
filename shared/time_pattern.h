/*
 * time_pattern.h - one format of times, compiled; time_format.h says what formats mean, and reads by several of them.
 *
 *     struct time_pattern pattern;
 *     struct time_reading reading;
 *     char reason[REASON_SIZE];
 *
 *     if (!time_pattern_compile("%d.%m.%Y %H:%M", &pattern, reason))
 *         return refuse(reason);
 *     if (time_pattern_read(&pattern, "2.10.2017 10:56", &reading))
 *         use(reading.at);
 *
 * A pattern holds all that it needs, and is not to be released.
 */
#ifndef TIME_PATTERN_H
#define TIME_PATTERN_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TIME_FORMAT_MAX = 64,                      /* bytes */
    TIME_TOKENS_MAX = TIME_FORMAT_MAX / 2 * 7, /* %r stands for seven */
};

struct time_token {
    const struct time_conversion *conversion; /* NULL: a character */
    char character;
};

struct time_pattern {
    char text[TIME_FORMAT_MAX + 1]; /* the format */
    struct time_token tokens[TIME_TOKENS_MAX];
    size_t count;
    size_t date_count; /* tokens that are the date, if no time of day comes before its end; otherwise 0 */
};

struct time_reading {
    int64_t at;    /* as in timestamp.h, in UTC */
    bool is_cut;   /* digits other than 0 behind the milliseconds */
    bool has_zone; /* that of the text, which is not always UTC */
};

/* False with the reason if the format cannot give a time, or not all that it reads would matter. */
bool time_pattern_compile(const char *format, struct time_pattern *pattern, char reason[REASON_SIZE]);

/* Reads a text, the whole of it. False if it does not follow the format, or there is no such time. */
bool time_pattern_read(const struct time_pattern *pattern, const char *text, struct time_reading *reading);

/* Whether the text begins with the format's date. */
bool time_pattern_starts(const struct time_pattern *pattern, const char *text);

/* The default forms. */
bool time_pattern_read_default(const char *text, struct time_reading *reading);

#endif
