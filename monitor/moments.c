#include "moments.h"

#include "memory.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct moments {
    struct moment ring[MOMENTS_MAX];
    size_t first, count;
};

static const char *const NAMES[] = {
    [MOMENT_JOINED] = "joined",
    [MOMENT_LEFT] = "left",
    [MOMENT_DIED] = "died",
    [MOMENT_GONE] = "gone",
    [MOMENT_STALLED] = "stalled",
    [MOMENT_REBALANCE] = "rebalance",
    [MOMENT_KAFKA_AWAY] = "kafka-away",
    [MOMENT_KAFKA_BACK] = "kafka-back",
    [MOMENT_POSTGRES_AWAY] = "postgres-away",
    [MOMENT_POSTGRES_BACK] = "postgres-back",
    [MOMENT_TOPIC_GONE] = "topic-gone",
    [MOMENT_TOPIC_NEW] = "topic-new",
};

struct moments *moments_new(void)
{
    return checked(calloc(1, sizeof(struct moments)));
}

void moments_free(struct moments *moments)
{
    free(moments);
}

size_t moments_count(const struct moments *moments)
{
    return moments->count;
}

const struct moment *moments_at(const struct moments *moments, size_t index)
{
    return &moments->ring[(moments->first + index) % MOMENTS_MAX];
}

const char *moment_kind_name(enum moment_kind kind)
{
    return NAMES[kind];
}

/* Returns the new moment, so that the caller adds its parts. */
__attribute__((format(printf, 4, 5))) static struct moment *add(struct moments *moments, const struct snapshot *now,
                                                                enum moment_kind kind, const char *format, ...)
{
    struct moment *moment = &moments->ring[(moments->first + moments->count) % MOMENTS_MAX];
    va_list arguments;

    if (moments->count < MOMENTS_MAX)
        moments->count++;
    else
        moments->first = (moments->first + 1) % MOMENTS_MAX;
    *moment = (struct moment){ .number = now->number, .at = now->at, .kind = kind };
    va_start(arguments, format);
    vsnprintf(moment->text, sizeof(moment->text), format, arguments);
    va_end(arguments);
    text_clean(moment->text); /* it may have been truncated within a character */
    return moment;
}

static void add_number(struct moment *moment, int64_t number)
{
    if (moment->number_count < MOMENT_NUMBERS_MAX)
        moment->numbers[moment->number_count++] = number;
}

static void add_reason(struct moment *moment, const char *reason)
{
    snprintf(moment->reason, sizeof(moment->reason), "%.*s", (int)sizeof(moment->reason) - 1, reason);
    text_clean(moment->reason);
}

static void compare_servers(struct moments *moments, const struct snapshot *before, const struct snapshot *now)
{
    const struct view_state *kafka = &now->kafka->state, *postgres = &now->postgres->state;

    if (before->number == 0) /* no server had been asked yet */
        return;
    if (before->kafka->state.up && !kafka->up)
        add_reason(add(moments, now, MOMENT_KAFKA_AWAY, "Kafka is away: %s", kafka->reason), kafka->reason);
    if (!before->kafka->state.up && kafka->up)
        add(moments, now, MOMENT_KAFKA_BACK, "Kafka answers");
    if (before->postgres->state.up && !postgres->up)
        add_reason(add(moments, now, MOMENT_POSTGRES_AWAY, "Postgres is away: %s", postgres->reason), postgres->reason);
    if (!before->postgres->state.up && postgres->up)
        add(moments, now, MOMENT_POSTGRES_BACK, "Postgres answers");
}

static void compare_topic(struct moments *moments, const struct snapshot *before, const struct snapshot *now)
{
    const struct kafka_view *was = before->kafka, *is = now->kafka;

    if (was->has_topic && !is->has_topic)
        add(moments, now, MOMENT_TOPIC_GONE, "The topic is gone");
    if (!was->has_topic && is->has_topic)
        add_number(add(moments, now, MOMENT_TOPIC_NEW, "The topic exists, with %zu partitions", is->partition_count),
                   (int64_t)is->partition_count);
    if (!was->has_topic || !is->has_topic)
        return;
    if (is->partition_count > was->partition_count) {
        struct moment *grown = add(moments, now, MOMENT_TOPIC_NEW, "The topic has %zu partitions now, instead of %zu",
                                   is->partition_count, was->partition_count);

        add_number(grown, (int64_t)is->partition_count);
        add_number(grown, (int64_t)was->partition_count);
    }
    for (size_t i = 0; i < is->partition_count && i < was->partition_count; i++) {
        struct moment *cut;

        if (is->partitions[i].high >= was->partitions[i].high)
            continue;
        cut = add(moments, now, MOMENT_TOPIC_NEW,
                  "Partition %zu ends at offset %" PRId64 " instead of %" PRId64
                  ": the topic was recreated, or lost its last records",
                  i, is->partitions[i].high, was->partitions[i].high);
        add_number(cut, (int64_t)i);
        add_number(cut, is->partitions[i].high);
        add_number(cut, was->partitions[i].high);
        return; /* one moment is enough */
    }
}

static int64_t waiting_for(const struct kafka_view *view, size_t member)
{
    int64_t waiting = 0;

    for (size_t i = 0; i < view->partition_count; i++) {
        if (view->partitions[i].owner == (int)member)
            waiting += partition_lag(&view->partitions[i]);
    }
    return waiting;
}

static void note_absence(struct moments *moments, const struct snapshot *before, const struct snapshot *now,
                         size_t member)
{
    const struct kafka_view *was = before->kafka;
    const char *id = was->members[member].id;
    int64_t stepped_at = member_stepped_at(was, member);
    struct moment *moment;

    if (member_is_stalled(was, member)) {
        moment = add(moments, now, MOMENT_DIED,
                     "Member %s is dead: its session timed out while %" PRId64 " records waited for it", id,
                     waiting_for(was, member));
        add_number(moment, waiting_for(was, member));
    } else if (stepped_at > 0 && now->kafka->state.at - stepped_at < STALLED_AFTER_MS) {
        moment = add(moments, now, MOMENT_LEFT, "Member %s has left", id);
    } else {
        moment = add(moments, now, MOMENT_GONE,
                     "Member %s is gone. It was stopped or killed: Kafka does not report which, and no "
                     "records had waited long enough to tell",
                     id);
    }
    moment->member = was->members[member];
}

static void compare_member(struct moments *moments, const struct snapshot *before, const struct snapshot *now,
                           size_t member)
{
    const struct kafka_view *was = before->kafka, *is = now->kafka;
    const char *id = is->members[member].id;
    int earlier = member_find(was, id);
    struct moment *moment;

    if (earlier < 0) {
        moment = add(moments, now, MOMENT_JOINED, "Member %s has joined, from %s", id, is->members[member].host);
    } else if (member_is_stalled(is, member) && !member_is_stalled(was, (size_t)earlier)) {
        moment = add(moments, now, MOMENT_STALLED,
                     "Member %s has made no progress for %d s while %" PRId64 " records wait: it was killed or "
                     "stopped, or is blocked",
                     id, STALLED_AFTER_MS / 1000, waiting_for(is, member));
        add_number(moment, STALLED_AFTER_MS / 1000);
        add_number(moment, waiting_for(is, member));
    } else {
        return;
    }
    moment->member = is->members[member];
}

static void compare_members(struct moments *moments, const struct snapshot *before, const struct snapshot *now)
{
    const struct kafka_view *was = before->kafka, *is = now->kafka;

    for (size_t i = 0; i < was->member_count; i++) {
        if (member_find(is, was->members[i].id) < 0)
            note_absence(moments, before, now, i);
    }
    for (size_t i = 0; i < is->member_count; i++)
        compare_member(moments, before, now, i);
}

static const char *owner_of(const struct kafka_view *view, size_t partition)
{
    int owner = partition < view->partition_count ? view->partitions[partition].owner : -1;

    return owner < 0 ? "" : view->members[owner].id;
}

static void compare_owners(struct moments *moments, const struct snapshot *before, const struct snapshot *now)
{
    const struct kafka_view *is = now->kafka;
    size_t changed = 0;

    if (!is->is_stable || is->member_count == 0) /* that the last one left is reported already */
        return;
    for (size_t i = 0; i < is->partition_count; i++)
        changed += strcmp(owner_of(before->kafka, i), owner_of(is, i)) != 0;
    if (changed > 0) {
        struct moment *moment = add(moments, now, MOMENT_REBALANCE,
                                    "Rebalance: %zu of %zu partitions have a new owner; %zu members share them",
                                    changed, is->partition_count, is->member_count);

        add_number(moment, (int64_t)changed);
        add_number(moment, (int64_t)is->partition_count);
        add_number(moment, (int64_t)is->member_count);
    }
}

void moments_compare(struct moments *moments, const struct snapshot *before, const struct snapshot *now)
{
    compare_servers(moments, before, now);
    if (!now->kafka->state.up || before->kafka->state.at == 0) /* without two views nothing can be compared */
        return;
    compare_topic(moments, before, now);
    compare_members(moments, before, now);
    compare_owners(moments, before, now);
}
