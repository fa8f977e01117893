#define _POSIX_C_SOURCE 200809L
#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *text;
    int64_t at; /* or TIMESTAMP_NONE: refused */
} CASES[] = {
    { "1970-01-01 00:00:00", 0 },
    { "9999-12-31 23:59:59.999", INT64_C(253402300799999) },
    { "2017-10-02 10:56:33", INT64_C(1506941793000) },
    { "2017-10-02T10:56:33", INT64_C(1506941793000) },
    { "2017-10-02 10:56:33.5", INT64_C(1506941793500) },
    { "2017-10-02 10:56:33.05", INT64_C(1506941793050) },
    { "2017-10-02 10:56:33.007", INT64_C(1506941793007) },
    { "2017-10-02 10:56:33.123000000000", INT64_C(1506941793123) },
    { "2016-02-29 00:00:00", INT64_C(1456704000000) },
    { "2000-02-29 00:00:00", INT64_C(951782400000) },
    /* refused */
    { "", TIMESTAMP_NONE },
    { "1969-12-31 23:59:59", TIMESTAMP_NONE },
    { "10000-01-01 00:00:00", TIMESTAMP_NONE },
    { "2017-02-29 00:00:00", TIMESTAMP_NONE },
    { "2100-02-29 00:00:00", TIMESTAMP_NONE },
    { "2017-04-31 00:00:00", TIMESTAMP_NONE },
    { "2017-00-01 00:00:00", TIMESTAMP_NONE },
    { "2017-13-01 00:00:00", TIMESTAMP_NONE },
    { "2017-01-00 00:00:00", TIMESTAMP_NONE },
    { "2017-01-32 00:00:00", TIMESTAMP_NONE },
    { "2017-01-01 24:00:00", TIMESTAMP_NONE },
    { "2017-01-01 00:60:00", TIMESTAMP_NONE },
    { "2016-12-31 23:59:60", TIMESTAMP_NONE },
    { "2017-01-01", TIMESTAMP_NONE },
    { "2017-01-01 ", TIMESTAMP_NONE },
    { "2017-01-01 10:00", TIMESTAMP_NONE },
    { "2017-1-1 10:00:00", TIMESTAMP_NONE },
    { "17-01-01 10:00:00", TIMESTAMP_NONE },
    { "2017-01-01  10:00:00", TIMESTAMP_NONE },
    { "2017-01-01t10:00:00", TIMESTAMP_NONE },
    { " 2017-01-01 10:00:00", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00 ", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00Z", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00+00:00", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.1234", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.0000001", TIMESTAMP_NONE },
    { "2017-01-01 10:00:00,5", TIMESTAMP_NONE },
    { "2017/01/01 10:00:00", TIMESTAMP_NONE },
    { "-017-01-01 10:00:00", TIMESTAMP_NONE },
    { "+017-01-01 10:00:00", TIMESTAMP_NONE },
};

static void check_all(void)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        int64_t at = TIMESTAMP_NONE;
        bool parsed = timestamp_parse(CASES[i].text, &at);

        ck_assert_msg(parsed == (CASES[i].at != TIMESTAMP_NONE), "'%s' %s", CASES[i].text,
                      parsed ? "was read" : "was refused");
        if (parsed)
            ck_assert_msg(at == CASES[i].at, "'%s' is %lld", CASES[i].text, (long long)at);
    }
}

START_TEST(times_are_read)
{
    check_all();
}
END_TEST

/* In zones whose clocks jump, also in the hours that a jump leaves out. */
START_TEST(the_time_zone_of_the_host_has_no_say)
{
    static const char *const ZONES[] = { "America/Sao_Paulo", "Pacific/Kiritimati", "EST5EDT" };

    for (size_t i = 0; i < sizeof(ZONES) / sizeof(ZONES[0]); i++) {
        char text[TIMESTAMP_SIZE];
        int64_t at;

        setenv("TZ", ZONES[i], 1);
        tzset();
        check_all();
        ck_assert(timestamp_parse("2017-10-15 00:30:00", &at));
        timestamp_print(at, text);
        ck_assert_str_eq(text, "2017-10-15T00:30:00");
    }
}
END_TEST

/* Every day that there is, each at another time of it. */
START_TEST(the_calendar_is_that_of_the_c_library)
{
    enum { DAYS = 2932897 };
    const int64_t day = 86400;

    for (int64_t i = 0; i < DAYS; i++) {
        time_t seconds = (time_t)(i * day + i % day);
        char text[TIMESTAMP_SIZE], expected[TIMESTAMP_SIZE];
        struct tm tm;
        int64_t at;

        gmtime_r(&seconds, &tm);
        strftime(expected, sizeof(expected), "%Y-%m-%dT%H:%M:%S", &tm);
        timestamp_print((int64_t)seconds * 1000, text);
        if (strcmp(text, expected) != 0 || !timestamp_parse(text, &at) || at != (int64_t)seconds * 1000)
            ck_abort_msg("%s is printed as %s", expected, text); /* an assertion a day would take half a minute */
    }
}
END_TEST

START_TEST(times_have_one_spelling)
{
    static const struct { int64_t at; const char *text; } PRINTED[] = {
        { 0, "1970-01-01T00:00:00" },
        { 1, "1970-01-01T00:00:00.001" },
        { INT64_C(1506941793000), "2017-10-02T10:56:33" },
        { INT64_C(1506941793500), "2017-10-02T10:56:33.500" },
        { INT64_C(253402300799999), "9999-12-31T23:59:59.999" },
    };

    for (size_t i = 0; i < sizeof(PRINTED) / sizeof(PRINTED[0]); i++) {
        char text[TIMESTAMP_SIZE];
        int64_t at;

        timestamp_print(PRINTED[i].at, text);
        ck_assert_str_eq(text, PRINTED[i].text);
        ck_assert(timestamp_parse(text, &at));
        ck_assert_int_eq(at, PRINTED[i].at);
    }
}
END_TEST

START_TEST(parts_become_utc)
{
    static const struct { struct timestamp_parts parts; int64_t at; } CASES_OF_PARTS[] = {
        { { 2017, 10, 2, 10, 56, 33, 7, 0 }, INT64_C(1506941793007) },
        { { 2017, 10, 2, 10, 56, 33, 0, -180 }, INT64_C(1506952593000) },
        { { 1970, 1, 1, 5, 30, 0, 0, 330 }, 0 },
        { { 1970, 1, 1, 5, 29, 59, 999, 330 }, TIMESTAMP_NONE },
        { { 1969, 12, 31, 22, 0, 0, 0, -180 }, INT64_C(3600000) },
        { { 1969, 12, 31, 22, 0, 0, 0, 0 }, TIMESTAMP_NONE },
        { { 9999, 12, 31, 23, 59, 59, 999, 0 }, TIMESTAMP_LAST },
        { { 9999, 12, 31, 23, 59, 59, 999, -1 }, TIMESTAMP_NONE },
        { { 2017, 2, 29, 0, 0, 0, 0, 0 }, TIMESTAMP_NONE },
        { { 2017, 1, 1, 24, 0, 0, 0, 0 }, TIMESTAMP_NONE },
        { { 0, 1, 1, 0, 0, 0, 0, 0 }, TIMESTAMP_NONE },
    };

    for (size_t i = 0; i < sizeof(CASES_OF_PARTS) / sizeof(CASES_OF_PARTS[0]); i++) {
        int64_t at;
        bool is_time = timestamp_from_parts(&CASES_OF_PARTS[i].parts, &at);

        ck_assert_msg(is_time == (CASES_OF_PARTS[i].at != TIMESTAMP_NONE), "case %zu", i);
        if (is_time)
            ck_assert_int_eq(at, CASES_OF_PARTS[i].at);
    }
}
END_TEST

START_TEST(what_is_printed_is_read_strictly)
{
    static const struct { const char *text; size_t length; bool is_read; } STRICT[] = {
        { "2017-10-02T10:56:33", 19, true },
        { "2017-10-02T10:56:33.120", 23, true },
        { "2017-10-02T10:56:33Z", 19, true }, /* what is behind the text is not looked at */
        { "2017-10-02 10:56:33", 19, false },
        { "2017-10-02 10:56:33.120", 23, false },
        { "2017-10-02T10:56:33.000", 23, false },
        { "2017-10-02T10:56:33.12", 22, false },
        { "2017-10-02T10:56:33.1200", 24, false },
        { "2017-10-02T10:56:33.5\0x", 23, false },
        { "2017-10-02T10:56:33", 18, false },
        { "2017-02-29T10:56:33", 19, false },
        { "", 0, false },
    };

    for (size_t i = 0; i < sizeof(STRICT) / sizeof(STRICT[0]); i++) {
        int64_t at, expected;

        ck_assert_msg(timestamp_read(STRICT[i].text, STRICT[i].length, &at) == STRICT[i].is_read, "%s", STRICT[i].text);
        if (STRICT[i].is_read && STRICT[i].length == strlen(STRICT[i].text))
            ck_assert(timestamp_parse(STRICT[i].text, &expected) && at == expected);
    }
}
END_TEST

SUITE("timestamp", what_is_printed_is_read_strictly, times_are_read, the_calendar_is_that_of_the_c_library, the_time_zone_of_the_host_has_no_say,
      times_have_one_spelling, parts_become_utc)
