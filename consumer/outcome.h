/*
 * outcome.h - what the database did with a record.
 *
 *     enum outcome outcome = outcome_of('a'); // a letter in the result of orders.apply_batch
 *     puts(outcome_name(outcome));            // "applied"
 */
#ifndef OUTCOME_H
#define OUTCOME_H

enum outcome {
    OUTCOME_UNKNOWN,
    OUTCOME_APPLIED,
    OUTCOME_DUPLICATE,   /* the event was applied before, from a different record or by a different group */
    OUTCOME_REDELIVERED, /* this group has counted the record before */
    OUTCOME_QUARANTINED,
    OUTCOME_RETIRED, /* the event is earlier than the day given to scripts/retire */
    OUTCOMES,
};

/* OUTCOME_UNKNOWN if the letter does not represent an outcome. */
enum outcome outcome_of(char letter);

const char *outcome_name(enum outcome outcome);

#endif
