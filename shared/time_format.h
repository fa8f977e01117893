/*
 * time_format.h - reads the times in CSV files, in the default forms or in formats that the user gives.
 *
 *     struct time_reader times;
 *     char reason[REASON_SIZE], hint[TIME_HINT_SIZE];
 *     int64_t at;
 *
 *     if (!time_reader_init(&times, formats, count, reason))
 *         return refuse(reason);
 *     if (!time_reader_parse(&times, "02-10-2017 10:56", &at)) {
 *         time_reader_suggest(&times, "02-10-2017 10:56", hint);
 *         reject(hint); // --timestamp-format '%m-%d-%Y %H:%M' or '%d-%m-%Y %H:%M' would read it
 *     }
 *     time_reader_release(&times);
 *
 * The default forms are `YYYY-MM-DD`, optionally followed by a space or `T` and `HH:MM`, `HH:MM:SS` or `HH:MM:SS.d…`. A time
 * of day may have a zone: `Z`, `+HH`, `+HHMM`, `+HH:MM` or the same with `-`.
 *
 * Formats consist of conversions like those of strptime(3):
 *
 *     %Y           the year, 4 digits              %H      the hour, 0 to 23
 *     %y           2 digits of it: 1969 to 2068    %I %p   the hour, 1 to 12, and AM or PM
 *     %m           the month, 1 to 12              %M %S   minutes and seconds, 0 to 59
 *     %b %B %h     its English name, or the        %f      a fraction of a second, 1 digit or more
 *                  first three letters of it       %z      a zone, as in the default forms
 *     %d %e        the day, 1 to 31                %s      seconds since 1970, 1 to 12 digits
 *     %n %t        white space                     %Q      milliseconds since 1970, 1 to 15 digits
 *     %%           a percent sign
 *     %F  %Y-%m-%d    %D  %m/%d/%y    %T  %H:%M:%S    %R  %H:%M    %r  %I:%M:%S %p
 *
 * For a number of one or two digits, two are read if there are two. Names and AM and PM may have any case. Spaces before a
 * number are skipped. White space in a format matches any number of spaces, or none. Any other character matches itself. The
 * whole text must match. It may end after the date if the format has no time of day before that point. It then means
 * midnight at the start of that day. The formats are tried in order.
 *
 * Only times of the real calendar are valid (no 24:00, no leap second, no 29 February 2017), within the range of
 * timestamp.h. A fraction is truncated to milliseconds. A time with a zone is converted to UTC. Any other time is unchanged.
 * sql/verify/timestamp_format.sql must accept and read the same texts.
 */
#ifndef TIME_FORMAT_H
#define TIME_FORMAT_H

#include "reason.h"
#include "time_pattern.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TIME_FORM_SIZE = 96, TIME_HINT_SIZE = 192 };

struct time_reader {
    struct time_pattern *formats; /* owned */
    size_t count;                 /* 0: the default forms */
    uint64_t cut;                 /* times whose fraction lost digits other than 0 */
    uint64_t converted;           /* times with a zone */
    struct time_pattern *hint;    /* owned: the last suggestion, or NULL */
    unsigned searches;            /* the number of searches for a suggestion so far */
};

/* Copies the formats. False with the reason if one of them is refused: then the reader needs no release. */
bool time_reader_init(struct time_reader *reader, const char *const *formats, size_t count, char reason[REASON_SIZE]);

/* Milliseconds as in timestamp.h. Counts truncated and converted times. */
bool time_reader_parse(struct time_reader *reader, const char *text, int64_t *at);

/* The forms that time_reader_parse accepts, for messages: "of the form YYYY-MM-DD HH:MM:SS". */
void time_reader_describe(const struct time_reader *reader, char text[TIME_FORM_SIZE]);

/*
 * For a text that could not be read: the option that would read it, as in "--timestamp-format '%d.%m.%Y' would read it".
 * Two options if the day and the month cannot be distinguished. False, and "see --timestamp-format", if there is none, or
 * after many searches, so that a file with only bad rows does not take too long.
 */
bool time_reader_suggest(struct time_reader *reader, const char *text, char hint[TIME_HINT_SIZE]);

void time_reader_release(struct time_reader *reader);

#endif
