#include "tally.h"

#include "timestamp.h"

void tally_init(struct tally *tally)
{
    *tally = (struct tally){ .first_at = TIMESTAMP_NONE, .last_at = TIMESTAMP_NONE };
}

void tally_add(struct tally *tally, const struct event *event)
{
    tally->events[event->type->number]++;
    if (tally->first_at == TIMESTAMP_NONE || event->at < tally->first_at)
        tally->first_at = event->at;
    if (tally->last_at == TIMESTAMP_NONE || event->at > tally->last_at)
        tally->last_at = event->at;
}

uint64_t tally_total(const struct tally *tally)
{
    uint64_t total = 0;

    for (int type = 0; type < EVENT_TYPES_MAX; type++)
        total += tally->events[type];
    return total;
}
