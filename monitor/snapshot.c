#include "snapshot.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

struct kafka_view *kafka_view_new(size_t partition_count)
{
    struct kafka_view *view = checked(calloc(1, sizeof(*view)));

    view->partition_count = partition_count;
    view->partitions = checked(calloc(partition_count + 1, sizeof(*view->partitions)));
    for (size_t i = 0; i < partition_count; i++)
        view->partitions[i] = (struct partition_state){ .committed = -1, .owner = -1 };
    return view;
}

struct kafka_view *kafka_view_copy(const struct kafka_view *view)
{
    struct kafka_view *copy = kafka_view_new(view->partition_count);
    struct partition_state *partitions = copy->partitions;

    *copy = *view;
    copy->partitions = partitions;
    copy->members = checked(calloc(view->member_count + 1, sizeof(*view->members)));
    memcpy(copy->partitions, view->partitions, view->partition_count * sizeof(*view->partitions));
    if (view->member_count > 0)
        memcpy(copy->members, view->members, view->member_count * sizeof(*view->members));
    return copy;
}

void kafka_view_free(struct kafka_view *view)
{
    if (!view)
        return;
    free(view->partitions);
    free(view->members);
    free(view);
}

struct postgres_view *postgres_view_new(size_t type_count, size_t partition_count)
{
    struct postgres_view *view = checked(calloc(1, sizeof(*view)));

    view->type_count = type_count;
    view->types = checked(calloc(type_count + 1, sizeof(*view->types)));
    view->partition_count = partition_count;
    view->partitions = checked(calloc(partition_count + 1, sizeof(*view->partitions)));
    return view;
}

struct postgres_view *postgres_view_copy(const struct postgres_view *view)
{
    struct postgres_view *copy = postgres_view_new(view->type_count, view->partition_count);
    struct type_total *types = copy->types;
    struct partition_outcomes *partitions = copy->partitions;

    *copy = *view;
    copy->types = types;
    copy->partitions = partitions;
    memcpy(copy->types, view->types, view->type_count * sizeof(*view->types));
    memcpy(copy->partitions, view->partitions, view->partition_count * sizeof(*view->partitions));
    return copy;
}

void postgres_view_free(struct postgres_view *view)
{
    if (!view)
        return;
    free(view->types);
    free(view->partitions);
    free(view);
}

int64_t partition_lag(const struct partition_state *partition)
{
    bool is_inside = partition->committed >= partition->low && partition->committed <= partition->high;

    return partition->high - (is_inside ? partition->committed : partition->low);
}

struct partition_outcomes postgres_view_sum(const struct postgres_view *view)
{
    struct partition_outcomes sum = { .partition = -1 };

    for (size_t i = 0; i < view->partition_count; i++) {
        const struct partition_outcomes *outcomes = &view->partitions[i];

        sum.received += outcomes->received;
        sum.applied += outcomes->applied;
        sum.duplicate += outcomes->duplicate;
        sum.redelivered += outcomes->redelivered;
        sum.quarantined += outcomes->quarantined;
        sum.retired += outcomes->retired;
        sum.absent += outcomes->absent;
        sum.deleted += outcomes->deleted;
        sum.uncounted += outcomes->uncounted;
    }
    return sum;
}

int member_find(const struct kafka_view *view, const char *id)
{
    for (size_t i = 0; i < view->member_count; i++) {
        if (strcmp(view->members[i].id, id) == 0)
            return (int)i;
    }
    return -1;
}

/* The owner that a partition had before, as an index into the members of now. */
static int carried_owner(const struct kafka_view *view, const struct kafka_view *before, size_t partition)
{
    int owner = before->partitions[partition].owner;

    return owner < 0 ? -1 : member_find(view, before->members[owner].id);
}

static void carry_group(struct kafka_view *view, const struct kafka_view *before)
{
    memcpy(view->group_state, before->group_state, sizeof(view->group_state));
    view->is_stable = false;
    free(view->members);
    view->member_count = before->member_count;
    view->members = checked(calloc(view->member_count + 1, sizeof(*view->members)));
    if (view->member_count > 0)
        memcpy(view->members, before->members, view->member_count * sizeof(*view->members));
}

void kafka_view_carry(struct kafka_view *view, const struct kafka_view *before, bool is_held_up)
{
    if (view->is_group_old)
        carry_group(view, before);
    for (size_t i = 0; i < view->partition_count; i++) {
        struct partition_state *partition = &view->partitions[i];
        bool was_there = i < before->partition_count;
        int owner = was_there ? carried_owner(view, before, i) : -1;
        bool is_owned_on, stepped;

        if (!view->is_stable)
            partition->owner = owner;
        is_owned_on = was_there && partition->owner == owner;
        stepped = is_owned_on && partition->committed != before->partitions[i].committed;
        partition->stepped_at = stepped ? view->state.at : is_owned_on ? before->partitions[i].stepped_at : 0;
        if (is_owned_on && !stepped && before->state.up && !is_held_up && partition_lag(partition) > 0)
            partition->waits_since = before->partitions[i].waits_since;
        else
            partition->waits_since = view->state.at;
    }
}

int64_t member_stepped_at(const struct kafka_view *view, size_t member)
{
    int64_t latest = 0;

    for (size_t i = 0; i < view->partition_count; i++) {
        const struct partition_state *partition = &view->partitions[i];

        if (partition->owner == (int)member && partition->stepped_at > latest)
            latest = partition->stepped_at;
    }
    return latest;
}

bool member_is_stalled(const struct kafka_view *view, size_t member)
{
    int64_t stepped_at = member_stepped_at(view, member);

    if (stepped_at > 0 && view->state.at - stepped_at < STALLED_AFTER_MS)
        return false;
    for (size_t i = 0; i < view->partition_count; i++) {
        const struct partition_state *partition = &view->partitions[i];

        if (partition->owner == (int)member && partition_lag(partition) > 0 &&
            view->state.at - partition->waits_since >= STALLED_AFTER_MS)
            return true;
    }
    return false;
}
