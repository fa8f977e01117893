#define _POSIX_C_SOURCE 200809L
#include "failpoint.h"

#ifdef FAILPOINTS

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Whether `wanted`, the value of FAILPOINT, selects this pass through this place. */
static bool is_wanted(const char *wanted, const char *name)
{
    static long passed = 0;
    size_t length = strcspn(wanted, "#");

    if (strcmp(wanted, "*") == 0)
        return true;
    if (strlen(name) != length || strncmp(name, wanted, length) != 0)
        return false;
    return ++passed == (wanted[length] ? strtol(wanted + length + 1, NULL, 10) : 1);
}

bool failpoint(const char *name)
{
    const char *wanted = getenv("FAILPOINT"), *action = getenv("FAILPOINT_ACTION");
    long delay_ms = action ? strtol(action, NULL, 10) : 0;

    if (!wanted || !is_wanted(wanted, name))
        return false;
    if (*wanted != '*')
        fprintf(stderr, "failpoint: %s\n", name);
    if (delay_ms > 0)
        nanosleep(&(struct timespec){ delay_ms / 1000, delay_ms % 1000 * 1000000 }, NULL);
    else if (!action || strcmp(action, "crash") == 0)
        kill(getpid(), SIGKILL);
    return action && strcmp(action, "fail") == 0;
}

#endif
