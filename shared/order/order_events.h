/*
 * order_events.h - turns the snapshot of one order back into its events.
 *
 * Pure: the same order, payload and as_of give the same events, byte for byte.
 * They are sorted by time, then in the order of the lifecycle, and share one payload.
 *
 *     struct order_events events;
 *
 *     order_events_make(lifecycle, &order, TIMESTAMP_NONE, &events);
 *     for (size_t i = 0; i < events.count; i++)
 *         send(&events.events[i], events.payload);
 *     order_events_release(&events);
 */
#ifndef ORDER_EVENTS_H
#define ORDER_EVENTS_H

#include "event.h"
#include "lifecycle.h"
#include "order.h"

struct order_events {
    struct event events[EVENT_TYPES_MAX];
    size_t count;
    char *payload; /* JSON, owned */
};

/*
 * With an `as_of` other than TIMESTAMP_NONE, a deadline before it that was not met counts as passed too, unless the order's
 * state is an exception.
 */
void order_events_make(const struct lifecycle *lifecycle, const struct order *order, int64_t as_of,
                       struct order_events *events);

void order_events_release(struct order_events *events);

#endif
