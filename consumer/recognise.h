/*
 * recognise.h - which of the known logs a partition holds now, if any.
 *
 *     struct log_now logs[] = { { .partition = 0, .low = 0, .end_offset = 500 }, … };
 *     if (recognise(peek, &identity, &known, logs, 1, 5000) && logs[0].is_new)
 *         … it begins a log with the number logs[0].log
 *
 * A log is recognised by its content: the last record that was counted, and an earlier one, are read again. Where these were
 * deleted, only the ids of cluster and topic can tell. If the guess is wrong, it is taken for another log: it is read from its
 * beginning, and the events that were applied before are duplicates.
 */
#ifndef RECOGNISE_H
#define RECOGNISE_H

#include "known_log.h"
#include "peek.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct log_now {
    int32_t partition;
    int64_t low;        /* the first offset that can be read */
    int64_t end_offset; /* one past the last; with read_committed, of a transaction that is over */

    int32_t log;                   /* its number */
    bool is_new;                   /* none of those that are known: the number is the next one */
    bool is_unsure;                /* nothing is left that it could be compared by */
    int32_t broker;                /* that the compared record came from; -1 where there was none */
    const struct known_log *known; /* it, or for a new one the log that was expected; NULL where none is known */
};

/* Waits for timeout_ms at most. False where a record could not be read: nothing is known then. */
bool recognise(struct peek *peek, const struct log_identity *identity, const struct known_logs *known,
               struct log_now *logs, size_t count, int timeout_ms);

#endif
