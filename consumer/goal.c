#include "goal.h"

#include "log.h"
#include "memory.h"
#include "monotonic.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    CHECK_MS = 250,
    STANDSTILL_MS = 5000, /* then the user is told what is waited for */
};

void goal_init(struct goal *goal, struct source *source, struct store *store, const struct store_place *place)
{
    *goal = (struct goal){ .source = source, .store = store, .place = place, .moved_at = monotonic_ms() };
}

void goal_release(struct goal *goal)
{
    free(goal->ends);
    *goal = (struct goal){ 0 };
}

static const struct goal_end *find_end(const struct goal *goal, int32_t partition)
{
    for (size_t i = 0; i < goal->count; i++) {
        if (goal->ends[i].partition == partition)
            return &goal->ends[i];
    }
    return NULL;
}

bool goal_aim(struct goal *goal, const struct log_now *logs, size_t count)
{
    struct goal_end *ends = checked(calloc(count + 1, sizeof(*ends)));
    size_t end_count = 0;
    bool has_changed = !goal->is_known;

    for (size_t i = 0; i < count; i++) {
        const struct log_now *log = &logs[i];
        const struct goal_end *before = find_end(goal, log->partition);

        if (log->is_new && log->low == log->end_offset)
            continue; /* nothing to read in it */
        if (before && before->log == log->log) {
            ends[end_count++] = *before;
            continue;
        }
        has_changed = true;
        ends[end_count++] = (struct goal_end){ log->partition, log->log, log->end_offset };
    }
    free(goal->ends);
    goal->ends = ends;
    goal->count = end_count;
    goal->is_known = true;
    return has_changed;
}

const struct goal_end *goal_left(const struct goal *goal, const struct known_logs *known, int64_t *counted)
{
    for (size_t i = 0; i < goal->count; i++) {
        const struct goal_end *end = &goal->ends[i];

        *counted = 0;
        for (size_t j = 0; j < known->count; j++) {
            if (known->logs[j].partition == end->partition && known->logs[j].log == end->log)
                *counted = known->logs[j].next_offset;
        }
        if (*counted < end->offset)
            return end;
    }
    return NULL;
}

/* Looks at all partitions. True when the goal is still the same. */
static bool aim_again(struct goal *goal, const struct known_logs *known)
{
    struct log_now *logs = NULL;
    size_t count = 0;
    bool is_same = source_find_logs(goal->source, known, true, &logs, &count) && !goal_aim(goal, logs, count);

    free(logs);
    return is_same;
}

static bool is_committed(const struct goal *goal)
{
    struct partition_offset *offsets = checked(calloc(goal->count + 1, sizeof(*offsets)));
    bool is;

    for (size_t i = 0; i < goal->count; i++)
        offsets[i] = (struct partition_offset){ goal->ends[i].partition, goal->ends[i].offset };
    is = source_has_committed(goal->source, offsets, goal->count);
    free(offsets);
    return is;
}

static void tell_standstill(struct goal *goal, const struct goal_end *left, int64_t counted)
{
    if (goal->has_told)
        return;
    goal->has_told = true;
    if (left)
        log_info("worker",
                 "nothing has moved for %d s; waiting for partition %" PRId32 ": counted up to offset %" PRId64
                 " of %" PRId64 ", log %" PRId32 "; another member may own it, or its broker may be down",
                 STANDSTILL_MS / 1000, left->partition, counted, left->offset, left->log);
    else
        log_info("worker", "nothing has moved for %d s; waiting for the group's offsets to be committed",
                 STANDSTILL_MS / 1000);
}

static void note_movement(struct goal *goal, const struct known_logs *known, int64_t now)
{
    int64_t counted = 0;

    for (size_t i = 0; i < known->count; i++)
        counted += known->logs[i].next_offset;
    if (counted == goal->counted)
        return;
    goal->counted = counted;
    goal->moved_at = now;
    goal->has_told = false;
}

/* Looks once more before it is true: a topic that was recreated meanwhile has a new goal. */
static bool is_reached(struct goal *goal, const struct known_logs *known, int64_t now)
{
    const struct goal_end *left;
    int64_t counted = 0;

    if (!goal->is_known)
        aim_again(goal, known);
    note_movement(goal, known, now);
    left = goal_left(goal, known, &counted);
    if (goal->is_known && !left && is_committed(goal))
        return aim_again(goal, known);
    if (now - goal->moved_at >= STANDSTILL_MS) {
        tell_standstill(goal, left, counted);
        aim_again(goal, known);
        goal->moved_at = now;
    }
    return false;
}

enum store_result goal_check(struct goal *goal, bool *reached)
{
    struct known_logs known = { 0 };
    enum store_result result;
    int64_t now = monotonic_ms();

    *reached = false;
    if (now - goal->checked_at < CHECK_MS)
        return STORE_DONE;
    goal->checked_at = now;
    result = store_read_logs(goal->store, goal->place, &known);
    if (result == STORE_DONE)
        *reached = is_reached(goal, &known, now);
    free(known.logs);
    return result;
}
