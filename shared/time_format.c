/*
 * Most files use the canonical form, which timestamp_parse reads fastest, so the patterns are tried after it.
 */
#include "time_format.h"

#include "memory.h"
#include "reason.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

_Static_assert(TIME_FORM_SIZE >= sizeof("of the form ") + TIME_FORMAT_MAX, "any format has a place in a description");
_Static_assert(TIME_HINT_SIZE >= sizeof("--timestamp-format '' or '' would read it") + 2UL * TIME_FORMAT_MAX,
               "two formats have a place in a hint");

static bool keep(struct time_reader *reader, const struct time_reading *reading, int64_t *at)
{
    reader->cut += reading->is_cut;
    reader->converted += reading->has_zone;
    *at = reading->at;
    return true;
}

bool time_reader_init(struct time_reader *reader, const char *const *formats, size_t count, char reason[REASON_SIZE])
{
    *reader = (struct time_reader){ .count = count };
    if (count == 0)
        return true;
    reader->formats = checked(calloc(count, sizeof(*reader->formats)));
    for (size_t i = 0; i < count; i++) {
        if (!time_pattern_compile(formats[i], &reader->formats[i], reason)) {
            time_reader_release(reader);
            return false;
        }
    }
    return true;
}

void time_reader_release(struct time_reader *reader)
{
    free(reader->formats);
    free(reader->hint);
    *reader = (struct time_reader){ 0 };
}

bool time_reader_parse(struct time_reader *reader, const char *text, int64_t *at)
{
    struct time_reading reading;

    if (reader->count == 0) {
        if (timestamp_parse(text, at)) /* nearly all */
            return true;
        return time_pattern_read_default(text, &reading) && keep(reader, &reading, at);
    }
    for (size_t i = 0; i < reader->count; i++) {
        if (time_pattern_read(&reader->formats[i], text, &reading))
            return keep(reader, &reading, at);
    }
    return false;
}

void time_reader_describe(const struct time_reader *reader, char text[TIME_FORM_SIZE])
{
    if (reader->count == 0)
        snprintf(text, TIME_FORM_SIZE, "of the form YYYY-MM-DD HH:MM:SS");
    else if (reader->count == 1)
        snprintf(text, TIME_FORM_SIZE, "of the form %s", reader->formats[0].text);
    else
        snprintf(text, TIME_FORM_SIZE, "of any of the %zu forms given", reader->count);
}

/* --- suggestions: a date, what separates, a time of day, a zone; each of them the ways in which it is often written */

static const char *const DATES[] = {
    "%Y-%m-%d",  "%m/%d/%Y", "%m-%d-%Y",  "%d.%m.%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",   "%m/%d/%y",
    "%m-%d-%y",  "%d.%m.%y", "%d-%b-%Y",  "%d-%b-%y", "%d%b%Y",   "%d%b%y",   "%d %b %Y", "%d %b, %Y",
    "%d. %b %Y", "%b %d %Y", "%b %d, %Y", "%d/%b/%Y", "%Y-%b-%d", "%s",       "%s.%f",    "%Q",
};
static const char *const SEPARATORS[] = { " ", "T", ", ", ":" };
static const char *const TIMES_OF_DAY[] = {
    "%H:%M",          "%H:%M:%S", "%H:%M:%S.%f", "%H:%M:%S,%f", "%I:%M %p", "%I:%M:%S %p",
    "%I:%M:%S.%f %p", "%H.%M",    "%H.%M.%S",    "%H%M",        "%H%M%S",   "%Hh%M",
};
static const char *const ZONES[] = { "", "%z", " %z", " UTC", " GMT" };

/* A search takes less than a millisecond. Fewer digits are not seconds, but a spreadsheet's days or a year. */
enum { SEARCHES_MAX = 200, EPOCH_DIGITS = 9 };

/* Whether the day may also come before the month. */
static bool is_either_way(const char *form)
{
    return strncmp(form, "%m/%d", 5) == 0 || strncmp(form, "%m-%d", 5) == 0 || strncmp(form, "%d/%m", 5) == 0 ||
           strncmp(form, "%d-%m", 5) == 0;
}

static void exchange(const char *form, char exchanged[TIME_FORMAT_MAX + 1])
{
    snprintf(exchanged, TIME_FORMAT_MAX + 1, "%s", form);
    exchanged[1] = form[4];
    exchanged[4] = form[1];
}

static bool reads(const struct time_pattern *format, const char *text)
{
    struct time_reading reading;

    return time_pattern_read(format, text, &reading);
}

static bool try_form(const char *form, const char *text, struct time_pattern *format)
{
    char reason[REASON_SIZE];

    return time_pattern_compile(form, format, reason) && reads(format, text);
}

static bool try_date(const char *date, const char *text, struct time_pattern *format)
{
    char form[TIME_FORMAT_MAX + 1];

    if (try_form(date, text, format))
        return true;
    if (!time_pattern_starts(format, text))
        return false;
    for (size_t i = 0; i < COUNT(SEPARATORS) * COUNT(TIMES_OF_DAY) * COUNT(ZONES); i++) {
        snprintf(form, sizeof(form), "%s%s%s%s", date, SEPARATORS[i / COUNT(ZONES) / COUNT(TIMES_OF_DAY)],
                 TIMES_OF_DAY[i / COUNT(ZONES) % COUNT(TIMES_OF_DAY)], ZONES[i % COUNT(ZONES)]);
        if (try_form(form, text, format))
            return true;
    }
    return false;
}

static bool try_either_way(const char *date, const char *text, struct time_pattern *format)
{
    char exchanged[TIME_FORMAT_MAX + 1];

    exchange(date, exchanged);
    return try_date(date, text, format) || try_date(exchanged, text, format);
}

static bool search(const char *text, struct time_pattern *format)
{
    bool may_be_epoch = strspn(text, "0123456789") >= EPOCH_DIGITS;

    for (size_t i = 0; i < COUNT(DATES); i++) {
        if (!may_be_epoch && strpbrk(DATES[i], "sQ"))
            continue;
        if (is_either_way(DATES[i]) ? try_either_way(DATES[i], text, format) : try_date(DATES[i], text, format))
            return true;
    }
    return false;
}

/* Into reader->hint. */
static bool find_hint(struct time_reader *reader, const char *text)
{
    if (reader->hint && reads(reader->hint, text))
        return true;
    if (reader->searches == SEARCHES_MAX)
        return false;
    reader->searches++;
    if (!reader->hint)
        reader->hint = checked(calloc(1, sizeof(*reader->hint)));
    return search(text, reader->hint);
}

bool time_reader_suggest(struct time_reader *reader, const char *text, char hint[TIME_HINT_SIZE])
{
    bool is_found = find_hint(reader, text);
    char exchanged[TIME_FORMAT_MAX + 1] = "";
    struct time_pattern other;

    if (is_found && is_either_way(reader->hint->text))
        exchange(reader->hint->text, exchanged);
    if (!is_found)
        snprintf(hint, TIME_HINT_SIZE, "see --timestamp-format");
    else if (*exchanged && try_form(exchanged, text, &other))
        snprintf(hint, TIME_HINT_SIZE, "--timestamp-format '%s' or '%s' would read it", reader->hint->text, exchanged);
    else
        snprintf(hint, TIME_HINT_SIZE, "--timestamp-format '%s' would read it", reader->hint->text);
    return is_found;
}
