/* What a program says before it aborts. */
#define _GNU_SOURCE
#include "bug.h"
#include "memory.h"
#include "suite.h"

#include <string.h>

static void find_bug(void)
{
    BUG("a value that does not exist");
}

static void run_out_of_memory(void)
{
    checked(NULL);
}

static const struct {
    void (*fails)(void);
    const char *says;
} FAILURES[] = {
    { find_bug, ": internal error at tests/unit/test_bug.c:11: a value that does not exist\n" },
    { run_out_of_memory, ": out of memory at tests/unit/test_bug.c:16\n" },
};

START_TEST(it_says_where_and_aborts)
{
    char said[256] = "";
    int pipe_ends[2], status = 0;
    pid_t child;

    ck_assert_int_eq(pipe(pipe_ends), 0);
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(pipe_ends[1], STDERR_FILENO);
        FAILURES[_i].fails();
        _exit(0);
    }
    close(pipe_ends[1]);
    ck_assert_int_gt(read(pipe_ends[0], said, sizeof(said) - 1), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    ck_assert_msg(strstr(said, FAILURES[_i].says), "%s", said);
}
END_TEST

SUITE_OF_ROWS("bug", { it_says_where_and_aborts, ROWS(FAILURES) })
