/*
 * goal.h - how far the group has to come before --exit-at-end ends.
 *
 *     goal_aim(&goal, logs, count);                   // all partitions, as they are now
 *     if (!goal_left(&goal, &known, &counted)) …      // the database has counted all of it
 *
 * An end is one of a log. Aiming again keeps the ends of the logs that are still there, and takes those of the others anew.
 */
#ifndef GOAL_H
#define GOAL_H

#include "recognise.h"
#include "source.h"

#include <stdbool.h>
#include <stddef.h>

struct goal_end {
    int32_t partition, log;
    int64_t offset;
};

struct goal {
    struct goal_end *ends;
    size_t count;
    bool is_known;
};

void goal_release(struct goal *goal);

/* True when an end is new, or of another log than before. */
bool goal_aim(struct goal *goal, const struct log_now *logs, size_t count);

/* The first end that is not counted yet, or NULL. *counted is the offset that it is counted to, 0 where nothing is. */
const struct goal_end *goal_left(const struct goal *goal, const struct known_logs *known, int64_t *counted);

/* The group has committed all ends to Kafka. */
bool goal_is_committed(const struct goal *goal, struct source *source);

#endif
