#include "host.h"

#include "suite.h"

static const struct {
    const char *host;
    bool is_no_name;
} CASES[] = {
    { "127.0.0.1", true },
    { "127.0.0.1:8090", true },
    { "192.168.1.5:8090", true },
    { "[::1]", true },
    { "[::1]:8090", true },
    { "localhost", true },
    { "LocalHost:9000", true },
    { "", false },
    { "evil.example", false },
    { "evil.example:8090", false },
    { "localhost.evil.example", false },
    { "127.0.0.1.evil.example", false },
    { "127.0.0.1 evil.example", false },
    { "localhosts", false },
    { "[::1", false },
    { "[::1]evil.example", false },
    { "[evil.example]", false },
    { "[127.0.0.1]", false },
    { "::1", false },
    { "1", false }, /* no form that a browser sends */
    { "0123456789012345678901234567890123456789012345678901234567890123456789", false },
};

START_TEST(a_name_that_somebody_can_own_is_told_from_an_address)
{
    ck_assert_int_eq(host_is_no_name(CASES[_i].host), CASES[_i].is_no_name);
}
END_TEST

SUITE_OF_ROWS("host", { a_name_that_somebody_can_own_is_told_from_an_address, ROWS(CASES) })
