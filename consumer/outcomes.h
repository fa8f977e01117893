/*
 * outcomes.h - what this consumer saw: by event type and outcome.
 *
 *     outcomes_add(&outcomes, &batch, first, count);    // rows whose outcomes are known
 *     outcomes_print_summary(&outcomes, form);            // a line a type, to the log
 *
 * The database's own counts (orders.pipeline_status) cover all consumers and
 * runs; these cover one run of one.
 */
#ifndef OUTCOMES_H
#define OUTCOMES_H

#include "batch.h"

#include <stdbool.h>
#include <stdint.h>

struct outcome_counts {
    uint64_t of[OUTCOMES]; /* by outcome; that of OUTCOME_UNKNOWN is 0 */
};

struct outcomes {
    struct outcome_counts events[EVENT_TYPES_MAX]; /* by number of the type */
    struct outcome_counts others;                  /* records that are no events */
    uint64_t absent, deleted;                      /* offsets without a record, or whose record was deleted unread */
};

/* Counts rows first … first + count - 1 of a batch that was applied. */
void outcomes_add(struct outcomes *outcomes, const struct batch *batch, size_t first, size_t count);

/* All types and the records that are no events. */
struct outcome_counts outcomes_total(const struct outcomes *outcomes);

/* The types are those of the form. */
void outcomes_print_summary(const struct outcomes *outcomes, const struct event_form *form);

/* One line a row on standard output: outcome, place, event. False when that cannot be written. */
bool outcomes_print_rows(const struct batch *batch, size_t first, size_t count);

#endif
