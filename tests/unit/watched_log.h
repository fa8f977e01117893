/*
 * watched_log.h - what the user is told: standard error goes into a file that a test can read.
 *
 *     watch_log();
 *     …
 *     ck_assert(strstr(watched_log(), " WARN "));
 */
#ifndef WATCHED_LOG_H
#define WATCHED_LOG_H

#include <stdlib.h>
#include <unistd.h>

static int watched_file;

/* From now on. */
static inline void watch_log(void)
{
    char name[] = "/tmp/watched_log.XXXXXX";

    watched_file = mkstemp(name);
    unlink(name);
    dup2(watched_file, STDERR_FILENO);
}

/* All of it so far; stays until the next call. */
static inline const char *watched_log(void)
{
    static char text[1 << 20];
    ssize_t length = pread(watched_file, text, sizeof(text) - 1, 0);

    text[length < 0 ? 0 : length] = '\0';
    return text;
}

#endif
