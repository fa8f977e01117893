/*
 * goal.h - how far the group has to come before --exit-at-end ends the program.
 *
 *     struct goal goal;
 *
 *     goal_init(&goal, source, store, &place);
 *     while (goal_check(&goal, &is_reached) == STORE_DONE && !is_reached)   // as often as you like
 *         …
 *     goal_release(&goal);
 *
 * The goal is what the topic holds at the first check: an end offset for the log of each partition, whichever member owns it.
 * It is reached when the database has counted all of that and the group has committed the offsets. When nothing moves for 5 s
 * the user is told what is waited for, and the goal is aimed again: the ends of logs that are still there stay, and a log that
 * took the place of another one gets an end of its own.
 */
#ifndef GOAL_H
#define GOAL_H

#include "recognise.h"
#include "source.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct goal_end {
    int32_t partition, log;
    int64_t offset;
};

struct goal {
    struct source *source; /* borrowed, as the next two */
    struct store *store;
    const struct store_place *place;
    struct goal_end *ends;
    size_t count;
    bool is_known;
    int64_t counted;    /* the sum of all offsets that were counted at the last check */
    int64_t moved_at;   /* monotonic ms of the check that found it changed, or that told the user */
    int64_t checked_at; /* monotonic ms */
    bool has_told;      /* since it changed */
};

void goal_init(struct goal *goal, struct source *source, struct store *store, const struct store_place *place);
void goal_release(struct goal *goal);

/*
 * Asks Kafka and the database, every 250 ms at most: between two statements. DONE, or the store's error. If no broker
 * answers, that is not an error: the goal is not reached then.
 */
enum store_result goal_check(struct goal *goal, bool *reached);

/* Takes the logs of all partitions as they are now. True when an end is new, or of another log than before. */
bool goal_aim(struct goal *goal, const struct log_now *logs, size_t count);

/* The first end that is not counted yet, or NULL. *counted is the offset that it is counted up to, 0 if nothing is. */
const struct goal_end *goal_left(const struct goal *goal, const struct known_logs *known, int64_t *counted);

#endif
