/* Texts that fit, and texts that do not. */
#include "reason.h"
#include "suite.h"

#include <string.h>

START_TEST(it_is_false_and_has_the_text)
{
    char reason[REASON_SIZE];

    ck_assert(!reason_set(reason, "'%s' is not a %s", "x", "port"));
    ck_assert_str_eq(reason, "'x' is not a port");
    ck_assert(!reason_set_at_line(reason, UINT64_MAX, "%d", 7));
    ck_assert_str_eq(reason, "line 18446744073709551615: 7");
}
END_TEST

START_TEST(what_does_not_fit_is_cut_off)
{
    char reason[REASON_SIZE + 1] = "", longest[2 * REASON_SIZE] = "";

    reason[REASON_SIZE] = '!';
    memset(longest, 'a', sizeof(longest) - 1);
    ck_assert(!reason_set(reason, "%s", longest));
    ck_assert_uint_eq(strlen(reason), REASON_SIZE - 1);
    ck_assert(!reason_set_at_line(reason, 12, "%s", longest));
    ck_assert_uint_eq(strlen(reason), REASON_SIZE - 1);
    ck_assert(strncmp(reason, "line 12: aaa", 12) == 0);
    ck_assert_int_eq(reason[REASON_SIZE], '!');
}
END_TEST

SUITE("reason", it_is_false_and_has_the_text, what_does_not_fit_is_cut_off)
