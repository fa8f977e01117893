#define _POSIX_C_SOURCE 200809L
#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *text, *format;
    int64_t at; /* or TIMESTAMP_NONE: refused */
} CASES[] = {
    { "1970-01-01 00:00:00", NULL, 0 },
    { "9999-12-31 23:59:59.999", NULL, INT64_C(253402300799999) },
    { "2017-10-02 10:56:33", NULL, INT64_C(1506941793000) },
    { "2017-10-02T10:56:33", NULL, INT64_C(1506941793000) },
    { "2017-10-02 10:56:33.5", NULL, INT64_C(1506941793500) },
    { "2017-10-02 10:56:33.05", NULL, INT64_C(1506941793050) },
    { "2017-10-02 10:56:33.007", NULL, INT64_C(1506941793007) },
    { "2017-10-02 10:56:33.123000000000", NULL, INT64_C(1506941793123) },
    { "2016-02-29 00:00:00", NULL, INT64_C(1456704000000) },
    { "2000-02-29 00:00:00", NULL, INT64_C(951782400000) },
    /* refused */
    { "", NULL, TIMESTAMP_NONE },
    { "1969-12-31 23:59:59", NULL, TIMESTAMP_NONE },
    { "10000-01-01 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-02-29 00:00:00", NULL, TIMESTAMP_NONE },
    { "2100-02-29 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-04-31 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-00-01 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-13-01 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-00 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-32 00:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01 24:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01 00:60:00", NULL, TIMESTAMP_NONE },
    { "2016-12-31 23:59:60", NULL, TIMESTAMP_NONE },
    { "2017-01-01", NULL, TIMESTAMP_NONE },
    { "2017-01-01 ", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00", NULL, TIMESTAMP_NONE },
    { "2017-1-1 10:00:00", NULL, TIMESTAMP_NONE },
    { "17-01-01 10:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01  10:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01t10:00:00", NULL, TIMESTAMP_NONE },
    { " 2017-01-01 10:00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00 ", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00Z", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00+00:00", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.1234", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00.0000001", NULL, TIMESTAMP_NONE },
    { "2017-01-01 10:00:00,5", NULL, TIMESTAMP_NONE },
    { "2017/01/01 10:00:00", NULL, TIMESTAMP_NONE },
    { "-017-01-01 10:00:00", NULL, TIMESTAMP_NONE },
    { "+017-01-01 10:00:00", NULL, TIMESTAMP_NONE },
    /* by a format */
    { "10/2/2017 10:56", "%m/%d/%Y %H:%M", INT64_C(1506941760000) },
    { "2017-10-02", "%Y-%m-%d", INT64_C(1506902400000) },
    { "02.10.17 9:05:07", "%d.%m.%y %H:%M:%S", INT64_C(1506935107000) },
    { "10/2/2017 10:56:00", "%m/%d/%Y %H:%M", TIMESTAMP_NONE },
    { "2/29/2017 10:56", "%m/%d/%Y %H:%M", TIMESTAMP_NONE },
    { "12/31/2016 23:59:60", "%m/%d/%Y %H:%M:%S", TIMESTAMP_NONE },
    { "1/1/1969 00:00", "%m/%d/%Y %H:%M", TIMESTAMP_NONE },
    { "2017-10-02 10:56:33", "%m/%d/%Y %H:%M", TIMESTAMP_NONE },
    { "", "%Y", TIMESTAMP_NONE },
};

static void check_all(void)
{
    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        int64_t at = TIMESTAMP_NONE;
        bool parsed = timestamp_parse(CASES[i].text, CASES[i].format, &at);

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
        ck_assert(timestamp_parse("2017-10-15 00:30:00", NULL, &at));
        timestamp_print(at, text);
        ck_assert_str_eq(text, "2017-10-15T00:30:00");
        ck_assert(timestamp_parse("10/15/2017 00:30", "%m/%d/%Y %H:%M", &at));
        timestamp_print(at, text);
        ck_assert_str_eq(text, "2017-10-15T00:30:00");
    }
}
END_TEST

START_TEST(formats_that_read_by_the_time_zone_are_told)
{
    static const char *const ZONED[] = { "%s", "x%s", "%Y %-s", "%E_s", "%%%s", "%12s" };
    static const char *const ZONELESS[] = { "", "s", "%", "%Y-", "%%s", "%S", "%Y%", "%-" };

    for (size_t i = 0; i < sizeof(ZONED) / sizeof(ZONED[0]); i++)
        ck_assert_msg(!timestamp_format_is_zoneless(ZONED[i]), "%s", ZONED[i]);
    for (size_t i = 0; i < sizeof(ZONELESS) / sizeof(ZONELESS[0]); i++)
        ck_assert_msg(timestamp_format_is_zoneless(ZONELESS[i]), "%s", ZONELESS[i]);
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
        if (strcmp(text, expected) != 0 || !timestamp_parse(text, NULL, &at) || at != (int64_t)seconds * 1000)
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
        ck_assert(timestamp_parse(text, NULL, &at));
        ck_assert_int_eq(at, PRINTED[i].at);
    }
}
END_TEST

SUITE("timestamp", times_are_read, the_calendar_is_that_of_the_c_library, the_time_zone_of_the_host_has_no_say,
      formats_that_read_by_the_time_zone_are_told, times_have_one_spelling)
