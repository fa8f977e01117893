/*
 * time_format.h - times as CSV files write them: by the default forms, or by formats that the user gives.
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
 * The default forms are `YYYY-MM-DD`, and behind it, after a space or `T`, `HH:MM`, `HH:MM:SS` or `HH:MM:SS.d…`, each of
 * these times of day with or without a zone: `Z`, `+HH`, `+HHMM`, `+HH:MM` or the same with `-`.
 *
 * Formats are made of conversions, as those of strptime(3):
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
 * Numbers of one or two digits take two where two digits stand. Names and AM and PM may have any case. Spaces before a
 * number are skipped; white space in a format stands for any number of spaces, or none; any other character stands for
 * itself. Nothing may be left over. The text may end behind the date if no time of day comes before that: such a text is
 * the midnight with which the day begins. The formats are tried in order.
 *
 * Only times of the real calendar are read (no 24:00, no leap second, no 29 February 2017), which lie in the range of
 * timestamp.h. A fraction is cut to milliseconds. A time with a zone becomes UTC; without one it stays as it is.
 * sql/verify/timestamp_format.sql reads the same, and has to.
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
    uint64_t cut;                 /* times that lost digits of their fraction other than 0 */
    uint64_t converted;           /* times with a zone */
    struct time_pattern *hint;    /* owned: what the last suggestion was, or NULL */
    unsigned searches;            /* for a suggestion, so far */
};

/* Copies the formats. False with the reason if one of them is refused: such a reader needs no release. */
bool time_reader_init(struct time_reader *reader, const char *const *formats, size_t count, char reason[REASON_SIZE]);

/* Milliseconds as in timestamp.h. Counts what was cut and converted. */
bool time_reader_parse(struct time_reader *reader, const char *text, int64_t *at);

/* What time_reader_parse wants, for messages: "of the form YYYY-MM-DD HH:MM:SS". */
void time_reader_describe(const struct time_reader *reader, char text[TIME_FORM_SIZE]);

/*
 * For a text that was not read: the option that would have read it, as in "--timestamp-format '%d.%m.%Y' would read it".
 * Both options if the text does not tell the day from the month. False, and "see --timestamp-format", if there is none,
 * or after many searches: a file whose every row is rejected takes no longer than it has to.
 */
bool time_reader_suggest(struct time_reader *reader, const char *text, char hint[TIME_HINT_SIZE]);

void time_reader_release(struct time_reader *reader);

#endif
