/*
 * retry.h - when to try again: after pauses that grow, and that differ between programs.
 *
 *     struct retry retry;
 *
 *     retry_init(&retry, (unsigned)getpid());
 *     if (retry_is_due(&retry)) {
 *         if (attempt())
 *             retry_reset(&retry);      // the next pause is the shortest one again
 *         else
 *             retry_pause(&retry);      // due again in 50 to 100 ms, then 100 to 200 ms, and so on up to 3 s
 *     }
 *
 * The pauses are partly random, so that programs that lost the same server do not all reconnect at the same time.
 */
#ifndef RETRY_H
#define RETRY_H

#include <stdbool.h>
#include <stdint.h>

struct retry {
    int pause_ms;   /* the maximum of the next pause */
    int64_t due_at; /* monotonic ms */
    unsigned short random[3];
};

/* Due at once. */
void retry_init(struct retry *retry, unsigned seed);

bool retry_is_due(const struct retry *retry);
void retry_pause(struct retry *retry);
void retry_reset(struct retry *retry);

#endif
