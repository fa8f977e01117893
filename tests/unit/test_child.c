/* With sh as the program. */
#define _GNU_SOURCE /* environ, kill */
#include "child.h"

#include "stop.h"
#include "suite.h"
#include "watched_log.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void start_sh(struct child *child, const char *commands)
{
    char *const arguments[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, strdup(commands), NULL };
    char reason[REASON_SIZE];

    ck_assert_msg(child_start(child, arguments, reason), "%s", reason);
    free(arguments[2]);
}

static void await_end(struct child *child)
{
    while (child_update(child))
        poll(NULL, 0, 5);
}

static void run_sh(struct child *child, const char *commands)
{
    start_sh(child, commands);
    await_end(child);
}

START_TEST(it_has_the_status_and_the_last_line)
{
    struct child child;

    watch_log();
    run_sh(&child, "echo one; echo two >&2; exit 7");
    ck_assert(!child.is_alive);
    ck_assert(WIFEXITED(child.status));
    ck_assert_int_eq(WEXITSTATUS(child.status), 7);
    ck_assert_str_eq(child.line, "two");
    ck_assert_str_eq(watched_log(), "one\ntwo\n");
}
END_TEST

START_TEST(a_last_line_needs_no_end)
{
    struct child child;

    run_sh(&child, "echo one; printf two");
    ck_assert_str_eq(child.line, "two");
}
END_TEST

START_TEST(a_line_without_end_does_not_overflow)
{
    struct child child;

    watch_log();
    run_sh(&child, "i=0; while [ $i -lt 1000 ]; do printf 0123456789; i=$((i + 1)); done; printf '\\nend\\n'");
    ck_assert_str_eq(child.line, "end");
    ck_assert_uint_gt(strlen(watched_log()), 10000);
}
END_TEST

START_TEST(what_is_shown_is_clean)
{
    struct child child;

    run_sh(&child, "printf 'a\\033[31mb\\377c\\n'");
    ck_assert_str_eq(child.line, "a?[31mb?c");
}
END_TEST

START_TEST(a_signal_ends_it)
{
    struct child child;

    start_sh(&child, "echo ready; exec sleep 60");
    while (child_update(&child) && strcmp(child.line, "ready") != 0)
        poll(NULL, 0, 5);
    ck_assert(child.is_alive);
    child_signal(&child, SIGKILL);
    await_end(&child);
    ck_assert(WIFSIGNALED(child.status));
    ck_assert_int_eq(WTERMSIG(child.status), SIGKILL);
}
END_TEST

/* While a handler is installed here: the signal must not run it in the child, between fork and exec. */
START_TEST(a_signal_right_after_the_start_ends_it)
{
    stop_on_signals();
    for (int i = 0; i < 100; i++) {
        struct child child;

        start_sh(&child, "exec sleep 300");
        child_signal(&child, SIGTERM);
        await_end(&child);
        ck_assert(WIFSIGNALED(child.status));
        ck_assert_int_eq(WTERMSIG(child.status), SIGTERM);
    }
}
END_TEST

START_TEST(it_ends_even_if_the_system_waits_for_it_by_itself)
{
    struct child child;

    signal(SIGCHLD, SIG_IGN);
    run_sh(&child, "exit 0");
    signal(SIGCHLD, SIG_DFL);
    ck_assert(!child.is_alive);
}
END_TEST

START_TEST(no_signal_goes_to_one_that_was_waited_for)
{
    struct child child;

    run_sh(&child, "exit 0");
    child.pid = getpid(); /* as if its id had been given to another process */
    signal(SIGTERM, SIG_DFL);
    child_signal(&child, SIGTERM);
    ck_assert(!child.is_alive);
}
END_TEST

START_TEST(it_gets_no_file_and_no_input)
{
    struct child child;
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "typed\n", 6), 6);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(dup2(STDERR_FILENO, 50), 50); /* without close-on-exec */
    run_sh(&child, "read -r line && exit 1; [ ! -e /proc/self/fd/50 ] && echo closed");
    ck_assert_str_eq(child.line, "closed");
    ck_assert_int_eq(WEXITSTATUS(child.status), 0);
}
END_TEST

START_TEST(it_gets_the_environment_but_for_a_service_manager)
{
    struct child child;

    setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1);
    setenv("WATCHDOG_USEC", "1", 1);
    setenv("WATCHDOG_PID", "1", 1);
    setenv("PGHOST", "here", 1);
    run_sh(&child, "echo \"$PGHOST ${NOTIFY_SOCKET-none} ${WATCHDOG_USEC-none} ${WATCHDOG_PID-none}\"");
    ck_assert_str_eq(child.line, "here none none none");
}
END_TEST

START_TEST(a_program_that_does_not_exist_has_status_127)
{
    char *const arguments[] = { (char[]){ "/nonexistent/program" }, NULL };
    struct child child;
    char reason[REASON_SIZE];

    ck_assert(child_start(&child, arguments, reason));
    await_end(&child);
    ck_assert_int_eq(WEXITSTATUS(child.status), 127);
    ck_assert_str_eq(child.line, "the program cannot be started");
}
END_TEST

/* A process that starts a child, tells its id, and is then killed. */
static pid_t start_between(int output)
{
    pid_t pid = fork();

    if (pid == 0) {
        struct child child;

        start_sh(&child, "exec sleep 60");
        if (write(output, &child.pid, sizeof(child.pid)) != sizeof(child.pid))
            _exit(1);
        pause();
    }
    return pid;
}

START_TEST(it_ends_with_a_parent_that_is_killed)
{
    int ends[2], status;
    pid_t between, child;

    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* the orphan becomes a child of this process */
    ck_assert_int_eq(pipe(ends), 0);
    between = start_between(ends[1]);
    ck_assert_int_eq(read(ends[0], &child, sizeof(child)), sizeof(child));
    kill(between, SIGKILL);
    ck_assert_int_eq(waitpid(between, &status, 0), between);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(WTERMSIG(status), SIGTERM);
}
END_TEST

SUITE("child", it_has_the_status_and_the_last_line, a_last_line_needs_no_end, a_line_without_end_does_not_overflow,
      what_is_shown_is_clean, a_signal_ends_it, a_signal_right_after_the_start_ends_it,
      it_ends_even_if_the_system_waits_for_it_by_itself, no_signal_goes_to_one_that_was_waited_for,
      it_gets_no_file_and_no_input, it_gets_the_environment_but_for_a_service_manager,
      a_program_that_does_not_exist_has_status_127, it_ends_with_a_parent_that_is_killed)
