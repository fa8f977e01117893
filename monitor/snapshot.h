/*
 * snapshot.h - what Kafka and Postgres said at one moment, and what follows from it.
 *
 * A view is what one of the two said; each is looked at by a thread of its own.
 * A snapshot puts the latest of both together. Where a server is away its view
 * keeps what it said last, with the time of that: `up` tells whether that is now.
 *
 *     struct kafka_view *kafka = kafka_view_new(6);          // the caller owns it
 *     kafka_view_carry(kafka, before, false);                // what one look alone does not tell
 *     partition_lag(&kafka->partitions[0]);                  // records that wait
 *     kafka_view_free(kafka);
 *
 * Pure: no I/O, no clock. All times are milliseconds since 1970, UTC.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VIEW_REASON_SIZE = 1536,
    MEMBER_NAME_SIZE = 160,
    TYPE_NAME_SIZE = 64,     /* as long as a label of an enum can be in Postgres */
    STALLED_AFTER_MS = 3000, /* so long without a step while records wait */
};

/* How a view came about, and why it is not newer. */
struct view_state {
    int64_t at; /* when it was seen; 0: never */
    bool up;
    char reason[VIEW_REASON_SIZE]; /* why it is away, one line of clean text; "" while it is up */
};

struct partition_state {
    int64_t low, high; /* first offset, and one behind the last */
    int64_t committed; /* of the group; -1: none */
    int64_t
        waits_since; /* since when records wait without a step of the owner; the time of the look where they do not */
    int64_t stepped_at; /* when a look last saw that `committed` had changed under the owner of now; 0: none did */
    int owner;          /* index into members; -1: nobody, as far as known */
};

struct group_member {
    char id[MEMBER_NAME_SIZE]; /* given by the broker, never the same twice */
    char client[MEMBER_NAME_SIZE];
    char host[MEMBER_NAME_SIZE];
};

struct kafka_view {
    struct view_state state;
    bool has_topic;
    bool is_stable;         /* the group shares the partitions as shown; else it is about to */
    bool is_group_old;      /* its coordinator was not heard: state and members are those of the look before */
    char group_state[32];   /* Kafka's word: Stable, PreparingRebalance, Empty … */
    size_t partition_count; /* partition i is the i-th */
    struct partition_state *partitions;
    size_t member_count;
    struct group_member *members;
};

struct type_total {
    char type[TYPE_NAME_SIZE];
    int64_t events;
};

/* What became of the records of a partition, over all logs of the topic. */
struct partition_outcomes {
    int32_t partition;
    int64_t received, applied, duplicate, redelivered, quarantined;
    int64_t retired;   /* events before the horizon */
    int64_t absent;    /* offsets without a record: transaction markers, aborted and compacted records */
    int64_t deleted;   /* offsets whose records were deleted before the group had read them */
    int64_t uncounted; /* by how many records and offsets these counts are off; 0, unless something is wrong */
};

struct postgres_view {
    struct view_state state;
    size_t type_count;
    struct type_total *types; /* of the whole database, in the order of the life cycle */
    size_t partition_count;
    struct partition_outcomes *partitions; /* those with records, ascending */
    int64_t conflicts;
};

struct snapshot {
    int64_t number; /* from 1, without gaps */
    int64_t at;
    struct kafka_view *kafka;       /* never NULL */
    struct postgres_view *postgres; /* never NULL */
};

/* A view of a server that is not up, with that many types and partitions, all of them unknown. */
struct kafka_view *kafka_view_new(size_t partition_count);
struct kafka_view *kafka_view_copy(const struct kafka_view *view);
void kafka_view_free(struct kafka_view *view);

struct postgres_view *postgres_view_new(size_t type_count, size_t partition_count);
struct postgres_view *postgres_view_copy(const struct postgres_view *view);
void postgres_view_free(struct postgres_view *view);

/*
 * Completes a view from the one before: waits_since and stepped_at of each
 * partition, the group where it is old, and the owners while the group rebalances, when Kafka does not tell them.
 * While Postgres is away nobody can move on, so standing still is not counted.
 */
void kafka_view_carry(struct kafka_view *view, const struct kafka_view *before, bool is_held_up);

/*
 * Records that the group has still to read. One that never committed, or whose
 * offset lies outside of the partition, begins at its first record, as order-consumer does.
 */
int64_t partition_lag(const struct partition_state *partition);

/* The sum over all partitions. */
struct partition_outcomes postgres_view_sum(const struct postgres_view *view);

/* When one of its partitions last was seen to step; 0: not while it had it. */
int64_t member_stepped_at(const struct kafka_view *view, size_t member);

/* Records of one of its partitions have waited for STALLED_AFTER_MS, and in none of all it has made a step in that time. */
bool member_is_stalled(const struct kafka_view *view, size_t member);

/* The member's index by id, or -1. */
int member_find(const struct kafka_view *view, const char *id);

#endif
