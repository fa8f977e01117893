/*
 * recognise.h - recognises which of the known logs a partition contains now, if any.
 *
 *     struct log_now logs[] = { { .partition = 0, .low = 0, .end_offset = 500 }, … };
 *     if (recognise(peek, &identity, &known, logs, 1, 5000) && logs[0].is_new)
 *         … it begins a log with the number logs[0].log
 *
 * A log is recognised by its content: the last record that was counted (the seam) and an earlier record are read again. If the
 * seam was deleted, only the ids of cluster and topic can decide. If a topic id is unknown too, the partition is assumed to
 * contain the known log, but it is read from its beginning.
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
    int64_t end_offset; /* one past the last; with read_committed, of a completed transaction */

    int32_t log;                   /* its number */
    bool is_new;                   /* not one of the known logs: its number is the next one */
    bool is_unsure;                /* the seam was deleted, and a topic id is unknown */
    int32_t broker;                /* that the compared record came from; -1 if there was none */
    const struct known_log *known; /* this log or, if it is new, the log that was expected; NULL if none is known */
};

/* Waits for at most timeout_ms. False if a record could not be read: then the results are undefined. */
bool recognise(struct peek *peek, const struct log_identity *identity, const struct known_logs *known,
               struct log_now *logs, size_t count, int timeout_ms);

#endif
