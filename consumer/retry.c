#define _XOPEN_SOURCE 700 /* erand48 */
#include "retry.h"

#include "monotonic.h"

#include <stdlib.h>

enum { PAUSE_MIN_MS = 100, PAUSE_MAX_MS = 3000 };

void retry_init(struct retry *retry, unsigned seed)
{
    *retry = (struct retry){ .pause_ms = PAUSE_MIN_MS, .random = { (unsigned short)seed } };
}

bool retry_is_due(const struct retry *retry)
{
    return monotonic_ms() >= retry->due_at;
}

void retry_pause(struct retry *retry)
{
    retry->due_at = monotonic_ms() + (int64_t)(retry->pause_ms * (0.5 + erand48(retry->random) / 2));
    retry->pause_ms = retry->pause_ms * 2 > PAUSE_MAX_MS ? PAUSE_MAX_MS : retry->pause_ms * 2;
}

void retry_reset(struct retry *retry)
{
    retry->pause_ms = PAUSE_MIN_MS;
}
