/*
 * round.h - the events that are sent together: at most one batch for each partition.
 *
 * An event that is larger than a batch is sent as a separate round.
 *
 *     struct round *round = round_new(partitions, batch_events, batch_bytes);
 *
 *     while (round_add(round, partition, &event, payload))
 *         …                                        // the next event
 *     for (size_t i = 0; i < round->count; i++)
 *         send(&round->events[i], round_json(round, i));
 *     round_clear(round);
 *     round_free(round);
 */
#ifndef ROUND_H
#define ROUND_H

#include "event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prepared {
    struct event event;
    int32_t partition;
    size_t start, length; /* of its JSON, in `texts` of the round */
};

struct round {
    struct prepared *events; /* in the order in which they were added */
    size_t count, capacity;
    char *texts; /* the JSON of all of them, one after the other */
    size_t texts_length, texts_size;
    struct round_share *shares; /* by partition */
    int partitions;
    int64_t bytes, batch_events, batch_bytes;
};

/* `batch_events` and `batch_bytes` are the limits of a batch. */
struct round *round_new(int partitions, int64_t batch_events, int64_t batch_bytes);

/* Adds a copy. False if it does not fit. Any event fits into an empty round. */
bool round_add(struct round *round, int32_t partition, const struct event *event, const char *payload);

/* The JSON of the i-th event, without a NUL. Borrowed until the round is cleared. */
char *round_json(const struct round *round, size_t i);

void round_clear(struct round *round);
void round_free(struct round *round);

#endif
