/* Which field is which column, and which headers are refused. */
#include "csv_header.h"
#include "suite.h"

#include <string.h>

enum { MANY = 1000 }; /* more fields than there is room for at first */

static const struct csv_column COLUMNS[] = { { "a", true }, { "b", true }, { "c", false } };

static struct csv_header header;

static void take(const char *const *names)
{
    csv_header_init(&header, COLUMNS, 3);
    for (size_t i = 0; names[i]; i++)
        csv_header_take(&header, i, names[i], strlen(names[i]));
}

START_TEST(columns_are_found_by_name)
{
    static const char *const NAMES[] = { "x", "B", "a ", "A", "", NULL };
    char reason[REASON_SIZE];

    take(NAMES);
    ck_assert_uint_eq(csv_header_column(&header, 0), CSV_NO_COLUMN);
    ck_assert_uint_eq(csv_header_column(&header, 1), 1);
    ck_assert_uint_eq(csv_header_column(&header, 2), CSV_NO_COLUMN);
    ck_assert_uint_eq(csv_header_column(&header, 3), 0);
    ck_assert_uint_eq(csv_header_column(&header, MANY), CSV_NO_COLUMN);
    ck_assert(csv_header_check(&header, "", 0, reason));
    ck_assert(!header.has_column[2]);
    csv_header_release(&header);
}
END_TEST

START_TEST(there_may_be_many_fields)
{
    csv_header_init(&header, COLUMNS, 3);
    for (size_t i = 0; i < MANY; i++)
        csv_header_take(&header, i, i == MANY - 1 ? "c" : "x", 1);
    ck_assert_uint_eq(csv_header_column(&header, MANY - 1), 2);
    ck_assert_uint_eq(csv_header_column(&header, MANY), CSV_NO_COLUMN);
    csv_header_release(&header);
}
END_TEST

static const struct {
    const char *names[4], *line, *reason;
} REFUSED[] = {
    { { "a", "b", "B" }, "a,b,B", "the column b appears twice in its header" },
    { { "c" }, "c", "its first line has no column named a, b" },
    { { "<a>" }, "<a>", "it is HTML or XML, no CSV file" },
};

START_TEST(a_header_is_refused)
{
    char reason[REASON_SIZE];

    take(REFUSED[_i].names);
    ck_assert(!csv_header_check(&header, REFUSED[_i].line, strlen(REFUSED[_i].line), reason));
    ck_assert_str_eq(reason, REFUSED[_i].reason);
    csv_header_release(&header);
}
END_TEST

SUITE_OF_ROWS("csv_header", { columns_are_found_by_name, 1 }, { there_may_be_many_fields, 1 }, { a_header_is_refused, ROWS(REFUSED) })
