/*
 * log.h - one line for each message, on standard error.
 *
 *     2026-01-31T12:00:00.123Z INFO  publisher: topic created topic=order-events partitions=6
 *
 * Details follow the message as key=value, without blanks in the value. Bytes that
 * could control a terminal are shown as \xNN, so untrusted text may be logged as it
 * is. A message of 4 KiB or more is truncated. Data goes to standard output instead.
 * Thread-safe, because librdkafka logs from its own threads. Each line is one write,
 * so lines of several processes do not mix.
 *
 * As JSON the same line is one object. All its values are strings, because log stores
 * refuse a key that has numbers in most lines and a word in another:
 *
 *     {"time":"2026-01-31T12:00:00.123Z","level":"INFO","component":"publisher","message":"topic created","topic":"order-events","partitions":"6"}
 *
 *     log_info("publisher", "topic created topic=%s partitions=%d", topic, partitions);
 *     log_progress("%zu of %zu rows", done, total);   // a line that the next one replaces; terminals only
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#define LOG_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Suppresses lines above this level. The default is LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);

/* JSON if `format` is "json", otherwise text. There are no progress lines with JSON. */
void log_set_format(const char *format);

/* Reports an error in the command line: "PROGRAM: REASON; try --help". In text format it is not a log line. */
void log_usage(const char *program, const char *reason);

void log_error(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_warn(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_info(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_debug(const char *component, const char *format, ...) LOG_PRINTF(2, 3);

/* Whether it is time for a progress line: a few times a second, and only if standard error is a terminal. */
bool log_progress_is_due(void);

/* Replaces the last progress line. Does nothing if standard error is not a terminal. */
void log_progress(const char *format, ...) LOG_PRINTF(1, 2);

/* Removes the progress line. */
void log_progress_end(void);

#endif
