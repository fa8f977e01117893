/*
 * absence.h - how long the database has been unavailable, and what is logged about it.
 *
 *     struct absence absence = { 0 };
 *
 *     if (!absence_note(&absence, reason, 300000, notify))    // after each attempt that failed
 *         …                                                   // it has lasted too long: give up
 *     absence_end(&absence);                                  // after a batch was committed
 *
 * An absence begins with the first attempt that fails. A connection does not end it, because a server with a full disk accepts
 * connections. If there is a batch to apply, only its commit ends the absence. If there is nothing to apply, because the
 * worker has no partitions or no broker answers, any answer of the database does.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include "notify.h"

#include <stdbool.h>
#include <stdint.h>

struct absence {
    int64_t since; /* monotonic ms; 0: the database is available */
    bool is_told;
};

/* Logs the reason once. False after more than limit_ms, which is logged too; never if limit_ms is 0. */
bool absence_note(struct absence *absence, const char *reason, int limit_ms, struct notify *notify);

/* Logs how long the absence lasted, if its start was logged. */
void absence_end(struct absence *absence);

#endif
