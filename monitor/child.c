/*
 * posix_spawn cannot ask for a signal at the end of the parent, so this is fork and exec. Other threads may hold locks
 * while this one forks: until exec the child makes only calls that are allowed in a signal handler.
 */
#define _GNU_SOURCE /* pipe2, close_range, environ */
#include "child.h"

#include "memory.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NOT_STARTED = 127, /* as in a shell */
    READS_MAX = 16,    /* in one update: a child that writes without end does not keep the caller */
};

/* The environment without the variables that are for the main process of a service: see notify.h. The caller frees it. */
static char **copy_environment(void)
{
    size_t count = 0, kept = 0;
    char **copy;

    while (environ[count])
        count++;
    copy = checked(calloc(count + 1, sizeof(*copy)));
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], "NOTIFY_SOCKET=", 14) != 0 && strncmp(environ[i], "WATCHDOG_", 9) != 0)
            copy[kept++] = environ[i];
    }
    return copy;
}

static _Noreturn void become(char *const arguments[], char *const environment[], int input, int output, pid_t parent,
                             const sigset_t *mask)
{
    static const char FAILED[] = "the program cannot be started\n";
    ssize_t written;

    /* Signals are blocked since before the fork, and until exec they would be lost in the parent's handlers. */
    signal(SIGTERM, SIG_DFL);
    signal(SIGINT, SIG_DFL);
    /* The parent may have ended before prctl. */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent && dup2(input, STDIN_FILENO) >= 0 &&
        dup2(output, STDOUT_FILENO) >= 0 && dup2(output, STDERR_FILENO) >= 0 &&
        close_range(STDERR_FILENO + 1, ~0U, 0) == 0 && sigprocmask(SIG_SETMASK, mask, NULL) == 0)
        execve(arguments[0], arguments, environment);
    written = write(STDERR_FILENO, FAILED, sizeof(FAILED) - 1);
    (void)written;
    _exit(NOT_STARTED);
}

/* The child's id, or -1. */
static pid_t start_process(char *const arguments[], int input, int output)
{
    char **environment = copy_environment();
    pid_t parent = getpid(), pid;
    sigset_t all, mask;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    pid = fork();
    if (pid == 0)
        become(arguments, environment, input, output, parent, &mask);
    error = errno;
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    free(environment);
    errno = error;
    return pid;
}

bool child_start(struct child *child, char *const arguments[], char reason[REASON_SIZE])
{
    int input = open("/dev/null", O_RDONLY | O_CLOEXEC), ends[2] = { -1, -1 }, error;
    bool good = input >= 0 && pipe2(ends, O_CLOEXEC) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;

    *child = (struct child){ 0 };
    child->pid = good ? start_process(arguments, input, ends[1]) : -1;
    error = errno;
    child->is_alive = child->pid > 0;
    child->output = ends[0];
    if (input >= 0)
        close(input);
    if (ends[1] >= 0)
        close(ends[1]);
    if (child->is_alive)
        return true;
    if (ends[0] >= 0)
        close(ends[0]);
    return reason_set(reason, "the system does not start another program: %s", strerror(error));
}

/* Takes the line in the buffer, without its end. */
static void take_line(struct child *child, size_t length)
{
    fprintf(stderr, "%.*s\n", (int)length, child->buffer);
    snprintf(child->line, sizeof(child->line), "%.*s", (int)length, child->buffer);
    text_clean(child->line);
}

static void take_lines(struct child *child)
{
    char *end;

    while ((end = memchr(child->buffer, '\n', child->length)) || child->length == sizeof(child->buffer)) {
        size_t length = end ? (size_t)(end - child->buffer) : child->length;
        size_t used = length + (end ? 1 : 0);

        take_line(child, length);
        child->length -= used;
        memmove(child->buffer, child->buffer + used, child->length);
    }
}

static void read_output(struct child *child)
{
    for (int i = 0; i < READS_MAX; i++) {
        ssize_t count = read(child->output, child->buffer + child->length, sizeof(child->buffer) - child->length);

        if (count <= 0)
            return;
        child->length += (size_t)count;
        take_lines(child);
    }
}

bool child_update(struct child *child)
{
    bool has_ended;
    pid_t waited;

    if (!child->is_alive)
        return false;
    waited = waitpid(child->pid, &child->status, WNOHANG);
    has_ended = waited == child->pid || (waited < 0 && errno == ECHILD); /* or it was reaped: SIGCHLD is ignored */
    read_output(child); /* after waitpid: a child that has ended writes nothing more */
    if (!has_ended)
        return true;
    if (child->length > 0)
        take_line(child, child->length);
    close(child->output);
    child->is_alive = false;
    return false;
}

void child_signal(const struct child *child, int signal_number)
{
    if (child->is_alive)
        kill(child->pid, signal_number);
}
