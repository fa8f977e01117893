/*
 * order_events.h - what happened to one order: the snapshot turned back into its events.
 *
 * Pure: the same order, enrichment and as_of give the same events, byte for
 * byte. They are sorted by (time, lifecycle), and share one payload.
 *
 *     struct order_events events;
 *
 *     order_events_make(&order, &enriched, TIMESTAMP_NONE, &events);
 *     for (size_t i = 0; i < events.count; i++)
 *         send(&events.events[i], events.payload);
 *     order_events_release(&events);
 */
#ifndef ORDER_EVENTS_H
#define ORDER_EVENTS_H

#include "event.h"
#include "order.h"

struct order_events {
    struct event events[EVENT_TYPES];
    size_t count;
    char *payload; /* JSON, owned */
};

/*
 * `enriched` holds what the other files know of the order; its customer and
 * estimate are ignored in favour of the order's own. With `as_of` (or
 * TIMESTAMP_NONE) an undelivered order whose estimate lies before it is late too.
 */
void order_events_make(const struct order *order, const struct payload *enriched, int64_t as_of,
                       struct order_events *events);

void order_events_release(struct order_events *events);

#endif
