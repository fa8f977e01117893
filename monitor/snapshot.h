/*
 * snapshot.h - the state of Kafka and Postgres at one moment, and values derived from it.
 *
 * A view is the answer of one of the two servers, each of which has its own thread. A
 * snapshot combines the latest views. While a server is unavailable, its view contains
 * the last answer and the time of that answer. `up` is true if the view is current.
 *
 *     struct kafka_view *kafka = kafka_view_new(6);          // the caller owns it
 *     kafka_view_carry(kafka, before, false);                // values that need an earlier look
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

/* The state of a group with the newer protocol, which this librdkafka's request for members does not speak. */
#define KAFKA_GROUP_UNKNOWN "Unknown"

enum {
    VIEW_REASON_SIZE = 1536,
    MEMBER_NAME_SIZE = 160,
    TYPE_NAME_SIZE = 64,     /* for the longest label of an enum in Postgres */
    STALLED_AFTER_MS = 3000, /* without progress, while records wait */
};

/* When a view was made, and why there is no newer one. */
struct view_state {
    int64_t at; /* when the server answered; 0: never */
    bool up;
    char reason[VIEW_REASON_SIZE]; /* why it is unavailable, as one line of clean text; "" while it is up */
};

struct partition_state {
    int64_t low, high;   /* first offset, and one past the last */
    int64_t committed;   /* of the group; -1: none */
    int64_t waits_since; /* since when records wait without progress of the owner; the time of the look if none wait */
    int64_t stepped_at;  /* when a look last saw a change of `committed` with the current owner; 0: never */
    int owner;           /* index into members; -1: no known owner */
};

struct group_member {
    char id[MEMBER_NAME_SIZE]; /* given by the broker, never the same twice */
    char client[MEMBER_NAME_SIZE];
    char host[MEMBER_NAME_SIZE];
};

struct kafka_view {
    struct view_state state;
    bool has_topic;
    bool is_stable;         /* the partitions are assigned as shown; otherwise the group is about to assign them */
    bool is_group_old;      /* its coordinator did not answer: state and members are those of the previous look */
    char group_state[32];   /* as named by Kafka: Stable, PreparingRebalance, Empty …; or KAFKA_GROUP_UNKNOWN */
    size_t partition_count; /* partitions are indexed by their number */
    struct partition_state *partitions;
    size_t member_count;
    struct group_member *members;
};

struct type_total {
    char type[TYPE_NAME_SIZE];
    int64_t events;
};

/* The outcomes of the records of a partition, over all logs of the topic. */
struct partition_outcomes {
    int32_t partition;
    int64_t received, applied, duplicate, redelivered, quarantined;
    int64_t retired;   /* events before the horizon */
    int64_t absent;    /* offsets without a record: transaction markers, aborted and compacted records */
    int64_t deleted;   /* offsets whose records were deleted before the group had read them */
    int64_t uncounted; /* records and offsets that these counts miss; 0 unless something is wrong */
    int64_t next;      /* all offsets before this one are counted, in the log that was read last; 0 in a sum */
};

struct postgres_view {
    struct view_state state;
    size_t type_count;
    struct type_total *types; /* of the whole database, in the order of the life cycle */
    size_t partition_count;
    struct partition_outcomes *partitions; /* those with records, in ascending order */
    int64_t conflicts;
};

struct snapshot {
    int64_t number; /* from 1, without gaps */
    int64_t at;
    struct kafka_view *kafka;       /* never NULL */
    struct postgres_view *postgres; /* never NULL */
};

/* A view of a server that is not up, with this many types and partitions, all unknown. */
struct kafka_view *kafka_view_new(size_t partition_count);
struct kafka_view *kafka_view_copy(const struct kafka_view *view);
void kafka_view_free(struct kafka_view *view);

struct postgres_view *postgres_view_new(size_t type_count, size_t partition_count);
struct postgres_view *postgres_view_copy(const struct postgres_view *view);
void postgres_view_free(struct postgres_view *view);

/*
 * Completes a view from the previous one: waits_since and stepped_at of each partition,
 * the group if it is old, and the owners while the group rebalances, because Kafka does
 * not report them then. While Postgres is unavailable no member can make progress, so
 * that time does not count as waiting.
 */
void kafka_view_carry(struct kafka_view *view, const struct kafka_view *before, bool is_held_up);

/*
 * The number of records that the group still has to read. Without a committed offset, or
 * with one outside the partition, they begin with its first record, as in order-consumer.
 */
int64_t partition_lag(const struct partition_state *partition);

/* The sum over all partitions. */
struct partition_outcomes postgres_view_sum(const struct postgres_view *view);

/* When a look last saw progress in one of the member's partitions; 0: never while it was the owner. */
int64_t member_stepped_at(const struct kafka_view *view, size_t member);

/* Whether records of one of its partitions have waited for STALLED_AFTER_MS without progress of the member in any partition. */
bool member_is_stalled(const struct kafka_view *view, size_t member);

/* The index of the member with this id, or -1. */
int member_find(const struct kafka_view *view, const char *id);

#endif
