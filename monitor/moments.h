/*
 * moments.h - the latest changes between snapshots, as messages.
 *
 *     struct moments *moments = moments_new();
 *     moments_compare(moments, &before, &now);
 *     for (size_t i = 0; i < moments_count(moments); i++)
 *         puts(moments_at(moments, i)->text);
 *     moments_free(moments);
 *
 * Kafka does not distinguish a member that was killed from one that left: both are
 * no longer in the group. The last seconds of the member distinguish them:
 *
 *   left   it committed less than STALLED_AFTER_MS before. That is shorter than a
 *          session timeout (by default brokers require at least 6 s), so the member
 *          left by itself.
 *   died   it made no progress for STALLED_AFTER_MS while records waited for it
 *          ("stalled"), and then it was gone. A member that was blocked for as
 *          long, and was then stopped, looks the same.
 *   gone   neither: no records had waited for it for that long. It was stopped or
 *          killed, and an observer cannot distinguish these.
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

enum { MOMENTS_MAX = 200, MOMENT_TEXT_SIZE = 512, MOMENT_NUMBERS_MAX = 3 };

/*
 * The text and its parts. The numbers are, by kind: records that wait (died); seconds without progress, and records that wait
 * (stalled); partitions with a new owner, all partitions, and members (rebalance). For topic-new: the partitions of a new topic;
 * or those of a grown one, and how many it had; or a partition, its end, and the end that it had.
 */
struct moment {
    int64_t number; /* of the snapshot that showed it */
    int64_t at;     /* when that snapshot was made */
    enum moment_kind kind;
    char text[MOMENT_TEXT_SIZE];
    struct group_member member;    /* whom it is about; empty: no member */
    char reason[MOMENT_TEXT_SIZE]; /* why a server is away; or "" */
    int64_t numbers[MOMENT_NUMBERS_MAX];
    size_t number_count;
};

struct moments *moments_new(void);
void moments_free(struct moments *moments);

/* Adds what changed from `before` to `now`. Keeps the latest MOMENTS_MAX. */
void moments_compare(struct moments *moments, const struct snapshot *before, const struct snapshot *now);

/* Oldest first. Borrowed until the next moments_compare. */
size_t moments_count(const struct moments *moments);
const struct moment *moments_at(const struct moments *moments, size_t index);

/* "joined", "kafka-away", … */
const char *moment_kind_name(enum moment_kind kind);

#endif
