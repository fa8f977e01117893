#define _POSIX_C_SOURCE 200809L
#include "secrets.h"

#include "suite.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/secrets.XXXXXX";

static void put(const char *text)
{
    int file = mkstemp(path);

    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

static void drop(struct option_values *properties, size_t count) /* those that came from a file */
{
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)properties->values[i]);
}

static const struct {
    const char *text, *password, *reason;
} PASSWORDS[] = {
    { "secret\n", "secret", NULL },
    { "secret", "secret", NULL },
    { "secret\r\n", "secret", NULL },
    { " with blanks \nand another line\n", " with blanks ", NULL },
    { "", NULL, "has no password in its first line" },
    { "\n", NULL, "has no password in its first line" },
    { "\nsecret\n", NULL, "has no password in its first line" },
};

START_TEST(a_password_is_the_first_line)
{
    char password[SECRET_SIZE], error[REASON_SIZE] = "";
    bool good = PASSWORDS[_i].password;

    put(PASSWORDS[_i].text);
    ck_assert_int_eq(secrets_read_password(path, password, error), good);
    if (good)
        ck_assert_str_eq(password, PASSWORDS[_i].password);
    else
        ck_assert_ptr_nonnull(strstr(error, PASSWORDS[_i].reason));
    unlink(path);
}
END_TEST

START_TEST(a_password_has_a_limit)
{
    char text[SECRET_SIZE + 1] = "", password[SECRET_SIZE], error[REASON_SIZE];

    memset(text, 'p', SECRET_SIZE - 1);
    put(text);
    ck_assert(secrets_read_password(path, password, error));
    ck_assert_str_eq(password, text);
    unlink(path);

    strcpy(path, "/tmp/secrets.XXXXXX");
    text[SECRET_SIZE - 1] = 'p';
    put(text);
    ck_assert(!secrets_read_password(path, password, error));
    ck_assert_ptr_nonnull(strstr(error, "longer than 1023 bytes"));
    ck_assert_ptr_null(strstr(error, "ppp"));
    unlink(path);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_named)
{
    struct option_values properties = { .count = 0 };
    char password[SECRET_SIZE], error[REASON_SIZE];

    ck_assert(!secrets_read_password("/nowhere/password", password, error));
    ck_assert_ptr_nonnull(strstr(error, "/nowhere/password"));
    ck_assert(!secrets_read_password("/tmp", password, error)); /* it opens, and cannot be read */
    ck_assert_ptr_nonnull(strstr(error, "cannot read"));
    ck_assert(!secrets_read_properties("/nowhere/properties", &properties, error));
    ck_assert_ptr_nonnull(strstr(error, "/nowhere/properties"));
    ck_assert(!secrets_read_properties("/tmp", &properties, error));
    ck_assert_ptr_nonnull(strstr(error, "cannot read"));
}
END_TEST

START_TEST(properties_come_before_those_of_the_command_line)
{
    struct option_values properties = { .values = { "a=3" }, .count = 1 };
    char error[REASON_SIZE];

    put("# a comment\n\na=1\nb=x = y\r\nc=");
    ck_assert_msg(secrets_read_properties(path, &properties, error), "%s", error);
    ck_assert_uint_eq(properties.count, 4);
    ck_assert_str_eq(properties.values[0], "a=1");
    ck_assert_str_eq(properties.values[1], "b=x = y");
    ck_assert_str_eq(properties.values[2], "c=");
    ck_assert_str_eq(properties.values[3], "a=3");
    drop(&properties, 3);
    unlink(path);
}
END_TEST

static const char *const BAD_LINES[] = { "hidden", "=hidden", "a =hidden", "a= hidden", " a=hidden" };

START_TEST(a_bad_line_is_named_and_not_shown)
{
    struct option_values properties = { .values = { "a=3" }, .count = 1 };
    char text[64], error[REASON_SIZE];

    snprintf(text, sizeof(text), "# one\nb=2\n%s\n", BAD_LINES[_i]);
    put(text);
    ck_assert(!secrets_read_properties(path, &properties, error));
    ck_assert_ptr_nonnull(strstr(error, "line 3 "));
    ck_assert_ptr_null(strstr(error, "hidden"));
    ck_assert_uint_eq(properties.count, 1);
    unlink(path);
}
END_TEST

START_TEST(properties_have_a_limit)
{
    struct option_values properties = { .count = 0 };
    char text[4 * (OPTION_VALUES_MAX + 1) + 1] = "", error[REASON_SIZE];

    for (int i = 0; i < OPTION_VALUES_MAX; i++)
        strcat(text, "a=1\n");
    put(text);
    ck_assert(secrets_read_properties(path, &properties, error));
    ck_assert_uint_eq(properties.count, OPTION_VALUES_MAX);
    ck_assert(!secrets_read_properties(path, &properties, error)); /* as many again */
    ck_assert_ptr_nonnull(strstr(error, "and the command line have more"));
    unlink(path);

    strcpy(path, "/tmp/secrets.XXXXXX");
    strcat(text, "a=1\n");
    put(text);
    ck_assert(!secrets_read_properties(path, &properties, error));
    ck_assert_ptr_nonnull(strstr(error, "one property too many"));
    drop(&properties, properties.count);
    unlink(path);
}
END_TEST

START_TEST(what_shows_a_secret_is_known)
{
    ck_assert_str_eq(secrets_shown(&(struct option_values){ .values = { "a=1", "sasl.password=x" }, .count = 2 }),
                     "sasl.password");
    ck_assert_str_eq(secrets_shown(&(struct option_values){ .values = { "ssl.key.pem" }, .count = 1 }), "ssl.key.pem");
    ck_assert_ptr_null(secrets_shown(&(struct option_values){ .values = { "sasl.passwords=x" }, .count = 1 }));
    ck_assert_ptr_null(secrets_shown(&(struct option_values){ .values = { "sasl.username=x", "=x" }, .count = 2 }));
    ck_assert_ptr_null(secrets_shown(&(struct option_values){ .count = 0 }));
}
END_TEST

SUITE_OF_ROWS("secrets", { a_password_is_the_first_line, ROWS(PASSWORDS) }, { a_password_has_a_limit, 1 },
              { a_file_that_cannot_be_read_is_named, 1 }, { properties_come_before_those_of_the_command_line, 1 },
              { a_bad_line_is_named_and_not_shown, ROWS(BAD_LINES) }, { properties_have_a_limit, 1 },
              { what_shows_a_secret_is_known, 1 })
