#define _POSIX_C_SOURCE 200809L
#include "rejects.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/rejects.XXXXXX";

static const char *content(void)
{
    static char text[65536];
    FILE *file = fopen(path, "r");
    size_t length;

    ck_assert_ptr_nonnull(file);
    length = fread(text, 1, sizeof(text) - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

START_TEST(the_file_is_csv)
{
    struct rejects rejects;

    ck_assert_int_ge(close(mkstemp(path)), 0);
    ck_assert(rejects_open(&rejects, path));
    rejects_add(&rejects, "orders, \"new\".csv", 17, "a, b", "x,\"y\"\r", 6);
    rejects_add(&rejects, "f", 18, "r", "a\0b", 3);
    ck_assert_uint_eq(rejects.count, 2);
    ck_assert(rejects_close(&rejects));
    ck_assert_str_eq(content(), "file,line,reason,row\n"
                                "\"orders, \"\"new\"\".csv\",17,\"a, b\",\"x,\"\"y\"\"\r\"\n"
                                "\"f\",18,\"r\",\"a\xEF\xBF\xBD" "b\"\n");
    unlink(path);
}
END_TEST

START_TEST(all_go_to_the_file_though_few_are_logged)
{
    enum { COUNT = 500 };
    struct rejects rejects;
    int lines = 0;

    ck_assert_int_ge(close(mkstemp(path)), 0);
    ck_assert(rejects_open(&rejects, path));
    for (int i = 0; i < COUNT; i++)
        rejects_add(&rejects, "f", 1, "r", "x", 1);
    ck_assert(rejects_close(&rejects));
    for (const char *c = content(); *c; c++)
        lines += *c == '\n';
    ck_assert_int_eq(lines, 1 + COUNT);
    unlink(path);
}
END_TEST

START_TEST(without_a_file_they_are_counted)
{
    struct rejects rejects;

    ck_assert(rejects_open(&rejects, NULL));
    rejects_add(&rejects, "f", 1, "r", "x", 1);
    ck_assert_uint_eq(rejects.count, 1);
    ck_assert(rejects_close(&rejects));
}
END_TEST

START_TEST(a_file_that_cannot_be_made_or_written_is_said)
{
    struct rejects rejects;

    ck_assert(!rejects_open(&rejects, "/nonexistent/rejects.csv"));
    ck_assert(rejects_open(&rejects, "/dev/full"));
    rejects_add(&rejects, "f", 1, "r", "x", 1);
    ck_assert(!rejects_close(&rejects));
}
END_TEST

SUITE("rejects", the_file_is_csv, all_go_to_the_file_though_few_are_logged, without_a_file_they_are_counted,
      a_file_that_cannot_be_made_or_written_is_said)
