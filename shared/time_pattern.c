/*
 * A format is compiled once, into tokens. The tables define which combinations of conversions are a format.
 * time_conversion.c defines what each conversion reads, and explains why strptime(3) is not suitable.
 */
#include "time_pattern.h"

#include "reason.h"
#include "text.h"
#include "time_conversion.h"
#include "timestamp.h"

#include <stdio.h>
#include <string.h>

// clang-format off
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

static bool refuse_unknown(const char *format, const char *percent, char reason[REASON_SIZE])
{
    size_t length = 1 + strspn(percent + 1, "-_^#+0123456789EO"); /* glibc's flags and widths */
    char known[TIME_CONVERSIONS_SIZE];

    if (percent[1] == '\0')
        return reason_set(reason, "--timestamp-format '%s': it ends in a lone %%; a percent sign is %%%%", format);
    if (percent[length] != '\0') { /* one character, of one byte or more */
        for (length++; (percent[length] & 0xC0) == 0x80;)
            length++;
    }
    time_conversions_list(known);
    return reason_set(reason, "--timestamp-format '%s': %.*s is unknown; known are%s", format, (int)length, percent,
                      known);
}

/* The token at *text, which is moved behind it. False if it is an unknown conversion. */
static bool next_token(const char **text, struct time_token *token)
{
    *token = (struct time_token){ .character = **text };
    if (**text == ' ')
        token->conversion = time_conversion_find('t');
    if (**text == '%') {
        token->conversion = time_conversion_find((*text)[1]);
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
        const struct time_conversion *conversion = pattern->tokens[i].conversion;

        if (conversion && conversion->part != TIME_PART_NONE)
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
        const struct time_conversion *conversion = pattern->tokens[i].conversion;
        enum time_part part = conversion ? conversion->part : TIME_PART_NONE;

        if (part == TIME_PART_NONE)
            continue;
        if (part > TIME_PART_DAY)
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
    int64_t of[TIME_PARTS];
};

static const struct values NOTHING = {
    .of = { [TIME_PART_HALF] = TIME_ABSENT,
            [TIME_PART_ZONE] = TIME_ABSENT,
            [TIME_PART_SECONDS] = TIME_ABSENT,
            [TIME_PART_MILLISECONDS] = TIME_ABSENT },
};

/* Moves *text behind what these tokens take. */
static bool take_tokens(const struct time_token *tokens, size_t count, const char **text, struct values *values)
{
    int64_t unused;

    for (size_t i = 0; i < count; i++) {
        const struct time_conversion *conversion = tokens[i].conversion;
        enum time_part part = conversion ? conversion->part : TIME_PART_NONE;

        if (!conversion ? !time_take_char(text, tokens[i].character)
                        : !conversion->take(conversion, text, part == TIME_PART_NONE ? &unused : &values->of[part]))
            return false;
    }
    return true;
}

static int hour_of(const int64_t *values)
{
    return (int)(values[TIME_PART_HALF] == TIME_ABSENT ? values[TIME_PART_HOUR]
                                                       : values[TIME_PART_HOUR] % 12 + values[TIME_PART_HALF] * 12);
}

/* False if there is no such time. */
static bool time_of(const int64_t *values, struct time_reading *reading)
{
    int millisecond = (int)(values[TIME_PART_FRACTION] / 10);
    struct timestamp_parts parts = {
        .year = (int)values[TIME_PART_YEAR],
        .month = (int)values[TIME_PART_MONTH],
        .day = (int)values[TIME_PART_DAY],
        .hour = hour_of(values),
        .minute = (int)values[TIME_PART_MINUTE],
        .second = (int)values[TIME_PART_SECOND],
        .millisecond = millisecond,
        .offset_minutes = values[TIME_PART_ZONE] == TIME_ABSENT ? 0 : (int)values[TIME_PART_ZONE],
    };

    reading->is_cut = values[TIME_PART_FRACTION] % 10 != 0;
    reading->has_zone = values[TIME_PART_ZONE] != TIME_ABSENT;
    if (values[TIME_PART_SECONDS] != TIME_ABSENT)
        reading->at = values[TIME_PART_SECONDS] * 1000 + millisecond;
    else if (values[TIME_PART_MILLISECONDS] != TIME_ABSENT)
        reading->at = values[TIME_PART_MILLISECONDS];
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

    return time_take_default(&text, values.of) && *text == '\0' && time_of(values.of, reading);
}
