#define _POSIX_C_SOURCE 200809L
#include "time_format.h"

#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define X64 "%d.%m.%Y xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct {
    const char *format, *text; /* no format: the default forms */
    int64_t at;                /* or TIMESTAMP_NONE: not read */
} CASES[] = {
    { NULL, "2017-10-02 10:56:33", INT64_C(1506941793000) },
    { NULL, "2017-10-02T10:56:33.5", INT64_C(1506941793500) },
    { NULL, "2017-10-02 10:56", INT64_C(1506941760000) },
    { NULL, "2017-10-02", INT64_C(1506902400000) },
    { NULL, "2017-10-02 10:56:33.123999999999999999999999999", INT64_C(1506941793123) },
    { NULL, "2017-10-02T10:56:33Z", INT64_C(1506941793000) },
    { NULL, "2017-10-02 10:56Z", INT64_C(1506941760000) },
    { NULL, "2017-10-02 10:56:33.25-03:00", INT64_C(1506952593250) },
    { NULL, "2017-10-02 10:56:33-03", INT64_C(1506952593000) },
    { NULL, "2017-10-02 10:56:33+0530", INT64_C(1506921993000) },
    { NULL, "1969-12-31 23:00:00-03:00", INT64_C(7200000) },
    { NULL, "9999-12-31 23:59:59.9999", TIMESTAMP_LAST },
    { NULL, "", TIMESTAMP_NONE },
    { NULL, "2017", TIMESTAMP_NONE },
    { NULL, "2017-10-2", TIMESTAMP_NONE },
    { NULL, " 2017-10-02", TIMESTAMP_NONE },
    { NULL, "2017-10-02 ", TIMESTAMP_NONE },
    { NULL, "2017-10-02Z", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56.5", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33.", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33 Z", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33z", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+1", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+0", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+01:", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+01:5", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+24", TIMESTAMP_NONE },
    { NULL, "2017-10-02 10:56:33+00:60", TIMESTAMP_NONE },
    { NULL, "1970-01-01 01:00:00+03:00", TIMESTAMP_NONE },
    { NULL, "9999-12-31 23:00:00-03:00", TIMESTAMP_NONE },
    { NULL, "2017-02-29", TIMESTAMP_NONE },
    { NULL, "2017-10-02 24:00", TIMESTAMP_NONE },
    /* numbers */
    { "%m/%d/%Y %H:%M", "10/2/2017 10:56", INT64_C(1506941760000) },
    { "%m/%d/%Y %H:%M", "10/02/2017  9:05", INT64_C(1506935100000) },
    { "%m/%d/%Y %H:%M", " 10/ 2/2017 10: 56", INT64_C(1506941760000) },
    { "%m/%d/%Y %H:%M", "10/2/201710:56", INT64_C(1506941760000) },
    { "%m/%d/%Y %H:%M", "10/18/2017", INT64_C(1508284800000) },
    { "%m/%d/%Y %H:%M", "10/18/2017 ", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "10/2/2017 10:56:00", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "13/2/2017 10:56", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "2/29/2017 10:56", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "10/002/2017 10:56", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "10/2/17 10:56", TIMESTAMP_NONE },
    { "%m/%d/%Y %H:%M", "10/2/2017 10:60", TIMESTAMP_NONE },
    { "%Y%m%d%H%M%S", "20171002105633", INT64_C(1506941793000) },
    { "%Y%m%d%H%M%S", "2017102105633", TIMESTAMP_NONE },
    { "%F %T", "2016-12-31 23:59:60", TIMESTAMP_NONE },
    { "%F%n%R", "2017-10-02   10:56", INT64_C(1506941760000) },
    { "%D", "10/02/17", INT64_C(1506902400000) },
    { "%d.%m.%y", "31.12.68", INT64_C(3124137600000) },
    { "%d.%m.%y", "1.1.70", 0 },
    { "%d.%m.%y", "1.1.69", TIMESTAMP_NONE },
    { "%d.%m.%y", "1.1.2017", TIMESTAMP_NONE },
    { "%d.%m.%y %%", "1.1.17 %", INT64_C(1483228800000) },
    { "%d.%m.%y Uhr", "1.1.17", INT64_C(1483228800000) },
    { "%d.%m.%y Uhr", "1.1.17 uhr", TIMESTAMP_NONE },
    { "%Y年%m月%d日", "2017年10月2日", INT64_C(1506902400000) },
    /* the date behind the time has no part of its own */
    { "%H:%M %d.%m.%Y", "10:56 2.10.2017", INT64_C(1506941760000) },
    { "%H:%M %d.%m.%Y", "2.10.2017", TIMESTAMP_NONE },
    { "%d.%m %H:%M %Y", "2.10", TIMESTAMP_NONE },
    /* 12 hours */
    { "%F %I:%M:%S %p", "2017-10-02 10:56:33 PM", INT64_C(1506984993000) },
    { "%F %I:%M:%S %p", "2017-10-02 10:56:33am", INT64_C(1506941793000) },
    { "%F %r", "2017-10-02 12:00:00 Am", INT64_C(1506902400000) },
    { "%F %r", "2017-10-02 12:00:00 PM", INT64_C(1506945600000) },
    { "%F %r", "2017-10-02", INT64_C(1506902400000) },
    { "%F %p%I", "2017-10-02 PM3", INT64_C(1506956400000) },
    { "%F %r", "2017-10-02 0:00:00 AM", TIMESTAMP_NONE },
    { "%F %r", "2017-10-02 13:00:00 PM", TIMESTAMP_NONE },
    { "%F %r", "2017-10-02 10:00:00", TIMESTAMP_NONE },
    { "%F %r", "2017-10-02 10:00:00 P", TIMESTAMP_NONE },
    /* names */
    { "%d-%b-%y %H:%M", "02-Oct-17 22:56", INT64_C(1506984960000) },
    { "%d-%b-%y %H:%M", "02-oCTOBER-17 22:56", INT64_C(1506984960000) },
    { "%B %e, %Y", "May 1, 2018", INT64_C(1525132800000) },
    { "%d%h%Y", "02SEP2017", INT64_C(1504310400000) },
    { "%d-%b-%y", "02-Octo-17", TIMESTAMP_NONE },
    { "%d-%b-%y", "02-Okt-17", TIMESTAMP_NONE },
    { "%d-%b-%y", "02-10-17", TIMESTAMP_NONE },
    { "%d %bch %Y", "1 March 2018", TIMESTAMP_NONE }, /* the name takes it all */
    { "%d %bch %Y", "1 Marchch 2018", INT64_C(1519862400000) },
    /* fractions, zones, times since 1970 */
    { "%F %T.%f", "2017-10-02 10:56:33.190954", INT64_C(1506941793190) },
    { "%F %T,%f%z", "2017-10-02 10:56:33,5-0300", INT64_C(1506952593500) },
    { "%F %T %z", "2017-10-02 10:56:33 Z", INT64_C(1506941793000) },
    { "%F %T%z", "2017-10-02 10:56:33+05:3", TIMESTAMP_NONE },
    { "%F %T.%f", "2017-10-02 10:56:33.", TIMESTAMP_NONE },
    { "%F %T.%f", "2017-10-02 10:56:33", TIMESTAMP_NONE },
    { "%s", "0", 0 },
    { "%s", "1506941793", INT64_C(1506941793000) },
    { "%s.%f", "1506941793.0019", INT64_C(1506941793001) },
    { "%s", "253402300799", INT64_C(253402300799000) },
    { "%s", "253402300800", TIMESTAMP_NONE },
    { "%s", "1506941793000", TIMESTAMP_NONE },
    { "%s", "-1", TIMESTAMP_NONE },
    { "%Q", "1506941793123", INT64_C(1506941793123) },
    { "%Q", "253402300799999", TIMESTAMP_LAST },
    { "%Q", "253402300800000", TIMESTAMP_NONE },
    { "%Q", "0000001506941793123", TIMESTAMP_NONE },
    { "%Q", "", TIMESTAMP_NONE },
};

static void use(struct time_reader *reader, const char *format)
{
    char reason[REASON_SIZE] = "";

    ck_assert_msg(time_reader_init(reader, &format, format != NULL, reason), "%s", reason);
}

START_TEST(times_are_read)
{
    const char *format = CASES[_i].format, *text = CASES[_i].text;
    struct time_reader reader;
    int64_t at = TIMESTAMP_NONE;
    bool is_read;

    setenv("TZ", _i % 2 ? "America/Sao_Paulo" : "Pacific/Kiritimati", 1); /* has no say */
    tzset();
    use(&reader, format);
    is_read = time_reader_parse(&reader, text, &at);
    ck_assert_msg(is_read == (CASES[_i].at != TIMESTAMP_NONE), "'%s' by '%s' %s", text, format ? format : "",
                  is_read ? "was read" : "was not read");
    if (is_read)
        ck_assert_msg(at == CASES[_i].at, "'%s' by '%s' is %lld", text, format ? format : "", (long long)at);
    time_reader_release(&reader);
}
END_TEST

#define DATE "it gives no date: %Y or %y, %m or %b, and %d; or %s or %Q"
#define KNOWN "; known are %Y %y %m %b %B %h %d %e %H %I %p %M %S %f %z %s %Q %F %D %T %R %r %n %t %%"

static const struct { const char *format, *reason; } REFUSED[] = {
    { "", NULL },
    { X64 "x", NULL },
    { "%d.%m.%Y\t", NULL },
    { "%d.%m.%Y\xC3", NULL },
    { "%d.%m.%Y\xEF\xBF\xBD", NULL },
    { "%d.%m.%Y %", "it ends in a lone %; a percent sign is %%" },
    { "%d.%m.%j", "%j is unknown" KNOWN },
    { "%-d.%m.%Y", "%-d is unknown" KNOWN },
    { "%_10d.%m.%Y", "%_10d is unknown" KNOWN },
    { "%d.%m.%EY", "%EY is unknown" KNOWN },
    { "%d.%m.%Y %-", "%- is unknown" KNOWN },
    { "%d.%m.%Y %日", "%日 is unknown" KNOWN },
    { "x", DATE },
    { "%%Y-%%m-%%d", DATE },
    { "%H:%M", DATE },
    { "%d.%m %H:%M", DATE },
    { "%Y-%m", DATE },
    { "%Y-%d", DATE },
    { "%F %d", "it gives the day twice" },
    { "%F %e", "it gives the day twice" },
    { "%F %y", "it gives the year twice" },
    { "%F %b", "it gives the month twice" },
    { "%F %H %I %p", "it gives the hour twice" },
    { "%F %T %M", "it gives the minute twice" },
    { "%F %T %S", "it gives the second twice" },
    { "%F %T.%f%f", "it gives the fraction twice" },
    { "%F %r %p", "it gives the half of the day twice" },
    { "%F %T %z%z", "it gives the zone twice" },
    { "%s %Q", "it gives the time since 1970 twice" },
    { "%s %d", "%s is a whole time; only %f goes with it" },
    { "%s%z", "%s is a whole time; only %f goes with it" },
    { "%F %T %s", "%s is a whole time; only %f goes with it" },
    { "%Q.%f", "%Q is a whole time; nothing goes with it" },
    { "%F %I:%M", "%I needs %p" },
    { "%F %H:%M %p", "%p needs %I" },
    { "%F %M", "%M needs %H or %I" },
    { "%F %H:%S", "%S needs %M" },
    { "%F %H:%M.%f", "%f needs %S or %s" },
    { "%F %z", "%z needs %H or %I" },
};

START_TEST(formats_that_give_no_time_are_refused)
{
    const char *const formats[] = { "%F", REFUSED[_i].format };
    char reason[REASON_SIZE] = "", expected[REASON_SIZE];
    struct time_reader reader;

    ck_assert(!time_reader_init(&reader, formats, 2, reason));
    if (REFUSED[_i].reason) {
        snprintf(expected, sizeof(expected), "--timestamp-format '%s': %s", REFUSED[_i].format, REFUSED[_i].reason);
        ck_assert_str_eq(reason, expected);
    }
    time_reader_release(&reader); /* may be, and does nothing */
}
END_TEST

START_TEST(the_longest_reason_fits)
{
    const char *format = X64;
    char longest[sizeof(X64)] = X64, reason[REASON_SIZE] = "";
    struct time_reader reader;

    ck_assert_uint_eq(strlen(format), TIME_FORMAT_MAX);
    use(&reader, format);
    time_reader_release(&reader);
    memset(longest, '0', sizeof(longest) - 1);
    longest[0] = '%';
    format = longest;
    ck_assert(!time_reader_init(&reader, &format, 1, reason));
    ck_assert_ptr_nonnull(strstr(reason, " is unknown; known are %Y"));
}
END_TEST

START_TEST(formats_are_tried_in_order)
{
    static const char *const FORMATS[] = { "%d/%m/%Y %H:%M", "%m/%d/%Y", "%F" };
    static const struct { const char *text; int64_t at; } TEXTS[] = {
        { "2/10/2017 10:56", INT64_C(1506941760000) },
        { "2/10/2017", INT64_C(1506902400000) },
        { "10/13/2017", INT64_C(1507852800000) },
        { "2017-10-02", INT64_C(1506902400000) },
        { "2017-10-02 10:56", TIMESTAMP_NONE },
    };
    char reason[REASON_SIZE], form[TIME_FORM_SIZE];
    struct time_reader reader;

    ck_assert(time_reader_init(&reader, FORMATS, 3, reason));
    for (int i = 0; i < ROWS(TEXTS); i++) {
        int64_t at = TIMESTAMP_NONE;

        ck_assert_int_eq(time_reader_parse(&reader, TEXTS[i].text, &at), TEXTS[i].at != TIMESTAMP_NONE);
        ck_assert_int_eq(at, TEXTS[i].at);
    }
    time_reader_describe(&reader, form);
    ck_assert_str_eq(form, "of any of the 3 forms given");
    time_reader_release(&reader);
}
END_TEST

START_TEST(what_is_cut_and_converted_is_counted)
{
    static const char *const TEXTS[] = { "2017-10-02 10:56:33", "2017-10-02", "2017-10-02 10:56:33.123000",
                                         "2017-10-02 10:56:33.1230001", "2017-10-02 10:56:33.1239Z",
                                         "2017-10-02 10:56:33+00:00", "2017-10-02 10:56:33.1239+24:00", "x" };
    struct time_reader reader;
    int64_t at;

    use(&reader, NULL);
    for (int i = 0; i < ROWS(TEXTS); i++)
        time_reader_parse(&reader, TEXTS[i], &at);
    ck_assert_uint_eq(reader.cut, 2);
    ck_assert_uint_eq(reader.converted, 2);
    time_reader_release(&reader);
}
END_TEST

static const struct { const char *text, *first, *second; } HINTS[] = {
    { "02-10-2017 10:56", "%m-%d-%Y %H:%M", "%d-%m-%Y %H:%M" },
    { "10/2/2017", "%m/%d/%Y", "%d/%m/%Y" },
    { "10/13/2017 10:56:33 PM", "%m/%d/%Y %I:%M:%S %p", NULL },
    { "13/10/2017 10:56:33", "%d/%m/%Y %H:%M:%S", NULL },
    { "13/10/17", "%d/%m/%y", NULL },
    { "02.10.2017 10:56", "%d.%m.%Y %H:%M", NULL },
    { "02OCT2017:10:56:33", "%d%b%Y:%H:%M:%S", NULL },
    { "Oct 2, 2017, 10:56 PM", "%b %d, %Y, %I:%M %p", NULL },
    { "2017-10-02 10:56:33 UTC", "%Y-%m-%d %H:%M:%S UTC", NULL },
    { "2017-10-02T10:56:33,123+00", "%Y-%m-%dT%H:%M:%S,%f%z", NULL },
    { "20171002", "%Y%m%d", NULL },
    { "20171002105633", "%Y%m%d %H%M%S", NULL },
    { "1506941793", "%s", NULL },
    { "1506941793.5", "%s.%f", NULL },
    { "1506941793000", "%Q", NULL },
    { "43010.4559", NULL, NULL },
    { "2017", NULL, NULL },
    { "x", NULL, NULL },
    { "", NULL, NULL },
};

START_TEST(a_hint_names_what_would_have_read_the_text)
{
    char expected[TIME_HINT_SIZE] = "see --timestamp-format", hint[TIME_HINT_SIZE], reason[REASON_SIZE];
    const char *const named[] = { HINTS[_i].first, HINTS[_i].second };
    struct time_reader reader, other;
    int64_t at;

    if (named[1])
        snprintf(expected, sizeof(expected), "--timestamp-format '%s' or '%s' would read it", named[0], named[1]);
    else if (named[0])
        snprintf(expected, sizeof(expected), "--timestamp-format '%s' would read it", named[0]);
    use(&reader, NULL);
    for (int again = 0; again < 2; again++) {
        ck_assert_int_eq(time_reader_suggest(&reader, HINTS[_i].text, hint), named[0] != NULL);
        ck_assert_str_eq(hint, expected);
    }
    ck_assert_uint_eq(reader.searches, named[0] ? 1 : 2);
    time_reader_release(&reader);
    for (int i = 0; i < 2 && named[i]; i++) {
        ck_assert(time_reader_init(&other, &named[i], 1, reason));
        ck_assert(time_reader_parse(&other, HINTS[_i].text, &at));
        time_reader_release(&other);
    }
}
END_TEST

START_TEST(searches_for_hints_come_to_an_end)
{
    char hint[TIME_HINT_SIZE];
    struct time_reader reader;

    use(&reader, NULL);
    for (int i = 0; i < 1000000; i++)
        ck_assert(!time_reader_suggest(&reader, "10/2/2017 x", hint));
    ck_assert_str_eq(hint, "see --timestamp-format");
    time_reader_release(&reader);
}
END_TEST

SUITE_OF_ROWS("time_format", { times_are_read, ROWS(CASES) }, { formats_that_give_no_time_are_refused, ROWS(REFUSED) },
              { the_longest_reason_fits, 1 }, { formats_are_tried_in_order, 1 }, { what_is_cut_and_converted_is_counted, 1 },
              { a_hint_names_what_would_have_read_the_text, ROWS(HINTS) }, { searches_for_hints_come_to_an_end, 1 })
