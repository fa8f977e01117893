#define _POSIX_C_SOURCE 200809L
#include "options.h"

#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct settings {
    bool flag;
    const char *text, *choice;
    int64_t integer, partitions, time;
    double decimal;
    struct option_values values;
};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct option_row ROWS[] = {
    { .name = "flag", .letter = 'f', .type = OPTION_FLAG, .help = "a flag", AT(flag) },
    { .name = "text", .letter = 't', .type = OPTION_TEXT, .argument = "TEXT", .environment = "TEST_TEXT",
      .fallback = "default", .help = "a text that takes so many words to explain that they do not fit into one line",
      AT(text) },
    { .name = "choice", .type = OPTION_CHOICE, .argument = "A|B", .choices = "time|file", .fallback = "time",
      .help = "a choice", AT(choice) },
    { .name = "integer", .type = OPTION_INTEGER, .argument = "N", .environment = "TEST_INTEGER", .min = 1, .max = 100,
      .help = "an integer", AT(integer) },
    { .name = "partitions", .type = OPTION_INTEGER, .argument = "N", .argument_is_optional = true, .implied = "6",
      .min = 1, .max = 100, .help = "an integer that may be left out", AT(partitions) },
    { .name = "decimal", .type = OPTION_DECIMAL, .argument = "N", .min = 0, .max = 1, .help = "a decimal", AT(decimal) },
    { .name = "time", .type = OPTION_TIME, .argument = "TIME", .help = "a time", AT(time) },
    { .name = "property", .letter = 'X', .type = OPTION_REPEATED, .argument = "NAME=VALUE", .help = "many", AT(values) },
};

static const struct option_table TABLE = {
    .program = "test", .summary = "Tests.", .arguments = "FILE", .rows = ROWS,
    .row_count = sizeof(ROWS) / sizeof(ROWS[0]),
};

static struct settings settings;
static char error[REASON_SIZE];
static int first;

/* Words of a command line, separated by spaces; _ stands for an empty one. */
static enum options_result parse(const char *line)
{
    static char copy[256], program[] = "test", empty[] = "";
    char *argv[32] = { program };
    int argc = 1;

    settings = (struct settings){ 0 };
    snprintf(copy, sizeof(copy), "%s", line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = strcmp(word, "_") == 0 ? empty : word;
    *error = '\0';
    return options_parse(&TABLE, argc, argv, &settings, &first, error);
}

START_TEST(defaults_stand_where_nothing_is_given)
{
    ck_assert_int_eq(parse(""), OPTIONS_OK);
    ck_assert(!settings.flag);
    ck_assert_str_eq(settings.text, "default");
    ck_assert_str_eq(settings.choice, "time");
    ck_assert_int_eq(settings.integer, 0);
    ck_assert_int_eq(settings.partitions, 0);
    ck_assert_int_eq(settings.time, TIMESTAMP_NONE);
    ck_assert_uint_eq(settings.values.count, 0);
    ck_assert_int_eq(first, 1);
}
END_TEST

START_TEST(every_type_is_read)
{
    ck_assert_int_eq(parse("-f --text=x --choice file --integer 100 --partitions --decimal 0.25 --time 2018-01-31 "
                           "-X a=1 --property b=2 FILE"), OPTIONS_OK);
    ck_assert(settings.flag);
    ck_assert_str_eq(settings.text, "x");
    ck_assert_str_eq(settings.choice, "file");
    ck_assert_int_eq(settings.integer, 100);
    ck_assert_int_eq(settings.partitions, 6);
    ck_assert(settings.decimal > 0.249 && settings.decimal < 0.251);
    ck_assert_int_eq(settings.time, INT64_C(1517356800000));
    ck_assert_uint_eq(settings.values.count, 2);
    ck_assert_str_eq(settings.values.values[0], "a=1");
    ck_assert_str_eq(settings.values.values[1], "b=2");
    ck_assert_int_eq(parse("--partitions=3 --time 2018-01-31T12:00:00.5 -tx"), OPTIONS_OK);
    ck_assert_int_eq(settings.partitions, 3);
    ck_assert_int_eq(settings.time, INT64_C(1517400000500));
    ck_assert_str_eq(settings.text, "x");
}
END_TEST

START_TEST(arguments_come_behind_the_options)
{
    ck_assert_int_eq(parse("--flag FILE -"), OPTIONS_OK);
    ck_assert_int_eq(first, 2);
    ck_assert_int_eq(parse("-- --flag"), OPTIONS_OK);
    ck_assert(!settings.flag);
    ck_assert_int_eq(first, 2);
}
END_TEST

START_TEST(flag_beats_environment_beats_default)
{
    setenv("TEST_TEXT", "from environment", 1);
    ck_assert_int_eq(parse(""), OPTIONS_OK);
    ck_assert_str_eq(settings.text, "from environment");
    ck_assert_int_eq(parse("--text x"), OPTIONS_OK);
    ck_assert_str_eq(settings.text, "x");
    setenv("TEST_TEXT", "", 1); /* as good as unset */
    ck_assert_int_eq(parse(""), OPTIONS_OK);
    ck_assert_str_eq(settings.text, "default");
    setenv("TEST_INTEGER", "many", 1);
    ck_assert_int_eq(parse(""), OPTIONS_BAD);
    ck_assert_ptr_nonnull(strstr(error, "TEST_INTEGER"));
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
    static const struct { const char *line, *error; } BAD[] = {
        { "--nothing", "unknown option '--nothing'" },
        { "-q", "unknown option '-q'" },
        { "-qf", "unknown option '-q'" },
        { "-fq", "unknown option '-q'" },
        { "--text", "--text needs a value" },
        { "--text _", "--text needs a value that is not empty" },
        { "--choice other", "--choice must be one of time|file" },
        { "--choice tim", "--choice must be one of time|file" },
        { "--choice time|file", "--choice must be one of time|file" },
        { "--choice _", "--choice must be one of time|file" },
        { "--integer 0", "--integer needs a whole number from 1 to 100, not '0'" },
        { "--integer 101", "--integer needs a whole number" },
        { "--integer 7x", "--integer needs a whole number" },
        { "--integer 1.5", "--integer needs a whole number" },
        { "--integer _", "--integer needs a whole number" },
        { "--integer 99999999999999999999", "--integer needs a whole number" },
        { "--partitions=_", "--partitions needs a whole number" },
        { "--decimal 1.01", "--decimal needs a number from 0 to 1" },
        { "--decimal -0.5", "--decimal needs a number" },
        { "--decimal nan", "--decimal needs a number" },
        { "--decimal inf", "--decimal needs a number" },
        { "--decimal 0.5x", "--decimal needs a number" },
        { "--time yesterday", "--time needs a time like" },
        { "--time 2018-02-30", "--time needs a time like" },
    };

    for (size_t i = 0; i < sizeof(BAD) / sizeof(BAD[0]); i++) {
        ck_assert_msg(parse(BAD[i].line) == OPTIONS_BAD, "%s", BAD[i].line);
        ck_assert_msg(strstr(error, BAD[i].error) != NULL, "%s: %s", BAD[i].line, error);
        ck_assert_ptr_null(strchr(error, '\n'));
    }
}
END_TEST

START_TEST(too_many_values_are_refused)
{
    static char program[] = "test", option[] = "-X", value[] = "a=b";
    char *argv[2 * OPTION_VALUES_MAX + 3] = { program };
    int argc = 1;

    for (int i = 0; i <= OPTION_VALUES_MAX; i++) {
        if (i == OPTION_VALUES_MAX)
            ck_assert_int_eq(options_parse(&TABLE, argc, argv, &settings, &first, error), OPTIONS_OK);
        argv[argc++] = option;
        argv[argc++] = value;
        settings = (struct settings){ 0 };
    }
    ck_assert_int_eq(options_parse(&TABLE, argc, argv, &settings, &first, error), OPTIONS_BAD);
}
END_TEST

START_TEST(help_names_all_within_80_columns)
{
    char *text = NULL;
    size_t size = 0, column = 0;
    FILE *out = open_memstream(&text, &size);

    options_print_help(&TABLE, out);
    fclose(out);
    for (size_t i = 0; i < TABLE.row_count; i++) {
        char option[64];

        snprintf(option, sizeof(option), "--%s", ROWS[i].name);
        ck_assert_msg(strstr(text, option) != NULL, "%s", option);
    }
    ck_assert_ptr_nonnull(strstr(text, "$TEST_TEXT"));
    ck_assert_ptr_nonnull(strstr(text, "--partitions[=N]"));
    for (const char *c = text; *c; c++) {
        column = *c == '\n' ? 0 : column + 1;
        ck_assert_uint_le(column, 80);
    }
    free(text);
}
END_TEST

SUITE("options", defaults_stand_where_nothing_is_given, every_type_is_read, arguments_come_behind_the_options,
      flag_beats_environment_beats_default, what_is_wrong_is_said, too_many_values_are_refused,
      help_names_all_within_80_columns)
