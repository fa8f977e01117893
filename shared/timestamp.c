/*
 * The calendar is computed here, because timegm, gmtime_r and strftime, which handle
 * time zones and locales, took a fifth of the time to decode an event.
 */
#include "timestamp.h"

#include <string.h>

enum { MS_A_SECOND = 1000, SECONDS_A_DAY = 86400, MS_A_MINUTE = 60000 };

static bool is_leap_year(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap_year(year) ? 29 : DAYS[month - 1];
}

/*
 * Days since 1970-01-01, and back. The year is taken to begin in March, so that the leap day is its last; 400 of them have
 * 146,097 days. See Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": days_from_civil, civil_from_days.
 */
enum { DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 };

static int64_t days_since_1970(int year, int month, int day)
{
    int from_march = (month + 9) % 12, years = month <= 2 ? year - 1 : year, of_era = years % 400;
    int day_of_year = (153 * from_march + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + day_of_year;

    return (int64_t)(years / 400) * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
    int64_t shifted = days + DAYS_TO_1970;
    int day_of_era = (int)(shifted % DAYS_OF_ERA);
    int of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * of_era + of_era / 4 - of_era / 100);
    int from_march = (5 * day_of_year + 2) / 153;

    *day = day_of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = (int)(shifted / DAYS_OF_ERA) * 400 + of_era + (*month <= 2);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Exactly `count` digits at *text, which is moved past them. */
static bool take_digits(const char **text, int count, int *value)
{
    *value = 0;
    for (int i = 0; i < count; i++, (*text)++) {
        if (!is_digit(**text))
            return false;
        *value = *value * 10 + (**text - '0');
    }
    return true;
}

static bool take_char(const char **text, char wanted)
{
    if (**text != wanted)
        return false;
    (*text)++;
    return true;
}

/* `.` and digits, of which those past the third must be 0. No `.`: no fraction. */
static bool take_fraction(const char **text, int *milliseconds)
{
    int digits = 0;

    *milliseconds = 0;
    if (!take_char(text, '.'))
        return true;
    for (; is_digit(**text); (*text)++, digits++) {
        if (digits < 3)
            *milliseconds = *milliseconds * 10 + (**text - '0');
        else if (**text != '0')
            return false;
    }
    for (int i = digits; i < 3; i++)
        *milliseconds *= 10;
    return digits > 0;
}

/* 1969 too: west of Greenwich its last hours are 1970 in UTC. */
static bool is_in_calendar(const struct timestamp_parts *parts)
{
    return parts->year >= 1969 && parts->year <= 9999 && parts->month >= 1 && parts->month <= 12 && parts->day >= 1 &&
           parts->day <= days_in_month(parts->year, parts->month) && parts->hour >= 0 && parts->hour <= 23 &&
           parts->minute >= 0 && parts->minute <= 59 && parts->second >= 0 && parts->second <= 59;
}

bool timestamp_from_parts(const struct timestamp_parts *parts, int64_t *at)
{
    int64_t seconds;
    int of_day;

    if (!is_in_calendar(parts))
        return false;
    of_day = (parts->hour * 60 + parts->minute) * 60 + parts->second;
    seconds = days_since_1970(parts->year, parts->month, parts->day) * SECONDS_A_DAY + of_day;
    *at = seconds * MS_A_SECOND + parts->millisecond - (int64_t)parts->offset_minutes * MS_A_MINUTE;
    return *at >= 0 && *at <= TIMESTAMP_LAST;
}

bool timestamp_parse(const char *text, int64_t *at)
{
    struct timestamp_parts parts = { 0 };

    return take_digits(&text, 4, &parts.year) && take_char(&text, '-') && take_digits(&text, 2, &parts.month) &&
           take_char(&text, '-') && take_digits(&text, 2, &parts.day) &&
           (take_char(&text, ' ') || take_char(&text, 'T')) && take_digits(&text, 2, &parts.hour) &&
           take_char(&text, ':') && take_digits(&text, 2, &parts.minute) && take_char(&text, ':') &&
           take_digits(&text, 2, &parts.second) && take_fraction(&text, &parts.millisecond) && *text == '\0' &&
           timestamp_from_parts(&parts, at);
}

bool timestamp_read(const char *text, size_t length, int64_t *at)
{
    enum { WITH_MILLISECONDS = TIMESTAMP_SIZE - 1, WITHOUT = WITH_MILLISECONDS - (sizeof(".999") - 1) };
    char copy[TIMESTAMP_SIZE];

    if (length != WITH_MILLISECONDS && length != WITHOUT)
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return strlen(copy) == length && strchr(copy, 'T') && timestamp_parse(copy, at) &&
           (length == WITHOUT || *at % MS_A_SECOND != 0);
}

/* The character after the two digits. */
static char *put_two(char *text, int value)
{
    text[0] = (char)('0' + value / 10);
    text[1] = (char)('0' + value % 10);
    return text + 2;
}

static char *put_char(char *text, char c)
{
    *text = c;
    return text + 1;
}

char *timestamp_print(int64_t at, char text[TIMESTAMP_SIZE])
{
    int64_t seconds = at / MS_A_SECOND;
    int milliseconds = (int)(at % MS_A_SECOND), of_day = (int)(seconds % SECONDS_A_DAY), year, month, day;

    date_of(seconds / SECONDS_A_DAY, &year, &month, &day);
    text = put_char(put_two(put_two(text, year / 100), year % 100), '-');
    text = put_char(put_two(text, month), '-');
    text = put_char(put_two(text, day), 'T');
    text = put_char(put_two(text, of_day / 3600), ':');
    text = put_char(put_two(text, of_day / 60 % 60), ':');
    text = put_two(text, of_day % 60);
    if (milliseconds)
        text = put_char(put_two(put_char(text, '.'), milliseconds / 10), (char)('0' + milliseconds % 10));
    *text = '\0';
    return text;
}
