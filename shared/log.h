/*
 * log.h - one line an incident, on standard error.
 *
 *     2026-01-31T12:00:00.123Z WARN  store: database away, retrying in 0.4 s sqlstate=57P01
 *
 * Details follow the message as key=value, at its end and without blanks in the
 * value. Bytes that could steer a terminal are shown as \xNN, so text from outside
 * may be logged as it is. A message of 4 KiB or more is cut off. Not for data: that
 * goes to standard output. Thread-safe (librdkafka logs from its threads), and a line
 * is one write, so those of several processes stay whole.
 *
 * As JSON the same line is one object, whose values are all strings (a key that holds
 * numbers in most lines may hold a word in another, which stores of logs refuse):
 *
 *     {"time":"2026-01-31T12:00:00.123Z","level":"WARN","component":"store","message":"database away, retrying in 0.4 s","sqlstate":"57P01"}
 *
 *     log_info("publisher", "topic ready topic=%s partitions=%d", topic, partitions);
 *     log_progress("%zu of %zu rows", done, total);   // a line that the next one replaces; terminals only
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#define LOG_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Lines above this level are dropped. LOG_LEVEL_INFO unless told otherwise. */
void log_set_level(enum log_level level);

/* "json", or text. In JSON there is no progress. */
void log_set_format(const char *format);

/* What is wrong with a command line: "PROGRAM: REASON; try --help", which is no line of a log where that is text. */
void log_usage(const char *program, const char *reason);

void log_error(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_warn(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_info(const char *component, const char *format, ...) LOG_PRINTF(2, 3);
void log_debug(const char *component, const char *format, ...) LOG_PRINTF(2, 3);

/* Whether it is time for a progress line: a few times a second, and only where standard error is a terminal. */
bool log_progress_is_due(void);

/* Replaces the last progress line. Does nothing where standard error is no terminal. */
void log_progress(const char *format, ...) LOG_PRINTF(1, 2);

/* Takes the progress line away. */
void log_progress_end(void);

#endif
