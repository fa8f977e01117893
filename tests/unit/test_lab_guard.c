#include "lab_guard.h"

#include "suite.h"

#include <string.h>

static const char TOKEN[LAB_TOKEN_SIZE] = "0123456789abcdef0123456789abcdef";

#define HERE "127.0.0.1:8090"
#define OWN "http://127.0.0.1:8090"

static const struct {
    struct lab_headers headers; /* host, origin, site, token, length, encoding */
    bool may_read, may_change;
} CASES[] = {
    { { HERE, OWN, "same-origin", TOKEN, "0", NULL }, true, true }, /* the page in a browser */
    { { HERE, NULL, NULL, TOKEN, NULL, NULL }, true, true },        /* curl */
    { { "localhost:9000", "http://localhost:9000", "same-origin", TOKEN, "0", NULL }, true, true }, /* an ssh tunnel */
    { { "[::1]:8090", "http://[::1]:8090", "same-origin", TOKEN, "0", NULL }, true, true },
    { { HERE, NULL, "none", TOKEN, NULL, NULL }, true, false }, /* an address that somebody types */
    { { NULL, OWN, "same-origin", TOKEN, "0", NULL }, false, false },
    { { HERE, "http://evil.example", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "http://127.0.0.1:8091", NULL, TOKEN, "0", NULL }, false, false }, /* another server of this machine */
    { { HERE, "http://localhost:8090", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "https://127.0.0.1:8090", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "http://127.0.0.1:80901", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "http://127.0.0.1:8090/", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "null", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, "", NULL, TOKEN, "0", NULL }, false, false },
    { { HERE, OWN, "cross-site", TOKEN, "0", NULL }, false, false },
    { { HERE, OWN, "same-site", TOKEN, "0", NULL }, false, false },
    { { HERE, OWN, "", TOKEN, "0", NULL }, false, false },
    { { HERE, OWN, "same-origin", NULL, "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "0123456789abcdef0123456789abcdee", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "1123456789abcdef0123456789abcdef", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "0123456789abcdef0123456789abcde", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "0123456789abcdef0123456789abcdef0", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", "0123456789ABCDEF0123456789ABCDEF", "0", NULL }, true, false },
    { { HERE, OWN, "same-origin", TOKEN, "1", NULL }, true, false },
    { { HERE, OWN, "same-origin", TOKEN, "00", NULL }, true, false },
    { { HERE, OWN, "same-origin", TOKEN, NULL, "chunked" }, true, false },
};

START_TEST(only_requests_of_its_own_page_are_admitted)
{
    char reason[REASON_SIZE] = "";

    ck_assert_int_eq(lab_guard_admits(TOKEN, &CASES[_i].headers, false, reason), CASES[_i].may_read);
    ck_assert_int_eq(*reason == '\0', CASES[_i].may_read);
    *reason = '\0';
    ck_assert_int_eq(lab_guard_admits(TOKEN, &CASES[_i].headers, true, reason), CASES[_i].may_change);
    ck_assert_int_eq(*reason == '\0', CASES[_i].may_change);
}
END_TEST

START_TEST(tokens_are_random)
{
    char one[LAB_TOKEN_SIZE], other[LAB_TOKEN_SIZE];

    lab_token_make(one);
    lab_token_make(other);
    ck_assert_uint_eq(strlen(one), LAB_TOKEN_SIZE - 1);
    ck_assert_uint_eq(strspn(one, "0123456789abcdef"), LAB_TOKEN_SIZE - 1);
    ck_assert_str_ne(one, other);
    ck_assert_int_ne(memcmp(one, other, LAB_TOKEN_SIZE / 2), 0);
    ck_assert_int_ne(memcmp(one + LAB_TOKEN_SIZE / 2, other + LAB_TOKEN_SIZE / 2, LAB_TOKEN_SIZE / 2), 0);
}
END_TEST

SUITE_OF_ROWS("lab_guard", { only_requests_of_its_own_page_are_admitted, ROWS(CASES) }, { tokens_are_random, 1 })
