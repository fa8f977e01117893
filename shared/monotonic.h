/*
 * monotonic.h - a clock for intervals: it never goes backwards, and its zero is arbitrary.
 *
 *     int64_t ends_at = monotonic_ms() + 5000;
 */
#ifndef MONOTONIC_H
#define MONOTONIC_H

#include <stdint.h>

int64_t monotonic_ns(void);
int64_t monotonic_ms(void);

#endif
