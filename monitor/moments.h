/*
 * moments.h - what happened between two snapshots, in words, the latest of it.
 *
 *     struct moments *moments = moments_new();
 *     moments_compare(moments, &before, &now);
 *     for (size_t i = 0; i < moments_count(moments); i++)
 *         puts(moments_at(moments, i)->text);
 *     moments_free(moments);
 *
 * Kafka does not tell a member that was killed from one that left: both are
 * simply not in the group any more. What it did before tells:
 *
 *   left   it committed less than STALLED_AFTER_MS before. Kafka waits longer than
 *          that for a silent member (6 s at the least, as brokers come), so it
 *          cannot have been missed: it said that it goes.
 *   died   records waited for it for STALLED_AFTER_MS, all that time it did
 *          nothing ("stalled"), and then it was gone. So looks, too, one that was
 *          held up for so long by something else and was stopped then.
 *   gone   neither: nothing waited for it. It was stopped or killed; nobody can
 *          tell from here, and so nobody does.
 *
 * Pure; memory is bounded.
 */
#ifndef MOMENTS_H
#define MOMENTS_H

#include "snapshot.h"

enum moment_kind {
    MOMENT_JOINED,
    MOMENT_LEFT,
    MOMENT_DIED,
    MOMENT_GONE,
    MOMENT_STALLED,
    MOMENT_REBALANCE,
    MOMENT_KAFKA_AWAY,
    MOMENT_KAFKA_BACK,
    MOMENT_POSTGRES_AWAY,
    MOMENT_POSTGRES_BACK,
    MOMENT_TOPIC_GONE,
    MOMENT_TOPIC_NEW,
};

enum { MOMENTS_MAX = 200, MOMENT_TEXT_SIZE = 512 };

struct moment {
    int64_t number; /* of the snapshot that showed it */
    int64_t at;     /* when that was made */
    enum moment_kind kind;
    char text[MOMENT_TEXT_SIZE];
};

struct moments *moments_new(void);
void moments_free(struct moments *moments);

/* Adds what is different in `now`; the oldest of more than MOMENTS_MAX are dropped. */
void moments_compare(struct moments *moments, const struct snapshot *before, const struct snapshot *now);

/* Oldest first. Borrowed until the next moments_compare. */
size_t moments_count(const struct moments *moments);
const struct moment *moments_at(const struct moments *moments, size_t index);

/* "joined", "kafka-away", … */
const char *moment_kind_name(enum moment_kind kind);

#endif
