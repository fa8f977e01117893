/*
 * Timestamps. The input is a text. Formats of --timestamp-format may follow, each after a line feed.
 *
 * A time that is read is the one in the text, lies in the range, does not depend on the machine's time zone, has the
 * milliseconds that another computation gives, and is read again from its printed form. The last is true for any time in
 * the range. The strict reader accepts only the printed form. If a text is refused with a hint that names a format, that
 * format reads it.
 */
#define _DEFAULT_SOURCE /* strsep */
#include "property.h"

#include "time_format.h"
#include "timestamp.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

    HOLDS(at >= 0 && at <= TIMESTAMP_LAST, "a time lies in the years 1970 to 9999: %" PRId64, at);
    timestamp_print(at, text);
    HOLDS(timestamp_parse(text, &again), "what is printed can be read: %s", text);
    HOLDS(again == at, "what is printed is read back: %s is %" PRId64 ", not %" PRId64, text, again, at);

    fields = sscanf(text, "%d-%d-%dT%d:%d:%d.%d", &year, &month, &day, &hour, &minute, &second, &milliseconds);
    HOLDS(fields == 6 + (strlen(text) > 19), "a time has one spelling: %s", text);
    HOLDS((fields == 7) == (milliseconds != 0), "milliseconds stand only where there are some: %s", text);
    again = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second;
    HOLDS(again * 1000 + milliseconds == at, "the calendar agrees: %s is %" PRId64, text, at);

    memcpy(with_blank, text, sizeof(text));
    with_blank[10] = ' ';
    HOLDS(timestamp_parse(with_blank, &again) && again == at, "a blank is as good as the T: %s", with_blank);
}

/* The strict reader reads what is printed, and nothing else that the other one reads. */
static void check_strict(const char *text)
{
    char printed[TIMESTAMP_SIZE];
    int64_t at = 0, strict = 0;
    bool is_printed = timestamp_parse(text, &at) && (timestamp_print(at, printed), strcmp(text, printed) == 0);

    HOLDS(timestamp_read(text, strlen(text), &strict) == is_printed, "only what is printed is read strictly: '%s'",
          text);
    HOLDS(!is_printed || strict == at, "both readers read the same: '%s'", text);
}

/* A day that the calendar lacks would be read as another one. */
static void check_reading(const char *text, int64_t at)
{
    size_t length = strlen(text);
    char printed[TIMESTAMP_SIZE];

    if (strcspn(text, "Z+") < length || strchr(text + 8, '-'))
        return; /* it has a zone */
    timestamp_print(at, printed);
    HOLDS(strncmp(text, printed, 10) == 0, "the day that is read is what stands there: '%s' is %s", text, printed);
    HOLDS(strncmp(length > 10 ? text + 11 : "00:00", printed + 11, 5) == 0, "so is the time of day: '%s' is %s", text, printed);
    HOLDS(strncmp(length > 16 ? text + 17 : "00", printed + 17, 2) == 0, "so are the seconds: '%s' is %s", text, printed);
}

static void check_hint(struct time_reader *times, const char *text)
{
    char hint[TIME_HINT_SIZE], reason[REASON_SIZE], *save;
    struct time_reader named;
    const char *format;
    int64_t at;

    if (!time_reader_suggest(times, text, hint))
        return;
    strtok_r(hint, "'", &save);
    format = strtok_r(NULL, "'", &save);
    HOLDS(time_reader_init(&named, &format, 1, reason), "a hint names a format: %s", reason);
    HOLDS(time_reader_parse(&named, text, &at), "a hint names a format that would have read the text: '%s' by '%s'", text, format);
    time_reader_release(&named);
}

static void check_text(const char *text, const char *const *formats, size_t count)
{
    struct time_reader times;
    char reason[REASON_SIZE];
    int64_t at = 0, elsewhere = 0;
    bool is_read, is_read_elsewhere;

    if (!time_reader_init(&times, formats, count, reason)) {
        HOLDS(!strchr(reason, '\n'), "a reason is one line: %s", reason);
        reason_seen(reason);
        return;
    }
    set_zone("UTC0");
    is_read = time_reader_parse(&times, text, &at);
    set_zone("BRT3BRST,M10.3.0/0,M2.3.0/0");
    is_read_elsewhere = time_reader_parse(&times, text, &elsewhere);
    HOLDS(is_read == is_read_elsewhere && (!is_read || at == elsewhere),
          "the time zone has no say: '%s' is %" PRId64 " or %" PRId64, text, at, elsewhere);
    if (is_read)
        check_time(at);
    else
        check_hint(&times, text);
    if (is_read && count == 0)
        check_reading(text, at);
    time_reader_release(&times);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { FORMATS_MAX = 8 };
    char *input = string_of(data, size), *save = input, *line;
    const char *formats[FORMATS_MAX], *text = strsep(&save, "\n");
    uint64_t any = 0;
    size_t count = 0;

    while (count < FORMATS_MAX && (line = strsep(&save, "\n")))
        formats[count++] = line;
    check_text(text, formats, count);
    check_strict(text);

    memcpy(&any, data, size < sizeof(any) ? size : sizeof(any));
    check_time((int64_t)(any % (TIMESTAMP_LAST + UINT64_C(1))));
    free(input);
    return 0;
}
