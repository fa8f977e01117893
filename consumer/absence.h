/*
 * absence.h - the database is unavailable: when to try again, when to give up, and what is logged about it.
 *
 *     struct absence absence;
 *
 *     absence_init(&absence, 300000, notify, (unsigned)getpid());
 *     if (retry_is_due(&absence.retry) && !attempt())
 *         if (!absence_note(&absence, reason))    // after each attempt that failed
 *             …                                   // it has lasted too long: give up
 *     absence_end(&absence);                      // after a batch was committed
 *
 * An absence begins with the first attempt that fails. A connection does not end it, because a server with a full disk accepts
 * connections. If there is a batch to apply, only its commit ends the absence. If there is nothing to apply, because the
 * worker has no partitions or no broker answers, any answer of the database does.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include "notify.h"
#include "retry.h"

#include <stdbool.h>
#include <stdint.h>

struct absence {
    int limit_ms;          /* 0: no limit */
    struct notify *notify; /* borrowed */
    struct retry retry;    /* when the next attempt is due */
    int64_t since;         /* monotonic ms; 0: the database is available */
    bool is_told;
};

/* The database is available. The seed makes the pauses of two programs differ. */
void absence_init(struct absence *absence, int limit_ms, struct notify *notify, unsigned seed);

/* Logs the reason once, and begins a pause. False if it has lasted longer than the limit, which is logged too. */
bool absence_note(struct absence *absence, const char *reason);

/* Logs how long the absence lasted, if its start was logged. */
void absence_end(struct absence *absence);

#endif
