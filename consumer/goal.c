#include "goal.h"

#include "memory.h"

#include <stdlib.h>

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
    *goal = (struct goal){ .ends = ends, .count = end_count, .is_known = true };
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

bool goal_is_committed(const struct goal *goal, struct source *source)
{
    struct partition_offset *offsets = checked(calloc(goal->count + 1, sizeof(*offsets)));
    bool is_committed;

    for (size_t i = 0; i < goal->count; i++)
        offsets[i] = (struct partition_offset){ goal->ends[i].partition, goal->ends[i].offset };
    is_committed = source_has_committed(source, offsets, goal->count);
    free(offsets);
    return is_committed;
}
