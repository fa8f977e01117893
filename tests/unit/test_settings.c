#define _POSIX_C_SOURCE 200809L
#include "settings.h"

#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct settings settings;
static char error[REASON_SIZE];

/* Words of a command line, separated by spaces. */
static enum options_result parse(const char *line)
{
    static char copy[256], program[] = "order-producer";
    char *argv[32] = { program };
    int argc = 1;

    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    *error = '\0';
    return settings_parse(argc, argv, &settings, error);
}

START_TEST(a_file_is_enough)
{
    ck_assert_int_eq(parse("orders.csv"), OPTIONS_OK);
    ck_assert_str_eq(settings.orders, "orders.csv");
    ck_assert_str_eq(settings.topic, "order-events");
    ck_assert_str_eq(settings.order, "time");
    ck_assert_int_eq(settings.create_partitions, 0);
    ck_assert_int_eq(settings.as_of, TIMESTAMP_NONE);
    ck_assert(!settings.dry_run && !settings.log_events && !settings.customers && !settings.items && !settings.rejects);
    ck_assert_int_eq(parse("--create-topic --dry-run -"), OPTIONS_OK);
    ck_assert_int_eq(settings.create_partitions, 6);
    ck_assert_str_eq(settings.orders, "-");
}
END_TEST

START_TEST(what_does_not_go_together_is_refused)
{
    static const struct { const char *line, *error; } BAD[] = {
        { "", "which orders?" },
        { "a.csv b.csv", "'b.csv' is too many" },
        { "--speed 2 --order file a.csv", "--speed replays in event-time order" },
        { "--from 2018-01-02 --to 2018-01-02 a.csv", "--from must lie before --to" },
        { "--from 2018-01-02 --to 2018-01-01 a.csv", "--from must lie before --to" },
        { "--customers - -", "only one file can be '-'" },
        { "--customers - --items - a.csv", "only one file can be '-'" },
        { "--speed 0 a.csv", "--speed needs a number" },
        { "--rate -1 a.csv", "--rate needs a number" },
        { "--duplicates 1.1 a.csv", "--duplicates needs a number from 0 to 1" },
        { "--create-topic=0 a.csv", "--create-topic needs a whole number" },
        { "--order random a.csv", "--order must be one of time|file" },
        { "--lifecycle - a.csv", "--lifecycle needs a file" },
        { "--delimiter : a.csv", "--delimiter is a comma, a semicolon, a pipe or tab, not ':'" },
        { "--delimiter ,; a.csv", "--delimiter is a comma, a semicolon, a pipe or tab, not ',;'" },
        { "--delimiter Tab a.csv", "--delimiter is a comma, a semicolon, a pipe or tab, not 'Tab'" },
        { "--timestamp-format %F --timestamp-format %H a.csv", "--timestamp-format '%H': it gives no date" },
    };

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        ck_assert_msg(parse(BAD[i].line) == OPTIONS_BAD, "%s", BAD[i].line);
        ck_assert_msg(strstr(error, BAD[i].error) != NULL, "%s: %s", BAD[i].line, error);
    }
}
END_TEST

START_TEST(what_goes_together_is_taken)
{
    ck_assert_int_eq(parse("--speed 2 --rate 5 --order time a.csv"), OPTIONS_OK);
    ck_assert_int_eq(parse("--rate 5 --order file a.csv"), OPTIONS_OK);
    ck_assert_int_eq(parse("--from 2018-01-01 --to 2018-01-01T00:00:01 a.csv"), OPTIONS_OK);
    ck_assert_int_eq(parse("--customers - a.csv"), OPTIONS_OK);
    ck_assert_int_eq(parse("--timestamp-format %F --timestamp-format %s a.csv"), OPTIONS_OK);
    ck_assert_int_eq(settings.timestamp_formats.count, 2);
}
END_TEST

SUITE("settings", a_file_is_enough, what_does_not_go_together_is_refused, what_goes_together_is_taken)
