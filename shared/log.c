#define _POSIX_C_SOURCE 200809L
#include "log.h"

#include "memory.h"
#include "monotonic.h"
#include "text.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, PROGRESS_MS = 200 };

static enum log_level max_level = LOG_LEVEL_INFO;
static pthread_mutex_t line_mutex = PTHREAD_MUTEX_INITIALIZER;
static bool progress_shown;
static int64_t progress_at; /* when the last was shown */

void log_set_level(enum log_level level)
{
    max_level = level;
}

static void erase_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

__attribute__((format(printf, 3, 0))) static void log_line(enum log_level level, const char *component,
                                                           const char *format, va_list arguments)
{
    static const char *const NAMES[] = { "ERROR", "WARN ", "INFO ", "DEBUG" };
    char message[LINE_MAX_BYTES], moment[sizeof("2026-01-31T12:00:00")], *bytes = NULL;
    size_t length = 0;
    struct timespec now;
    struct tm tm;
    FILE *line;

    if (level > max_level)
        return;
    vsnprintf(message, sizeof(message), format, arguments);
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%S", &tm);

    line = checked(open_memstream(&bytes, &length));
    fprintf(line, "%s.%03ldZ %s %s: ", moment, now.tv_nsec / 1000000, NAMES[level], component);
    text_print(message, line);
    fputc('\n', line);
    fclose(line);

    pthread_mutex_lock(&line_mutex);
    erase_progress();
    fwrite(bytes, 1, length, stderr); /* all of it at once: other processes may write there too */
    pthread_mutex_unlock(&line_mutex);
    free(bytes);
}

#define DEFINE_LOG_FUNCTION(name, level)                                                                               \
    void name(const char *component, const char *format, ...)                                                          \
    {                                                                                                                  \
        va_list arguments;                                                                                             \
        va_start(arguments, format);                                                                                   \
        log_line(level, component, format, arguments);                                                                 \
        va_end(arguments);                                                                                             \
    }

DEFINE_LOG_FUNCTION(log_error, LOG_LEVEL_ERROR)
DEFINE_LOG_FUNCTION(log_warn, LOG_LEVEL_WARN)
DEFINE_LOG_FUNCTION(log_info, LOG_LEVEL_INFO)
DEFINE_LOG_FUNCTION(log_debug, LOG_LEVEL_DEBUG)

bool log_progress_is_due(void)
{
    if (monotonic_ms() - progress_at < PROGRESS_MS)
        return false;
    if (isatty(STDERR_FILENO))
        return true;
    progress_at = monotonic_ms(); /* to ask for each event costs more than the event's id */
    return false;
}

void log_progress(const char *format, ...)
{
    char message[256];
    va_list arguments;

    if (!isatty(STDERR_FILENO))
        return;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);

    pthread_mutex_lock(&line_mutex);
    erase_progress();
    text_print(message, stderr);
    progress_shown = true;
    progress_at = monotonic_ms();
    pthread_mutex_unlock(&line_mutex);
}

void log_progress_end(void)
{
    pthread_mutex_lock(&line_mutex);
    erase_progress();
    pthread_mutex_unlock(&line_mutex);
}
