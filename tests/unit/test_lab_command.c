#define _POSIX_C_SOURCE 200809L /* strtok_r */
#include "lab_command.h"

#include "suite.h"

#include <string.h>

/* Queries as text: "count=2&other". A value that is missing stays NULL. */
static size_t split(char *query, struct lab_argument arguments[LAB_ARGUMENTS_MAX])
{
    size_t count = 0;

    for (char *rest = query, *name; (name = strtok_r(NULL, "&", &rest));) {
        char *equals = strchr(name, '=');

        if (equals)
            *equals = '\0';
        ck_assert_uint_lt(count, LAB_ARGUMENTS_MAX);
        arguments[count++] = (struct lab_argument){ name, equals ? equals + 1 : NULL };
    }
    return count;
}

static bool parse(const char *path, const char *query, struct lab_command *command, char reason[REASON_SIZE])
{
    struct lab_argument arguments[LAB_ARGUMENTS_MAX];
    char copy[128];

    snprintf(copy, sizeof(copy), "%s", query);
    return lab_command_parse(path, arguments, split(copy, arguments), command, reason);
}

static const struct {
    const char *path, *query;
    struct lab_command command;
} GOOD[] = {
    { "/lab/consumers", "", { .verb = LAB_START } },
    { "/lab/consumers", "count=1", { .verb = LAB_START, .count = 1 } },
    { "/lab/consumers", "count=8", { .verb = LAB_START, .count = 8 } },
    { "/lab/kill", "number=1", { .verb = LAB_KILL, .number = 1 } },
    { "/lab/stop", "number=1000000", { .verb = LAB_STOP, .number = 1000000 } },
    { "/lab/replay", "", { .verb = LAB_REPLAY } },
    { "/lab/replay", "rate=1", { .verb = LAB_REPLAY, .rate = 1 } },
    { "/lab/replay", "speed=1000000000&duplicates=100", { .verb = LAB_REPLAY, .speed = 1000000000, .duplicates = 100 } },
    { "/lab/replay", "duplicates=10&rate=1000000", { .verb = LAB_REPLAY, .rate = 1000000, .duplicates = 10 } },
    { "/lab/rewind", "", { .verb = LAB_REWIND } },
    { "/lab/rewind", "records=1000000000000", { .verb = LAB_REWIND, .records = 1000000000000 } },
};

START_TEST(commands_are_read)
{
    struct lab_command command;
    char reason[REASON_SIZE];

    ck_assert_msg(parse(GOOD[_i].path, GOOD[_i].query, &command, reason), "%s", reason);
    ck_assert_int_eq(command.verb, GOOD[_i].command.verb);
    ck_assert_int_eq(command.count, GOOD[_i].command.count);
    ck_assert_int_eq(command.number, GOOD[_i].command.number);
    ck_assert_int_eq(command.rate, GOOD[_i].command.rate);
    ck_assert_int_eq(command.speed, GOOD[_i].command.speed);
    ck_assert_int_eq(command.duplicates, GOOD[_i].command.duplicates);
    ck_assert_int_eq(command.records, GOOD[_i].command.records);
}
END_TEST

static const struct {
    const char *path, *query, *reason;
} BAD[] = {
    { "/lab", "", "there is no such command" },
    { "/lab/", "", "there is no such command" },
    { "/lab/consumers/", "", "there is no such command" },
    { "/lab/consumers", "count", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=0", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=9", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=-1", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=+1", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count= 1", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=1.0", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=1e0", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=0x1", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=18446744073709551617", "count needs a whole number from 1 to 8" },
    { "/lab/consumers", "count=1&count=1", "count is given twice" },
    { "/lab/consumers", "number=1", "/lab/consumers has no parameter of this name" },
    { "/lab/consumers", "Count=1", "/lab/consumers has no parameter of this name" },
    { "/lab/kill", "", "/lab/kill needs the parameter number" },
    { "/lab/kill", "number=1000001", "number needs a whole number from 1 to 1000000" },
    { "/lab/stop", "", "/lab/stop needs the parameter number" },
    { "/lab/replay", "rate=1&speed=1", "rate and speed exclude each other: give one of them" },
    { "/lab/replay", "duplicates=101", "duplicates needs a whole number from 1 to 100" },
    { "/lab/replay", "file=/etc/passwd", "/lab/replay has no parameter of this name" },
    { "/lab/rewind", "records=1000000000001", "records needs a whole number from 1 to 1000000000000" },
};

START_TEST(all_others_are_refused)
{
    struct lab_command command;
    char reason[REASON_SIZE] = "";

    ck_assert(!parse(BAD[_i].path, BAD[_i].query, &command, reason));
    ck_assert_str_eq(reason, BAD[_i].reason);
}
END_TEST

START_TEST(a_path_of_a_command_is_recognised)
{
    for (int i = 0; i < ROWS(GOOD); i++)
        ck_assert(lab_command_exists(GOOD[i].path));
    ck_assert(!lab_command_exists("/lab"));
    ck_assert(!lab_command_exists("/api/lab"));
}
END_TEST

SUITE_OF_ROWS("lab_command", { commands_are_read, ROWS(GOOD) }, { all_others_are_refused, ROWS(BAD) },
              { a_path_of_a_command_is_recognised, 1 })
