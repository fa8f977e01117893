#include "history.h"

#include "memory.h"

#include <stdlib.h>

struct history {
    struct sample *ring[HISTORY_MAX];
    size_t first, count, bytes;
};

struct history *history_new(void)
{
    return checked(calloc(1, sizeof(struct history)));
}

size_t history_count(const struct history *history)
{
    return history->count;
}

const struct sample *history_at(const struct history *history, size_t index)
{
    return history->ring[(history->first + index) % HISTORY_MAX];
}

static size_t size_of(const struct sample *sample)
{
    return sizeof(*sample) + sample->partition_count * sizeof(sample->partitions[0]);
}

static void drop_oldest(struct history *history)
{
    struct sample *oldest = history->ring[history->first];

    history->bytes -= size_of(oldest);
    history->first = (history->first + 1) % HISTORY_MAX;
    history->count--;
    free(oldest);
}

void history_free(struct history *history)
{
    if (!history)
        return;
    while (history->count > 0)
        drop_oldest(history);
    free(history);
}

static struct sample *make_sample(const struct snapshot *snapshot)
{
    const struct kafka_view *kafka = snapshot->kafka;
    const struct postgres_view *postgres = snapshot->postgres;
    size_t partitions = kafka->state.up ? kafka->partition_count : 0;
    struct sample *sample = checked(calloc(1, sizeof(*sample) + partitions * sizeof(sample->partitions[0])));

    sample->number = snapshot->number;
    sample->at = snapshot->at;
    sample->kafka_at = kafka->state.up ? kafka->state.at : 0;
    sample->postgres_at = postgres->state.up ? postgres->state.at : 0;
    sample->outcomes = postgres_view_sum(postgres);
    sample->conflicts = postgres->conflicts;
    sample->member_count = kafka->state.up ? kafka->member_count : 0;
    sample->partition_count = partitions;
    for (size_t i = 0; i < partitions; i++)
        sample->partitions[i] =
            (struct sample_partition){ kafka->partitions[i].high, partition_lag(&kafka->partitions[i]) };
    return sample;
}

void history_add(struct history *history, const struct snapshot *snapshot)
{
    struct sample *sample = make_sample(snapshot);

    while (history->count > 0 && (history->count == HISTORY_MAX || history->bytes + size_of(sample) > HISTORY_BYTES))
        drop_oldest(history);
    history->ring[(history->first + history->count) % HISTORY_MAX] = sample;
    history->count++;
    history->bytes += size_of(sample);
}
