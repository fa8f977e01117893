#define _GNU_SOURCE /* program_invocation_short_name */
#include "memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void *checked_at(void *pointer, const char *file, int line)
{
    if (!pointer)
        out_of_memory(file, line);
    return pointer;
}

_Noreturn void out_of_memory(const char *file, int line)
{
    dprintf(STDERR_FILENO, "%s: out of memory at %s:%d\n", program_invocation_short_name, file, line);
    abort();
}
