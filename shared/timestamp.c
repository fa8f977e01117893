#define _GNU_SOURCE /* strptime, timegm */
#include "timestamp.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap_year(year) ? 29 : DAYS[month - 1];
}

/* Exactly `count` digits at *text, which is moved past them. */
static bool take_digits(const char **text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!isdigit((unsigned char)**text))
            return false;
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

static bool take_char(const char **text, const char *allowed)
{
    if (**text == '\0' || !strchr(allowed, **text))
        return false;
    (*text)++;
    return true;
}

/* `.` and digits, of which those past the third must be 0. No `.`: no fraction. */
static bool take_fraction(const char **text, int *milliseconds)
{
    int digits = 0;

    *milliseconds = 0;
    if (!take_char(text, "."))
        return true;
    for (; isdigit((unsigned char)**text); (*text)++, digits++) {
        if (digits < 3)
            *milliseconds = *milliseconds * 10 + (**text - '0');
        else if (**text != '0')
            return false;
    }
    for (int i = digits; i < 3; i++)
        *milliseconds *= 10;
    return digits > 0;
}

static bool is_in_range(const struct tm *tm)
{
    int year = tm->tm_year + 1900, month = tm->tm_mon + 1;

    return year >= 1970 && year <= 9999 && month >= 1 && month <= 12 && tm->tm_mday >= 1 &&
           tm->tm_mday <= days_in_month(year, month) && tm->tm_hour >= 0 && tm->tm_hour <= 23 && tm->tm_min >= 0 &&
           tm->tm_min <= 59 && tm->tm_sec >= 0 && tm->tm_sec <= 59;
}

static bool parse_iso(const char *text, struct tm *tm, int *milliseconds)
{
    int year, month;

    if (!(take_digits(&text, 4, &year) && take_char(&text, "-") && take_digits(&text, 2, &month) &&
          take_char(&text, "-") && take_digits(&text, 2, &tm->tm_mday) && take_char(&text, " T") &&
          take_digits(&text, 2, &tm->tm_hour) && take_char(&text, ":") && take_digits(&text, 2, &tm->tm_min) &&
          take_char(&text, ":") && take_digits(&text, 2, &tm->tm_sec) && take_fraction(&text, milliseconds)))
        return false;
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    return *text == '\0';
}

static bool parse_by_format(const char *text, const char *format, struct tm *tm)
{
    const char *end = strptime(text, format, tm);

    return end && *end == '\0';
}

bool timestamp_format_is_zoneless(const char *format)
{
    for (const char *c = format; (c = strchr(c, '%')); c++) {
        c += 1 + strspn(c + 1, "-_^#+0123456789EO"); /* what glibc passes over */
        if (*c == 's')
            return false;
        if (*c == '\0')
            break;
    }
    return true;
}

bool timestamp_parse(const char *text, const char *format, int64_t *at)
{
    struct tm tm = { .tm_mday = 1, .tm_year = 70 };
    int milliseconds = 0;

    if (format ? !parse_by_format(text, format, &tm) : !parse_iso(text, &tm, &milliseconds))
        return false;
    if (!is_in_range(&tm))
        return false;
    tm.tm_isdst = 0;
    *at = (int64_t)timegm(&tm) * 1000 + milliseconds;
    return true;
}

void timestamp_print(int64_t at, char text[TIMESTAMP_SIZE])
{
    time_t seconds = (time_t)(at / 1000);
    int milliseconds = (int)(at % 1000);
    struct tm tm;
    size_t length;

    gmtime_r(&seconds, &tm);
    length = strftime(text, TIMESTAMP_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (milliseconds)
        snprintf(text + length, TIMESTAMP_SIZE - length, ".%03d", milliseconds);
}
