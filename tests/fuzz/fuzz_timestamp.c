/*
 * Timestamps. The input is a text; behind a line feed may follow a format, as --timestamp-format takes it.
 *
 * What is read is what stands there, lies in the range, is the same whatever the machine's time zone, is the milliseconds
 * that another computation gives, and is read back from what is printed. So is any time in the range.
 */
#define _POSIX_C_SOURCE 200809L
#include "property.h"

#include "timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define LAST INT64_C(253402300799999) /* 9999-12-31T23:59:59.999 */

static void set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

/* From the civil calendar, as "chrono-Compatible Low-Level Date Algorithms" (H. Hinnant) has it. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t era, year_of_era, day_of_year;

    year -= month <= 2;
    era = year / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void check_time(int64_t at)
{
    char text[TIMESTAMP_SIZE], with_blank[TIMESTAMP_SIZE];
    int year, month, day, hour, minute, second, milliseconds = 0, fields;
    int64_t again;

    HOLDS(at >= 0 && at <= LAST, "a time lies in the years 1970 to 9999: %" PRId64, at);
    timestamp_print(at, text);
    HOLDS(timestamp_parse(text, NULL, &again), "what is printed can be read: %s", text);
    HOLDS(again == at, "what is printed is read back: %s is %" PRId64 ", not %" PRId64, text, again, at);

    fields = sscanf(text, "%d-%d-%dT%d:%d:%d.%d", &year, &month, &day, &hour, &minute, &second, &milliseconds);
    HOLDS(fields == 6 + (strlen(text) > 19), "a time has one spelling: %s", text);
    HOLDS((fields == 7) == (milliseconds != 0), "milliseconds stand only where there are some: %s", text);
    again = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    HOLDS(again * 1000 + milliseconds == at, "the calendar agrees: %s is %" PRId64, text, at);

    memcpy(with_blank, text, sizeof(text));
    with_blank[10] = ' ';
    HOLDS(timestamp_parse(with_blank, NULL, &again) && again == at, "a blank is as good as the T: %s", with_blank);
}

/* A day that the calendar lacks would be read as another one. */
static void check_reading(const char *text, int64_t at)
{
    char printed[TIMESTAMP_SIZE];

    timestamp_print(at, printed);
    HOLDS(strncmp(text, printed, 10) == 0 && strncmp(text + 11, printed + 11, 8) == 0, "what is read is what stands there: '%s' is %s",
          text, printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line_end = size ? memchr(data, '\n', size) : NULL;
    size_t length = line_end ? (size_t)(line_end - data) : size;
    char *text = string_of(data, length);
    char *format = line_end ? string_of(line_end + 1, size - length - 1) : NULL;
    int64_t at = 0, elsewhere = 0;
    uint64_t any = 0;
    bool is_usable = !format || timestamp_format_is_zoneless(format), read, read_elsewhere;

    set_zone("UTC0");
    read = is_usable && timestamp_parse(text, format, &at);
    set_zone("BRT3BRST,M10.3.0/0,M2.3.0/0");
    read_elsewhere = is_usable && timestamp_parse(text, format, &elsewhere);
    HOLDS(read == read_elsewhere && at == elsewhere, "the time zone has no say: '%s' by '%s' is %" PRId64 " or %" PRId64, text,
          format ? format : "", at, elsewhere);
    if (read)
        check_time(at);
    if (read && !format)
        check_reading(text, at);

    memcpy(&any, data, size < sizeof(any) ? size : sizeof(any));
    check_time((int64_t)(any % ((uint64_t)LAST + 1)));
    free(text);
    free(format);
    return 0;
}
