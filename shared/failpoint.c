#define _POSIX_C_SOURCE 200809L
#include "failpoint.h"

#ifdef FAILPOINTS

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void failpoint(const char *name)
{
    static long passed;
    const char *wanted = getenv("FAILPOINT");
    const char *number = wanted ? strchr(wanted, '#') : NULL;
    size_t length = !wanted ? 0 : number ? (size_t)(number - wanted) : strlen(wanted);

    if (!wanted || strlen(name) != length || strncmp(name, wanted, length) != 0)
        return;
    if (++passed == (number ? strtol(number + 1, NULL, 10) : 1))
        kill(getpid(), SIGKILL);
}

#endif
