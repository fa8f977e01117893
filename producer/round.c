#include "round.h"

#include "event_json.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

enum {
    ROUND_BYTES = 4 << 20, /* a larger round gains nothing: it leaves the processor's cache before it is sent */
    RECORD_OVERHEAD = 128, /* bytes, more than a record needs beside its key and value */
};

/* What a partition has of the round. */
struct round_share {
    int64_t events, bytes;
};

struct round *round_new(int partitions, int64_t batch_events, int64_t batch_bytes)
{
    struct round *round = checked(calloc(1, sizeof(*round)));

    round->shares = checked(calloc((size_t)partitions, sizeof(*round->shares)));
    round->partitions = partitions;
    round->batch_events = batch_events;
    round->batch_bytes = batch_bytes;
    return round;
}

static bool fits(const struct round *round, const struct round_share *share, int64_t bytes)
{
    if (round->count == 0)
        return true;
    return share->events < round->batch_events && share->bytes + bytes <= round->batch_bytes &&
           round->bytes + bytes <= ROUND_BYTES;
}

static void make_room(struct round *round, size_t text)
{
    if (round->count == round->capacity) {
        round->capacity = round->capacity ? round->capacity * 2 : 256;
        round->events = checked(realloc(round->events, round->capacity * sizeof(*round->events)));
    }
    if (round->texts_size - round->texts_length < text) {
        round->texts_size = 2 * (round->texts_length + text);
        round->texts = checked(realloc(round->texts, round->texts_size));
    }
}

bool round_add(struct round *round, int32_t partition, const struct event *event, const char *payload)
{
    size_t room = event_json_room(event, payload);
    int64_t bytes = (int64_t)(room + strlen(event->order_id) + RECORD_OVERHEAD);
    struct round_share *share = &round->shares[partition];
    struct prepared *prepared;

    if (!fits(round, share, bytes))
        return false;
    make_room(round, room);
    prepared = &round->events[round->count++];
    *prepared = (struct prepared){ .event = *event, .partition = partition, .start = round->texts_length };
    prepared->length = event_json_print(event, payload, round->texts + round->texts_length);
    round->texts_length += prepared->length;
    round->bytes += bytes;
    share->events++;
    share->bytes += bytes;
    return true;
}

char *round_json(const struct round *round, size_t i)
{
    return round->texts + round->events[i].start;
}

void round_clear(struct round *round)
{
    round->count = 0;
    round->texts_length = 0;
    round->bytes = 0;
    memset(round->shares, 0, (size_t)round->partitions * sizeof(*round->shares));
}

void round_free(struct round *round)
{
    if (!round)
        return;
    free(round->events);
    free(round->texts);
    free(round->shares);
    free(round);
}
