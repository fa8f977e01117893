#define _GNU_SOURCE /* program_invocation_short_name */
#include "bug.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

_Noreturn void bug(const char *file, int line, const char *what)
{
    dprintf(STDERR_FILENO, "%s: internal error at %s:%d: %s\n", program_invocation_short_name, file, line, what);
    abort();
}
