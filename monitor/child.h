/*
 * child.h - a program that this process starts, and that ends with it.
 *
 *     struct child child = { 0 };
 *
 *     if (!child_start(&child, arguments, reason))
 *         log_error("lab", "%s", reason);
 *     child_signal(&child, SIGTERM);
 *     while (child_update(&child))     // never waits
 *         poll(NULL, 0, 50);
 *     WEXITSTATUS(child.status);
 *
 * The kernel sends SIGTERM to the child when the thread that called child_start ends, also if this process is
 * killed. The child gets no file of this process except its standard streams: its standard input is empty, and its
 * output and errors are a pipe. Each line of the pipe is written to the standard error of this process.
 *
 * A signal goes only to a process that was not waited for yet. So its id cannot be that of another process.
 */
#ifndef CHILD_H
#define CHILD_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { CHILD_LINE_SIZE = 320, CHILD_BUFFER_SIZE = 4608 /* a line of log.h is shorter */ };

struct child {
    pid_t pid;
    bool is_alive;                  /* it was not waited for yet */
    int status;                     /* of waitpid, if it is not alive */
    char line[CHILD_LINE_SIZE];     /* the start of its last line, as clean text; "" if there is none */
    int output;                     /* the pipe, while it is alive */
    size_t length;                  /* of the line that has no end yet */
    char buffer[CHILD_BUFFER_SIZE]; /* that line */
};

/*
 * arguments[0] is the path of the program; the list ends with NULL. False with the reason if the system refuses a
 * resource. If the program cannot be executed, its status is 127.
 */
bool child_start(struct child *child, char *const arguments[], char reason[REASON_SIZE]);

/* Reads what the child has written, and waits for it if it has ended. Whether it is alive. */
bool child_update(struct child *child);

/* Does nothing if it is not alive. */
void child_signal(const struct child *child, int signal_number);

#endif
