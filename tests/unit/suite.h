/*
 * suite.h - the main function of a Check suite: a list of its tests.
 *
 *     START_TEST(adds) { ck_assert_int_eq(1 + 1, 2); } END_TEST
 *
 *     SUITE("arithmetic", adds, subtracts)
 *
 * A test may be one for each row of a table. The row's number is _i in it:
 *
 *     START_TEST(multiplies) { ck_assert_int_eq(CASES[_i].a * CASES[_i].b, CASES[_i].product); } END_TEST
 *
 *     SUITE_OF_ROWS("arithmetic", { adds, 1 }, { multiplies, ROWS(CASES) })
 *
 * Tests and rows run side by side, each in a process of its own: those against
 * the mock cluster mostly wait. CK_RUN_CASE=adds runs one of them alone.
 */
#ifndef SUITE_H
#define SUITE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SUITE_SIDE_BY_SIDE = 64, SUITE_TIMEOUT_S = 120 };

struct suite_test {
    const TTest *test;
    int rows;
};

#define ROWS(table) (int)(sizeof(table) / sizeof((table)[0]))

static inline int run_row(const char *name, const TTest *test, int row)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(test->name);
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, SUITE_TIMEOUT_S);
    tcase_add_loop_test(tcase, test, row, row + 1);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    if (failed)
        srunner_print(runner, CK_NORMAL);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Waits for one of the tests. How many of them failed: 0 or 1. */
static inline int await_row(void)
{
    int status = EXIT_FAILURE;

    return wait(&status) < 0 || status != 0;
}

static inline int run_suite(const char *name, const struct suite_test *tests, size_t count)
{
    int started = 0, running = 0, failed = 0;

    for (size_t i = 0; i < count; i++) {
        for (int row = 0; row < tests[i].rows; row++, started++, running++) {
            pid_t child;

            if (running == SUITE_SIDE_BY_SIDE) {
                failed += await_row();
                running--;
            }
            child = fork();
            if (child < 0)
                abort();
            if (child == 0)
                exit(run_row(name, tests[i].test, row));
        }
    }
    for (; running > 0; running--)
        failed += await_row();
    printf("%s: %d tests, %d failed\n", name, started, failed);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#define SUITE_OF_ROWS(name, ...)                                                                                       \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const struct suite_test tests[] = { __VA_ARGS__ };                                                             \
        return run_suite(name, tests, sizeof(tests) / sizeof(tests[0]));                                               \
    }

#define SUITE(name, ...)                                                                                               \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const alone[] = { __VA_ARGS__ };                                                                  \
        struct suite_test tests[sizeof(alone) / sizeof(alone[0])];                                                     \
        for (int i = 0; i < ROWS(alone); i++)                                                                          \
            tests[i] = (struct suite_test){ alone[i], 1 };                                                             \
        return run_suite(name, tests, sizeof(tests) / sizeof(tests[0]));                                               \
    }

#endif
