/*
 * goal.h - how far the group must read before --exit-at-end ends the program.
 *
 *     struct goal goal;
 *
 *     goal_init(&goal, source, store, &place);
 *     while (goal_check(&goal, &is_reached) == STORE_DONE && !is_reached)   // as often as you like
 *         …
 *     goal_release(&goal);
 *
 * The goal is the end of the topic at the first check: an end offset for the log of each partition, whichever member owns it.
 * It is reached when the database has counted everything before these offsets and the group has committed the offsets. If there
 * is no progress for 5 s, the program logs what it waits for and updates the goal: the ends of logs that still exist stay the
 * same, and a log that has replaced another one gets its own end.
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
    struct source *source; /* borrowed, like the next two */
    struct store *store;
    const struct store_place *place;
    struct goal_end *ends;
    size_t count;
    bool is_known;
    int64_t counted;    /* the sum of the next offsets of all logs at the last check */
    int64_t moved_at;   /* monotonic ms of the last check that found `counted` changed, or that logged */
    int64_t checked_at; /* monotonic ms */
    bool has_told;      /* it was logged since `counted` changed */
};

void goal_init(struct goal *goal, struct source *source, struct store *store, const struct store_place *place);
void goal_release(struct goal *goal);

/*
 * Asks Kafka and the database, at most every 250 ms. Call it between two statements. DONE, or the store's error. It is not an
 * error if no broker answers: then the goal is not reached.
 */
enum store_result goal_check(struct goal *goal, bool *reached);

/* Updates the ends from the current logs of all partitions. True if an end is new, or belongs to a different log than before. */
bool goal_aim(struct goal *goal, const struct log_now *logs, size_t count);

/* The first end that is not reached yet, or NULL. *counted is the offset that its log is counted up to, 0 if none is. */
const struct goal_end *goal_left(const struct goal *goal, const struct known_logs *known, int64_t *counted);

#endif
