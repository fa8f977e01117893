/*
 * views.h - snapshots for the suites of the monitor's pure modules.
 *
 *     struct snapshot now = view_snapshot(2, 5000);       // two partitions, 5 s after the epoch
 *     view_partition(&now, 0, 0, 100, 40, -1);            // from 0 to 100, 40 committed, no owner
 *     view_member(&now, "a");                             // the next member
 *     view_type(&now, "DELIVERED", 7);                    // the next type, with so many events
 *     view_release(&now);
 */
#ifndef VIEWS_H
#define VIEWS_H

#include "snapshot.h"

#include <stdio.h>
#include <stdlib.h>

enum { VIEW_MEMBERS_MAX = 8, VIEW_TYPES_MAX = 64 };

/* Both servers up, the topic there, the group stable and empty. */
static inline struct snapshot view_snapshot(size_t partitions, int64_t at)
{
    struct snapshot snapshot = { .number = at / 1000, .at = at, .kafka = kafka_view_new(partitions),
                                 .postgres = postgres_view_new(VIEW_TYPES_MAX, partitions) };

    snapshot.kafka->state = (struct view_state){ .at = at, .up = true };
    snapshot.kafka->has_topic = snapshot.kafka->is_stable = true;
    snapshot.kafka->members = calloc(VIEW_MEMBERS_MAX, sizeof(struct group_member));
    snapshot.postgres->type_count = 0;
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

static inline void view_type(struct snapshot *snapshot, const char *type, int64_t events)
{
    struct type_total *total = &snapshot->postgres->types[snapshot->postgres->type_count++];

    snprintf(total->type, sizeof(total->type), "%s", type);
    total->events = events;
}

/* The name of type i, as long as one can be. */
static inline void view_longest_type(size_t i, char type[TYPE_NAME_SIZE])
{
    snprintf(type, TYPE_NAME_SIZE, "%063zu", i);
    for (char *digit = type; *digit; digit++)
        *digit = (char)(*digit - '0' + 'A');
}

/* As many types as there can be; type i has i events. */
static inline void view_longest_types(struct snapshot *snapshot)
{
    char type[TYPE_NAME_SIZE];

    for (size_t i = 0; i < VIEW_TYPES_MAX; i++) {
        view_longest_type(i, type);
        view_type(snapshot, type, (int64_t)i);
    }
}

#endif
