/*
 * reason.h - the reason why something is rejected, as text for people.
 *
 *     bool port_check(const char *text, char reason[REASON_SIZE])
 *     {
 *         return atoi(text) > 0 || reason_set(reason, "'%.40s' is not a port", text);
 *     }
 *
 *     char reason[REASON_SIZE];
 *     if (!port_check(argument, reason))
 *         log_error("main", "%s", reason);
 *
 * Pure modules write into the caller's buffer only when they return false, and
 * never log. The caller decides what to do with the reason.
 */
#ifndef REASON_H
#define REASON_H

#include <stdbool.h>
#include <stdint.h>

enum { REASON_SIZE = 512 };

/* Formats like printf and truncates. Returns false, so that a check can return its result. */
__attribute__((format(printf, 2, 3))) bool reason_set(char reason[REASON_SIZE], const char *format, ...);

/* Like reason_set, with "line N: " before the text. */
__attribute__((format(printf, 3, 4))) bool reason_set_at_line(char reason[REASON_SIZE], uint64_t line,
                                                              const char *format, ...);

#endif
