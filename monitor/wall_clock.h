/*
 * wall_clock.h - the time of day, for people. For intervals see monotonic.h.
 *
 *     sample.at = wall_clock_ms();
 */
#ifndef WALL_CLOCK_H
#define WALL_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970, UTC. */
int64_t wall_clock_ms(void);

#endif
