#define _GNU_SOURCE /* O_DIRECT: a pipe that keeps writes apart */
#include "log.h"

#include "suite.h"

#include <fcntl.h>
#include <pthread.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *captured;

/* From here on standard error goes to a file. */
static void capture(void)
{
    captured = tmpfile();
    ck_assert_ptr_nonnull(captured);
    ck_assert_int_ge(dup2(fileno(captured), STDERR_FILENO), 0);
}

static const char *logged(void)
{
    static char text[1 << 20];
    size_t length;

    fflush(stderr);
    rewind(captured);
    length = fread(text, 1, sizeof(text) - 1, captured);
    text[length] = '\0';
    return text;
}

static bool matches(const char *text, const char *pattern)
{
    regex_t regex;
    bool found;

    ck_assert_int_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    found = regexec(&regex, text, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

#define TIME "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z"

START_TEST(a_line_has_time_level_component_and_message)
{
    capture();
    log_error("a", "one %d", 1);
    log_warn("b", "two");
    log_info("c", "three key=%s", "value");
    log_debug("d", "not shown");
    ck_assert_msg(matches(logged(), "^" TIME " ERROR a: one 1\n" TIME " WARN  b: two\n" TIME
                                    " INFO  c: three key=value\n$"), "%s", logged());
}
END_TEST

START_TEST(the_level_decides)
{
    capture();
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("a", "shown");
    log_set_level(LOG_LEVEL_WARN);
    log_info("b", "not shown");
    ck_assert_msg(matches(logged(), "^" TIME " DEBUG a: shown\n$"), "%s", logged());
}
END_TEST

START_TEST(no_byte_steers_a_terminal)
{
    capture();
    log_info("a", "%s", "x\x1B[2J\r\ny\x7F\xC2\x9B" "2J\x9B s\xC3\xA3o");
    ck_assert_msg(strstr(logged(), "a: x\\x1B[2J\\x0D\\x0Ay\\x7F\\xC2\\x9B2J\\x9B s\xC3\xA3o\n") != NULL, "%s", logged());
}
END_TEST

#define OBJECT(level, component, rest)                                                                                 \
    "[{]\"time\":\"" TIME "\",\"level\":\"" level "\",\"component\":\"" component "\",\"message\":" rest "\n"

static const struct {
    const char *message, *object; /* without what comes before the message */
} OBJECTS[] = {
    { "one", "\"one\"}" },
    { "two topic=a events/s=5 ends-at=", "\"two\",\"topic\":\"a\",\"events/s\":\"5\",\"ends-at\":\"\"}" },
    { "rows=1 first=2", "\"\",\"rows\":\"1\",\"first\":\"2\"}" },
    { "NAME      events=1", "\"NAME\",\"events\":\"1\"}" },
    { "-X a=b is wrong; take c=d, or e=f brokers=g=h", "\"-X a=b is wrong; take c=d, or\",\"e\":\"f\",\"brokers\":\"g=h\"}" },
    { "a=1 and that is all", "\"a=1 and that is all\"}" },
    { "own time=1 topic=a", "\"own time=1\",\"topic\":\"a\"}" },
    { "say \"x\" C:\\d path=\"\\", "\"say \\\"x\\\" C:\\\\d\",\"path\":\"\\\"\\\\\"}" },
    { "\x1B[2J\n\xFF s\xC3\xA3o key=\xE2\x80\xAE", "\"\\\\x1B[2J\\\\x0A\\\\xFF s\xC3\xA3o\",\"key\":\"\\\\u202e\"}" },
    { "", "\"\"}" },
};

START_TEST(as_json_a_line_is_an_object)
{
    char expected[256];
    const char *text;

    capture();
    log_set_format("json");
    log_warn("part", "%s", OBJECTS[_i].message);
    text = logged();
    ck_assert_msg(matches(text, "^" OBJECT("WARN", "part", ".*") "$"), "%s", text);
    snprintf(expected, sizeof(expected), "\"message\":%s\n", OBJECTS[_i].object);
    ck_assert_str_eq(strstr(text, "\"message\":"), expected);
}
END_TEST

START_TEST(a_bad_command_line_is_told_in_either_form)
{
    capture();
    log_usage("program", "no");
    log_set_format("json");
    log_usage("program", "no");
    log_set_format("text");
    log_usage("program", "no");
    ck_assert_msg(matches(logged(), "^program: no; try --help\n" OBJECT("ERROR", "program", "\"no\"[}]")
                                    "program: no; try --help\n$"), "%s", logged());
}
END_TEST

START_TEST(a_line_is_one_write)
{
    char text[256];
    int ends[2];
    ssize_t length;

    ck_assert_int_eq(pipe2(ends, O_DIRECT), 0);
    ck_assert_int_ge(dup2(ends[1], STDERR_FILENO), 0);
    log_info("a", "one %s", "s\xC3\xA3o \x1B");
    log_info("b", "two");
    length = read(ends[0], text, sizeof(text) - 1);
    ck_assert_int_gt(length, 0);
    text[length] = '\0';
    ck_assert_msg(matches(text, "^" TIME " INFO  a: one s\xC3\xA3o [\\]x1B\n$"), "%s", text);
}
END_TEST

START_TEST(a_long_message_stays_one_line)
{
    char *text = malloc(100001);

    memset(text, 'x', 100000);
    text[100000] = '\0';
    capture();
    log_info("a", "%s", text);
    log_info("b", "next");
    ck_assert_ptr_eq(strchr(logged(), '\n') + 1, strstr(logged(), "\n") + 1);
    ck_assert(matches(logged(), "x\n" TIME " INFO  b: next\n$"));
    free(text);
}
END_TEST

START_TEST(progress_is_for_terminals)
{
    capture();
    ck_assert(!log_progress_is_due());
    log_progress("half");
    log_progress_end();
    ck_assert_str_eq(logged(), "");
}
END_TEST

enum { THREADS = 8, LINES = 500 };

static void *write_lines(void *nothing)
{
    (void)nothing;
    for (int i = 0; i < LINES; i++)
        log_info("thread", "abcdefghijklmnopqrstuvwxyz");
    return NULL;
}

START_TEST(threads_do_not_mix_their_lines)
{
    pthread_t threads[THREADS];
    int lines = 0;
    char *copy, *rest;

    capture();
    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    copy = rest = strdup(logged());
    for (char *line = strtok_r(rest, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), lines++)
        ck_assert_msg(matches(line, "^" TIME " INFO  thread: abcdefghijklmnopqrstuvwxyz$"), "%s", line);
    ck_assert_int_eq(lines, THREADS * LINES);
    free(copy);
}
END_TEST

SUITE_OF_ROWS("log", { a_line_has_time_level_component_and_message, 1 }, { the_level_decides, 1 },
              { no_byte_steers_a_terminal, 1 }, { as_json_a_line_is_an_object, ROWS(OBJECTS) },
              { a_bad_command_line_is_told_in_either_form, 1 }, { a_line_is_one_write, 1 },
              { a_long_message_stays_one_line, 1 }, { progress_is_for_terminals, 1 }, { threads_do_not_mix_their_lines, 1 })
