/*
 * tally.h - counts events by type, and notes the time that they span.
 *
 *     struct tally tally;
 *
 *     tally_init(&tally);
 *     tally_add(&tally, &event);
 *     tally.events[event.type->number];
 */
#ifndef TALLY_H
#define TALLY_H

#include "event.h"

#include <stdint.h>

struct tally {
    uint64_t events[EVENT_TYPES_MAX]; /* by number of the type */
    int64_t first_at, last_at;        /* the earliest and latest time, or TIMESTAMP_NONE */
};

void tally_init(struct tally *tally);

void tally_add(struct tally *tally, const struct event *event);

uint64_t tally_total(const struct tally *tally);

#endif
