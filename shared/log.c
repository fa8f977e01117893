#define _POSIX_C_SOURCE 200809L
#include "log.h"

#include "memory.h"
#include "monotonic.h"
#include "text.h"

#include <ctype.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096, PROGRESS_MS = 200, MOMENT_SIZE = 64 };

static enum log_level max_level = LOG_LEVEL_INFO;
static bool is_json;
static pthread_mutex_t line_mutex = PTHREAD_MUTEX_INITIALIZER;
static bool progress_shown;
static int64_t progress_at; /* when the last one was shown */

void log_set_level(enum log_level level)
{
    max_level = level;
}

void log_set_format(const char *format)
{
    is_json = format && strcmp(format, "json") == 0;
}

static void erase_progress(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

/* In clean text only these two characters need an escape. */
static void print_json(const char *text, size_t length, FILE *out)
{
    fputc('"', out);
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            fputc('\\', out);
        fputc(text[i], out);
    }
    fputc('"', out);
}

/* The length of the name of a detail, up to its '='; 0 for any other word. */
static size_t key_length(const char *word)
{
    size_t length = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/.");
    static const char *const OWN[] = { "time", "level", "component", "message" };

    if (word[length] != '=' || !isalpha((unsigned char)*word))
        return 0;
    for (size_t i = 0; i < sizeof(OWN) / sizeof(OWN[0]); i++) {
        if (strlen(OWN[i]) == length && strncmp(OWN[i], word, length) == 0)
            return 0;
    }
    return length;
}

/* The start of the details: the last words that are all key=value. */
static const char *find_details(const char *text)
{
    const char *details = text + strlen(text);

    for (const char *word = details; word > text;) {
        word--;
        if (word > text && word[-1] != ' ')
            continue;
        if (key_length(word) == 0)
            break;
        details = word;
    }
    return details;
}

static void print_details(const char *details, FILE *out)
{
    while (*details) {
        size_t length = key_length(details);
        const char *value = details + length + 1;
        size_t value_length = strcspn(value, " ");

        fputc(',', out);
        print_json(details, length, out);
        fputc(':', out);
        print_json(value, value_length, out);
        details = value + value_length;
        details += *details == ' ';
    }
}

static void print_object(const char *moment, const char *level, const char *component, const char *text, FILE *out)
{
    const char *details = find_details(text);
    size_t length = (size_t)(details - text);

    while (length > 0 && text[length - 1] == ' ')
        length--;
    fprintf(out, "{\"time\":\"%s\",\"level\":\"%s\",\"component\":\"%s\",\"message\":", moment, level, component);
    print_json(text, length, out);
    print_details(details, out);
    fputs("}\n", out);
}

/* In one write, because other processes may write there too. */
static void write_line(const char *bytes, size_t length)
{
    pthread_mutex_lock(&line_mutex);
    erase_progress();
    fwrite(bytes, 1, length, stderr);
    pthread_mutex_unlock(&line_mutex);
}

/* The message as printable text; on the heap. */
static char *clean(const char *message)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = checked(open_memstream(&text, &length));

    text_print(message, out);
    fclose(out);
    return text;
}

static void print_moment(char moment[MOMENT_SIZE])
{
    struct timespec now;
    struct tm tm;
    size_t length;

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &tm);
    length = strftime(moment, MOMENT_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(moment + length, MOMENT_SIZE - length, ".%03dZ", (int)(now.tv_nsec / 1000000));
}

static void log_text(enum log_level level, const char *component, const char *message)
{
    static const char *const NAMES[] = { "ERROR", "WARN", "INFO", "DEBUG" };
    char moment[MOMENT_SIZE], *bytes = NULL, *text = clean(message);
    size_t length = 0;
    FILE *line = checked(open_memstream(&bytes, &length));

    print_moment(moment);
    if (is_json)
        print_object(moment, NAMES[level], component, text, line);
    else
        fprintf(line, "%s %-5s %s: %s\n", moment, NAMES[level], component, text);
    fclose(line);
    write_line(bytes, length);
    free(bytes);
    free(text);
}

__attribute__((format(printf, 3, 0))) static void log_line(enum log_level level, const char *component,
                                                           const char *format, va_list arguments)
{
    char message[LINE_MAX_BYTES];

    if (level > max_level)
        return;
    vsnprintf(message, sizeof(message), format, arguments);
    log_text(level, component, message);
}

void log_usage(const char *program, const char *reason)
{
    if (is_json)
        log_text(LOG_LEVEL_ERROR, program, reason);
    else
        fprintf(stderr, "%s: %s; try --help\n", program, reason);
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

static bool shows_progress(void)
{
    return !is_json && isatty(STDERR_FILENO);
}

bool log_progress_is_due(void)
{
    if (monotonic_ms() - progress_at < PROGRESS_MS)
        return false;
    if (shows_progress())
        return true;
    progress_at = monotonic_ms(); /* to read the clock for each event would cost more than the event's id */
    return false;
}

void log_progress(const char *format, ...)
{
    char message[256];
    va_list arguments;

    if (!shows_progress())
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
