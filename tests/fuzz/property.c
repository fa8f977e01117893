#define _POSIX_C_SOURCE 200809L
#include "property.h"

#include "memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool property_prints_reasons;
const char *property_input;

void property_broken(const char *file, int line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "%s:%d: property broken%s%s: ", file, line, property_input ? " by " : "",
            property_input ? property_input : "");
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

void reason_seen(const char *reason)
{
    HOLDS(*reason, "what is refused is refused for a reason");
    if (property_prints_reasons)
        fprintf(stderr, "%s\n", reason);
}

char *string_of(const void *bytes, size_t length)
{
    return checked(strndup(bytes, length));
}
