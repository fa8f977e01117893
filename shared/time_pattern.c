/*
 * strptime(3) is not used, because it knows no fractions, reads zones only to drop them, interprets epochs in the local
 * time zone, and takes the names of months from the locale. SQL has to read the same formats
 * (sql/verify/timestamp_format.sql), so each rule here is one that a regular expression can express: a conversion decides
 * by the next characters how much it takes, and never backtracks.
 *
 * A format is compiled once, into tokens. The tables say the rest: CONVERSIONS what each conversion reads, ONCE and NEEDS
 * which of them make a format.
 */
#include "time_pattern.h"

#include "reason.h"
#include "text.h"
#include "timestamp.h"

#include <stdio.h>
#include <string.h>

enum part {
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_HOUR,
    PART_HALF, /* of the day: 0 for AM, 1 for PM, or ABSENT */
    PART_MINUTE,
    PART_SECOND,
    PART_FRACTION, /* in 1/10,000 of a second, rounded up: the last digit says that something will be cut */
    PART_ZONE,     /* minutes ahead of UTC, or ABSENT */
    PART_SECONDS,  /* since 1970, or ABSENT */
    PART_MILLISECONDS,
    PARTS,
    PART_NONE = PARTS,
};

/* Below what any part can be. */
enum { ABSENT = -10000 };

struct conversion {
    char letter;
    enum part part;
    bool (*take)(const struct conversion *, const char **text, int64_t *value);
    int min, max;        /* of a number: its range, or its least and most digits */
    const char *meaning; /* of one that stands for others */
};

/* --- what conversions take: moves *text past it */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool take_char(const char **text, char wanted)
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

static bool take_spaces(const struct conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = 0;
    while (**text == ' ')
        (*text)++;
    return true;
}

static bool take_digits_of(const struct conversion *conversion, const char **text, int64_t *value)
{
    return take_spaces(conversion, text, value) && take_digits(text, conversion->min, conversion->max, value);
}

static bool take_number(const struct conversion *conversion, const char **text, int64_t *value)
{
    return take_spaces(conversion, text, value) && take_digits(text, 1, 2, value) && *value >= conversion->min &&
           *value <= conversion->max;
}

static bool take_short_year(const struct conversion *conversion, const char **text, int64_t *value)
{
    if (!take_digits_of(conversion, text, value))
        return false;
    *value += *value < 69 ? 2000 : 1900;
    return true;
}

static bool take_percent(const struct conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = 0;
    return take_char(text, '%');
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

static bool take_month(const struct conversion *conversion, const char **text, int64_t *value)
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

static bool take_half(const struct conversion *conversion, const char **text, int64_t *value)
{
    (void)conversion;
    *value = **text == 'P' || **text == 'p';
    return take_word(text, *value ? "pm" : "am", 2);
}

static bool take_fraction(const struct conversion *conversion, const char **text, int64_t *value)
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

static bool take_zone(const struct conversion *conversion, const char **text, int64_t *value)
{
    bool is_west = **text == '-';
    int64_t hours, minutes = 0;

    (void)conversion;
    *value = 0;
    if (take_char(text, 'Z'))
        return true;
    if (!(take_char(text, '+') || take_char(text, '-')) || !take_digits(text, 2, 2, &hours))
        return false;
    if (**text == ':' && has_two_digits(*text + 1))
        (*text)++;
    if (has_two_digits(*text))
        take_digits(text, 2, 2, &minutes);
    *value = (hours * 60 + minutes) * (is_west ? -1 : 1);
    return hours <= 23 && minutes <= 59;
}

// clang-format off
static const struct conversion CONVERSIONS[] = { /* in the order in which a refusal lists them */
    { 'Y', PART_YEAR,         take_digits_of,   4,  4, NULL },
    { 'y', PART_YEAR,         take_short_year,  2,  2, NULL },
    { 'm', PART_MONTH,        take_number,      1, 12, NULL },
    { 'b', PART_MONTH,        take_month,       1, 12, NULL },
    { 'B', PART_MONTH,        take_month,       1, 12, NULL },
    { 'h', PART_MONTH,        take_month,       1, 12, NULL },
    { 'd', PART_DAY,          take_number,      1, 31, NULL },
    { 'e', PART_DAY,          take_number,      1, 31, NULL },
    { 'H', PART_HOUR,         take_number,      0, 23, NULL },
    { 'I', PART_HOUR,         take_number,      1, 12, NULL },
    { 'p', PART_HALF,         take_half,        0,  1, NULL },
    { 'M', PART_MINUTE,       take_number,      0, 59, NULL },
    { 'S', PART_SECOND,       take_number,      0, 59, NULL },
    { 'f', PART_FRACTION,     take_fraction,    0,  0, NULL },
    { 'z', PART_ZONE,         take_zone,        0,  0, NULL },
    { 's', PART_SECONDS,      take_digits_of,   1, 12, NULL },
    { 'Q', PART_MILLISECONDS, take_digits_of,   1, 15, NULL },
    { 'F', PART_NONE,         NULL,             0,  0, "%Y-%m-%d" },
    { 'D', PART_NONE,         NULL,             0,  0, "%m/%d/%y" },
    { 'T', PART_NONE,         NULL,             0,  0, "%H:%M:%S" },
    { 'R', PART_NONE,         NULL,             0,  0, "%H:%M" },
    { 'r', PART_NONE,         NULL,             0,  0, "%I:%M:%S %p" },
    { 'n', PART_NONE,         take_spaces,      0,  0, NULL },
    { 't', PART_NONE,         take_spaces,      0,  0, NULL },
    { '%', PART_NONE,         take_percent,     0,  0, NULL },
};

/* Of each of these sets of conversions a format can have one. */
static const struct { const char *letters, *name; } ONCE[] = {
    { "Yy", "year" }, { "mbBh", "month" }, { "de", "day" }, { "HI", "hour" }, { "p", "half of the day" },
    { "M", "minute" }, { "S", "second" }, { "f", "fraction" }, { "z", "zone" }, { "sQ", "time since 1970" },
};

/* If a format has the first, it needs one of the others. */
static const struct { const char *letter, *others, *reason; } NEEDS[] = {
    { "I", "p",  "%I needs %p" },
    { "p", "I",  "%p needs %I" },
    { "M", "HI", "%M needs %H or %I" },
    { "S", "M",  "%S needs %M" },
    { "f", "Ss", "%f needs %S or %s" },
    { "z", "HI", "%z needs %H or %I" },
};
// clang-format on

/* --- compiling */

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const struct conversion *find_conversion(char letter)
{
    for (size_t i = 0; i < COUNT(CONVERSIONS); i++) {
        if (CONVERSIONS[i].letter == letter)
            return &CONVERSIONS[i];
    }
    return NULL;
}

static bool refuse_unknown(const char *format, const char *percent, char reason[REASON_SIZE])
{
    size_t length = 1 + strspn(percent + 1, "-_^#+0123456789EO"); /* glibc's flags and widths */
    char known[3 * COUNT(CONVERSIONS) + 1];

    if (percent[1] == '\0')
        return reason_set(reason, "--timestamp-format '%s': it ends in a lone %%; a percent sign is %%%%", format);
    if (percent[length] != '\0') { /* one character, of one byte or more */
        for (length++; (percent[length] & 0xC0) == 0x80;)
            length++;
    }
    for (size_t i = 0; i < COUNT(CONVERSIONS); i++)
        snprintf(known + 3 * i, sizeof(known) - 3 * i, " %%%c", CONVERSIONS[i].letter);
    return reason_set(reason, "--timestamp-format '%s': %.*s is unknown; known are%s", format, (int)length, percent,
                      known);
}

/* The token at *text, which is moved behind it. False if it is an unknown conversion. */
static bool next_token(const char **text, struct time_token *token)
{
    *token = (struct time_token){ .character = **text };
    if (**text == ' ')
        token->conversion = find_conversion('t');
    if (**text == '%') {
        token->conversion = find_conversion((*text)[1]);
        if (!token->conversion)
            return false;
        (*text)++;
    }
    (*text)++;
    return true;
}

static bool add_tokens(struct time_pattern *pattern, const char *text, char reason[REASON_SIZE])
{
    while (*text) {
        struct time_token token;
        const char *meaning;

        if (!next_token(&text, &token))
            return refuse_unknown(pattern->text, text, reason);
        meaning = token.conversion ? token.conversion->meaning : NULL;
        if (!meaning)
            pattern->tokens[pattern->count++] = token;
        while (meaning && *meaning && next_token(&meaning, &token))
            pattern->tokens[pattern->count++] = token;
    }
    return true;
}

/* The letters of the conversions, in order. Parts alone: neither white space nor percent signs. */
static void list_letters(const struct time_pattern *pattern, char letters[TIME_TOKENS_MAX + 1])
{
    for (size_t i = 0; i < pattern->count; i++) {
        const struct conversion *conversion = pattern->tokens[i].conversion;

        if (conversion && conversion->part != PART_NONE)
            *letters++ = conversion->letter;
    }
    *letters = '\0';
}

static bool gives_a_time(const struct time_pattern *pattern, char reason[REASON_SIZE])
{
    const char *text = pattern->text;
    char letters[TIME_TOKENS_MAX + 1];

    list_letters(pattern, letters);
    for (size_t i = 0; i < COUNT(ONCE); i++) {
        const char *first = strpbrk(letters, ONCE[i].letters);

        if (first && strpbrk(first + 1, ONCE[i].letters))
            return reason_set(reason, "--timestamp-format '%s': it gives the %s twice", text, ONCE[i].name);
    }
    if (strchr(letters, 's') && letters[strspn(letters, "sf")])
        return reason_set(reason, "--timestamp-format '%s': %%s is a whole time; only %%f goes with it", text);
    if (strchr(letters, 'Q') && letters[1])
        return reason_set(reason, "--timestamp-format '%s': %%Q is a whole time; nothing goes with it", text);
    if (!strpbrk(letters, "sQ") && !(strpbrk(letters, "Yy") && strpbrk(letters, "mbBh") && strpbrk(letters, "de")))
        return reason_set(
            reason, "--timestamp-format '%s': it gives no date: %%Y or %%y, %%m or %%b, and %%d; or %%s or %%Q", text);
    for (size_t i = 0; i < COUNT(NEEDS); i++) {
        if (strpbrk(letters, NEEDS[i].letter) && !strpbrk(letters, NEEDS[i].others))
            return reason_set(reason, "--timestamp-format '%s': %s", text, NEEDS[i].reason);
    }
    return true;
}

static void find_date(struct time_pattern *pattern)
{
    for (size_t i = 0, left = 3; i < pattern->count && left > 0; i++) {
        const struct conversion *conversion = pattern->tokens[i].conversion;
        enum part part = conversion ? conversion->part : PART_NONE;

        if (part == PART_NONE)
            continue;
        if (part > PART_DAY)
            return;
        if (--left == 0)
            pattern->date_count = i + 1;
    }
}

bool time_pattern_compile(const char *text, struct time_pattern *pattern, char reason[REASON_SIZE])
{
    size_t length = strlen(text);

    *pattern = (struct time_pattern){ 0 };
    if (length == 0)
        return reason_set(reason, "--timestamp-format needs a value that is not empty");
    if (length > TIME_FORMAT_MAX)
        return reason_set(reason, "--timestamp-format is longer than %d bytes", TIME_FORMAT_MAX);
    if (!text_is_clean(text, length) || strstr(text, "\xEF\xBF\xBD")) /* U+FFFD stands for what was no UTF-8 */
        return reason_set(reason, "--timestamp-format holds control characters or is not UTF-8");
    memcpy(pattern->text, text, length + 1);
    if (!add_tokens(pattern, text, reason) || !gives_a_time(pattern, reason))
        return false;
    find_date(pattern);
    return true;
}

/* --- reading */

struct values {
    int64_t of[PARTS];
};

static const struct values NOTHING = {
    .of = { [PART_HALF] = ABSENT, [PART_ZONE] = ABSENT, [PART_SECONDS] = ABSENT, [PART_MILLISECONDS] = ABSENT },
};

/* Moves *text behind what these tokens take. */
static bool take_tokens(const struct time_token *tokens, size_t count, const char **text, struct values *values)
{
    int64_t unused;

    for (size_t i = 0; i < count; i++) {
        const struct conversion *conversion = tokens[i].conversion;
        enum part part = conversion ? conversion->part : PART_NONE;

        if (!conversion ? !take_char(text, tokens[i].character)
                        : !conversion->take(conversion, text, part == PART_NONE ? &unused : &values->of[part]))
            return false;
    }
    return true;
}

static bool take_default(const char **text, int64_t *values)
{
    if (!(take_digits(text, 4, 4, &values[PART_YEAR]) && take_char(text, '-') &&
          take_digits(text, 2, 2, &values[PART_MONTH]) && take_char(text, '-') &&
          take_digits(text, 2, 2, &values[PART_DAY])))
        return false;
    if (**text == '\0')
        return true;
    if (!((take_char(text, ' ') || take_char(text, 'T')) && take_digits(text, 2, 2, &values[PART_HOUR]) &&
          take_char(text, ':') && take_digits(text, 2, 2, &values[PART_MINUTE])))
        return false;
    if (take_char(text, ':')) {
        if (!take_digits(text, 2, 2, &values[PART_SECOND]))
            return false;
        if (take_char(text, '.') && !take_fraction(NULL, text, &values[PART_FRACTION]))
            return false;
    }
    return **text == '\0' || take_zone(NULL, text, &values[PART_ZONE]);
}

static int hour_of(const int64_t *values)
{
    return (int)(values[PART_HALF] == ABSENT ? values[PART_HOUR] : values[PART_HOUR] % 12 + values[PART_HALF] * 12);
}

/* False if there is no such time. */
static bool time_of(const int64_t *values, struct time_reading *reading)
{
    int millisecond = (int)(values[PART_FRACTION] / 10);
    struct timestamp_parts parts = {
        .year = (int)values[PART_YEAR],
        .month = (int)values[PART_MONTH],
        .day = (int)values[PART_DAY],
        .hour = hour_of(values),
        .minute = (int)values[PART_MINUTE],
        .second = (int)values[PART_SECOND],
        .millisecond = millisecond,
        .offset_minutes = values[PART_ZONE] == ABSENT ? 0 : (int)values[PART_ZONE],
    };

    reading->is_cut = values[PART_FRACTION] % 10 != 0;
    reading->has_zone = values[PART_ZONE] != ABSENT;
    if (values[PART_SECONDS] != ABSENT)
        reading->at = values[PART_SECONDS] * 1000 + millisecond;
    else if (values[PART_MILLISECONDS] != ABSENT)
        reading->at = values[PART_MILLISECONDS];
    else
        return timestamp_from_parts(&parts, &reading->at);
    return reading->at <= TIMESTAMP_LAST;
}

bool time_pattern_read(const struct time_pattern *pattern, const char *text, struct time_reading *reading)
{
    const struct time_token *rest = pattern->tokens + pattern->date_count;
    struct values values = NOTHING;

    if (!take_tokens(pattern->tokens, pattern->date_count, &text, &values))
        return false;
    if (pattern->date_count == 0 || *text != '\0') {
        if (!take_tokens(rest, pattern->count - pattern->date_count, &text, &values))
            return false;
    }
    return *text == '\0' && time_of(values.of, reading);
}

bool time_pattern_starts(const struct time_pattern *pattern, const char *text)
{
    struct values values = NOTHING;

    return pattern->date_count > 0 && take_tokens(pattern->tokens, pattern->date_count, &text, &values);
}

bool time_pattern_read_default(const char *text, struct time_reading *reading)
{
    struct values values = NOTHING;

    return take_default(&text, values.of) && *text == '\0' && time_of(values.of, reading);
}
