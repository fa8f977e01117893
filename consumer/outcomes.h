/*
 * outcomes.h - counts the records of this consumer, by event type and outcome.
 *
 *     outcomes_add(&outcomes, &batch, first, count);    // rows whose outcomes are known
 *     outcomes_print_summary(&outcomes, form);            // one line per type, to the log
 *
 * The counts of the database (orders.pipeline_status) cover all consumers and runs.
 * These counts cover one run of one consumer.
 */
#ifndef OUTCOMES_H
#define OUTCOMES_H

#include "batch.h"

#include <stdbool.h>
#include <stdint.h>

struct outcome_counts {
    uint64_t of[OUTCOMES]; /* by outcome; 0 for OUTCOME_UNKNOWN */
};

struct outcomes {
    struct outcome_counts events[EVENT_TYPES_MAX]; /* by number of the type */
    struct outcome_counts others;                  /* records that are not events */
    uint64_t absent, deleted;                      /* offsets without a record, or whose record was deleted unread */
};

/* Counts rows first … first + count - 1 of a batch that was applied. */
void outcomes_add(struct outcomes *outcomes, const struct batch *batch, size_t first, size_t count);

/* The sum over all types and the records that are not events. */
struct outcome_counts outcomes_total(const struct outcomes *outcomes);

/* The names of the types come from the form. */
void outcomes_print_summary(const struct outcomes *outcomes, const struct event_form *form);

/* Prints one line per row on standard output: outcome, place, event. False if it cannot be written. */
bool outcomes_print_rows(const struct batch *batch, size_t first, size_t count);

#endif
