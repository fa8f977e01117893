#include "reason.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

bool reason_set(char reason[REASON_SIZE], const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, REASON_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

bool reason_set_at_line(char reason[REASON_SIZE], uint64_t line, const char *format, ...)
{
    int length = snprintf(reason, REASON_SIZE, "line %" PRIu64 ": ", line);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason + length, REASON_SIZE - (size_t)length, format, arguments);
    va_end(arguments);
    return false;
}
