/*
 * outcome.h - what the database did with a record.
 *
 *     enum outcome outcome = outcome_of('a'); // a letter that orders.apply_batch answers with
 *     puts(outcome_name(outcome));            // "applied"
 */
#ifndef OUTCOME_H
#define OUTCOME_H

enum outcome {
    OUTCOME_UNKNOWN,
    OUTCOME_APPLIED,
    OUTCOME_DUPLICATE,   /* the event is known from another record, or from another group's reading */
    OUTCOME_REDELIVERED, /* this group has counted the record before */
    OUTCOME_QUARANTINED,
    OUTCOME_RETIRED, /* the event is from before the day of scripts/retire */
    OUTCOMES,
};

/* OUTCOME_UNKNOWN for a letter that stands for no outcome. */
enum outcome outcome_of(char letter);

const char *outcome_name(enum outcome outcome);

#endif
