/*
 * history.h - the latest samples, for curves: bounded in number and in bytes.
 *
 *     struct history *history = history_new();
 *     history_add(history, &snapshot);
 *     for (size_t i = 0; i < history_count(history); i++)
 *         use(history_at(history, i));
 *     history_free(history);
 *
 * HISTORY_MAX samples are 15 minutes at one per second. With many partitions there
 * are fewer: as many as fit into HISTORY_BYTES, but at least one.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include "snapshot.h"

enum { HISTORY_MAX = 900, HISTORY_BYTES = 8 * 1024 * 1024 };

struct sample_partition {
    int64_t high, lag;
};

struct sample {
    int64_t number, at;                 /* of the snapshot */
    int64_t kafka_at;                   /* 0: Kafka was unavailable, and there are no partitions */
    int64_t postgres_at;                /* 0: Postgres was unavailable, and there are no outcomes */
    struct partition_outcomes outcomes; /* of all partitions together, since the beginning */
    int64_t conflicts;                  /* of the whole database */
    size_t member_count;                /* of the group; 0 while Kafka was unavailable */
    size_t partition_count;
    struct sample_partition partitions[]; /* by number of the partition */
};

struct history *history_new(void);
void history_free(struct history *history);

void history_add(struct history *history, const struct snapshot *snapshot);

/* Oldest first. Borrowed until the next history_add. */
size_t history_count(const struct history *history);
const struct sample *history_at(const struct history *history, size_t index);

#endif
