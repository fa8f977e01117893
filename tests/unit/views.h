/*
 * views.h - snapshots for the suites of the monitor's pure modules.
 *
 *     struct snapshot now = view_snapshot(2, 5000);       // two partitions, 5 s after the epoch
 *     view_partition(&now, 0, 0, 100, 40, -1);            // from 0 to 100, 40 committed, nobody's
 *     view_member(&now, "a");                             // the next member
 *     view_release(&now);
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "snapshot.h"

#include <stdio.h>
#include <stdlib.h>

enum { VIEW_MEMBERS_MAX = 8 };

/* Both servers up, the topic there, the group stable and empty. */
static inline struct snapshot view_snapshot(size_t partitions, int64_t at)
{
    struct snapshot snapshot = { .number = at / 1000, .at = at, .kafka = kafka_view_new(partitions),
                                 .postgres = postgres_view_new(partitions) };

    snapshot.kafka->state = (struct view_state){ .at = at, .up = true };
    snapshot.kafka->has_topic = snapshot.kafka->is_stable = true;
    snapshot.kafka->members = calloc(VIEW_MEMBERS_MAX, sizeof(struct group_member));
    snapshot.postgres->state = (struct view_state){ .at = at, .up = true };
    for (size_t i = 0; i < partitions; i++)
        snapshot.postgres->partitions[i].partition = (int32_t)i;
    return snapshot;
}

static inline void view_release(struct snapshot *snapshot)
{
    kafka_view_free(snapshot->kafka);
    postgres_view_free(snapshot->postgres);
}

static inline void view_partition(struct snapshot *snapshot, size_t index, int64_t low, int64_t high, int64_t committed,
                                  int owner)
{
    snapshot->kafka->partitions[index] =
        (struct partition_state){ .low = low, .high = high, .committed = committed, .owner = owner };
}

static inline void view_member(struct snapshot *snapshot, const char *id)
{
    struct group_member *member = &snapshot->kafka->members[snapshot->kafka->member_count++];

    snprintf(member->id, sizeof(member->id), "%s", id);
    snprintf(member->host, sizeof(member->host), "/127.0.0.1");
}

#endif
