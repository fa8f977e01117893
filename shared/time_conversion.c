/*
 * strptime(3) is not suitable: it has no fractions, reads zones but ignores them, converts %s by the machine's time zone,
 * and uses the locale's names of months. SQL has to read the same texts (sql/verify/timestamp_format.sql), so a regular
 * expression must be able to express each rule: a conversion decides by the next characters, and never backtracks.
 */
#include "time_conversion.h"

#include <stdio.h>
#include <string.h>

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool time_take_char(const char **text, char wanted)
{
    if (**text != wanted)
        return false;
    (*text)++;
    return true;
}

/* As many as there are, up to `max`. */
static bool take_digits(const char **text, int min, int max, int64_t *value)
{
    int count = 0;

    for (*value = 0; count < max && is_digit(**text); count++, (*text)++)
        *value = *value * 10 + (**text - '0');
    return count >= min;
}

static bool take_spaces(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = 0;
    while (**text == ' ')
        (*text)++;
    return true;
}

static bool take_digits_of(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    return take_spaces(conversion, text, value) && take_digits(text, conversion->min, conversion->max, value);
}

static bool take_number(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    return take_spaces(conversion, text, value) && take_digits(text, 1, 2, value) && *value >= conversion->min &&
           *value <= conversion->max;
}

static bool take_short_year(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    if (!take_digits_of(conversion, text, value))
        return false;
    *value += *value < 69 ? 2000 : 1900;
    return true;
}

static bool take_percent(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = 0;
    return time_take_char(text, '%');
}

/* In any case of its letters. */
static bool take_word(const char **text, const char *lower, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char c = (*text)[i];

        if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != lower[i])
            return false;
    }
    *text += length;
    return true;
}

static bool take_month(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    static const char *const NAMES[] = { "january", "february", "march",     "april",   "may",      "june",
                                         "july",    "august",   "september", "october", "november", "december" };

    for (*value = 1; *value <= conversion->max; (*value)++) {
        const char *name = NAMES[*value - 1];

        if (take_word(text, name, strlen(name)) || take_word(text, name, 3))
            return true;
    }
    return false;
}

static bool take_half(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = **text == 'P' || **text == 'p';
    return take_word(text, *value ? "pm" : "am", 2);
}

static bool take_fraction(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    int digits = 0;

    (void)conversion;
    for (*value = 0; is_digit(**text); (*text)++, digits++) {
        if (digits < 3)
            *value = *value * 10 + (**text - '0');
        else if (digits == 3)
            *value = *value * 10 + (**text != '0');
        else if (**text != '0' && *value % 10 == 0)
            *value += 1;
    }
    for (int i = digits; i < 4; i++)
        *value *= 10;
    return digits > 0;
}

/* Two digits follow, which the minutes of a zone need. */
static bool has_two_digits(const char *text)
{
    return is_digit(text[0]) && is_digit(text[1]);
}

static bool take_zone(const struct time_conversion *conversion, const char **text, int64_t *value)
{
    bool is_west = **text == '-';
    int64_t hours, minutes = 0;

    (void)conversion;
    *value = 0;
    if (time_take_char(text, 'Z'))
        return true;
    if (!(time_take_char(text, '+') || time_take_char(text, '-')) || !take_digits(text, 2, 2, &hours))
        return false;
    if (**text == ':' && has_two_digits(*text + 1))
        (*text)++;
    if (has_two_digits(*text))
        take_digits(text, 2, 2, &minutes);
    *value = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return hours <= 23 && minutes <= 59;
}

// clang-format off
static const struct time_conversion CONVERSIONS[] = { /* in the order in which a refusal lists them */
    { 'Y', TIME_PART_YEAR,         take_digits_of,   4,  4, NULL },
    { 'y', TIME_PART_YEAR,         take_short_year,  2,  2, NULL },
    { 'm', TIME_PART_MONTH,        take_number,      1, 12, NULL },
    { 'b', TIME_PART_MONTH,        take_month,       1, 12, NULL },
    { 'B', TIME_PART_MONTH,        take_month,       1, 12, NULL },
    { 'h', TIME_PART_MONTH,        take_month,       1, 12, NULL },
    { 'd', TIME_PART_DAY,          take_number,      1, 31, NULL },
    { 'e', TIME_PART_DAY,          take_number,      1, 31, NULL },
    { 'H', TIME_PART_HOUR,         take_number,      0, 23, NULL },
    { 'I', TIME_PART_HOUR,         take_number,      1, 12, NULL },
    { 'p', TIME_PART_HALF,         take_half,        0,  1, NULL },
    { 'M', TIME_PART_MINUTE,       take_number,      0, 59, NULL },
    { 'S', TIME_PART_SECOND,       take_number,      0, 59, NULL },
    { 'f', TIME_PART_FRACTION,     take_fraction,    0,  0, NULL },
    { 'z', TIME_PART_ZONE,         take_zone,        0,  0, NULL },
    { 's', TIME_PART_SECONDS,      take_digits_of,   1, 12, NULL },
    { 'Q', TIME_PART_MILLISECONDS, take_digits_of,   1, 15, NULL },
    { 'F', TIME_PART_NONE,         NULL,             0,  0, "%Y-%m-%d" },
    { 'D', TIME_PART_NONE,         NULL,             0,  0, "%m/%d/%y" },
    { 'T', TIME_PART_NONE,         NULL,             0,  0, "%H:%M:%S" },
    { 'R', TIME_PART_NONE,         NULL,             0,  0, "%H:%M" },
    { 'r', TIME_PART_NONE,         NULL,             0,  0, "%I:%M:%S %p" },
    { 'n', TIME_PART_NONE,         take_spaces,      0,  0, NULL },
    { 't', TIME_PART_NONE,         take_spaces,      0,  0, NULL },
    { '%', TIME_PART_NONE,         take_percent,     0,  0, NULL },
};

// clang-format on

_Static_assert(TIME_CONVERSIONS_SIZE == 3 * COUNT(CONVERSIONS) + 1, "all conversions have a place in the list");

const struct time_conversion *time_conversion_find(char letter)
{
    for (size_t i = 0; i < COUNT(CONVERSIONS); i++) {
        if (CONVERSIONS[i].letter == letter)
            return &CONVERSIONS[i];
    }
    return NULL;
}

void time_conversions_list(char text[TIME_CONVERSIONS_SIZE])
{
    for (size_t i = 0; i < COUNT(CONVERSIONS); i++)
        snprintf(text + 3 * i, TIME_CONVERSIONS_SIZE - 3 * i, " %%%c", CONVERSIONS[i].letter);
}

bool time_take_default(const char **text, int64_t values[TIME_PARTS])
{
    if (!(take_digits(text, 4, 4, &values[TIME_PART_YEAR]) && time_take_char(text, '-') &&
          take_digits(text, 2, 2, &values[TIME_PART_MONTH]) && time_take_char(text, '-') &&
          take_digits(text, 2, 2, &values[TIME_PART_DAY])))
        return false;
    if (**text == '\0')
        return true;
    if (!((time_take_char(text, ' ') || time_take_char(text, 'T')) &&
          take_digits(text, 2, 2, &values[TIME_PART_HOUR]) && time_take_char(text, ':') &&
          take_digits(text, 2, 2, &values[TIME_PART_MINUTE])))
        return false;
    if (time_take_char(text, ':')) {
        if (!take_digits(text, 2, 2, &values[TIME_PART_SECOND]))
            return false;
        if (time_take_char(text, '.') && !take_fraction(NULL, text, &values[TIME_PART_FRACTION]))
            return false;
    }
    return **text == '\0' || take_zone(NULL, text, &values[TIME_PART_ZONE]);
}
