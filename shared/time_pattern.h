/*
 * time_pattern.h - one compiled time format. time_format.h describes formats, and tries several of them.
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
 * A pattern owns no memory and needs no release.
 */
#ifndef TIME_PATTERN_H
#define TIME_PATTERN_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TIME_FORMAT_MAX = 64,                      /* bytes */
    TIME_TOKENS_MAX = TIME_FORMAT_MAX / 2 * 7, /* %r stands for seven tokens */
};

struct time_token {
    const struct time_conversion *conversion; /* NULL if the token is a character */
    char character;
};

struct time_pattern {
    char text[TIME_FORMAT_MAX + 1]; /* the format */
    struct time_token tokens[TIME_TOKENS_MAX];
    size_t count;
    size_t date_count; /* the number of tokens of the date, if no time of day comes before its end; otherwise 0 */
};

struct time_reading {
    int64_t at;    /* as in timestamp.h, in UTC */
    bool is_cut;   /* the text has digits other than 0 after the milliseconds */
    bool has_zone; /* the text has a zone, which need not be UTC */
};

/* False with the reason if the format does not determine a time, or would ignore a part that it reads. */
bool time_pattern_compile(const char *format, struct time_pattern *pattern, char reason[REASON_SIZE]);

/* Reads a complete text. False if it does not match the format, or if there is no such time. */
bool time_pattern_read(const struct time_pattern *pattern, const char *text, struct time_reading *reading);

/* Whether the text begins with the format's date. */
bool time_pattern_starts(const struct time_pattern *pattern, const char *text);

/* The same for the default forms. */
bool time_pattern_read_default(const char *text, struct time_reading *reading);

#endif
