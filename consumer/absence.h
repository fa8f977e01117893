/*
 * absence.h - the database is away: since when, and what the user is told.
 *
 *     struct absence absence = { .since = monotonic_ms() };   // a program starts without a database
 *
 *     if (!absence_note(&absence, reason, 300000, notify))    // at each attempt that failed
 *         …                                                   // it has lasted too long: give up
 *     absence_end(&absence);                                  // after a batch was committed
 *
 * Only a batch that was committed ends an absence: a server that takes connections and answers nothing is still away.
 */
#ifndef ABSENCE_H
#define ABSENCE_H

#include "notify.h"

#include <stdbool.h>
#include <stdint.h>

struct absence {
    int64_t since; /* monotonic ms; 0: the database is there */
    bool is_told;
};

/* Logs the reason once. False, and logged, after more than limit_ms; never if that is 0. */
bool absence_note(struct absence *absence, const char *reason, int limit_ms, struct notify *notify);

/* Logs how long it took, if the user was told of it. */
void absence_end(struct absence *absence);

#endif
