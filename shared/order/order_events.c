#include "order_events.h"

#include "event_id.h"
#include "event_json.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

static bool is_late(const struct order *order, int64_t as_of)
{
    if (order->estimated_at == TIMESTAMP_NONE)
        return false;
    if (order->delivered_at != TIMESTAMP_NONE)
        return order->delivered_at > order->estimated_at;
    return as_of != TIMESTAMP_NONE && order->estimated_at < as_of && !order->is_called_off;
}

/* Insertion keeps the lifecycle order among equal times, because events are added in it. */
static void add_event(struct order_events *events, const struct order *order, enum event_type type, int64_t at)
{
    size_t i = events->count++;

    for (; i > 0 && events->events[i - 1].at > at; i--)
        events->events[i] = events->events[i - 1];
    events->events[i] = (struct event){ .type = type, .at = at, .id = event_id_make(order->id, type, at) };
    memcpy(events->events[i].order_id, order->id, sizeof(order->id));
}

void order_events_make(const struct order *order, const struct payload *enriched, int64_t as_of,
                       struct order_events *events)
{
    const int64_t times[EVENT_TYPES] = {
        [ORDER_PLACED] = order->placed_at,
        [ORDER_APPROVED] = order->approved_at,
        [HANDED_TO_CARRIER] = order->handed_over_at,
        [DELIVERED] = order->delivered_at,
        [LATE_DETECTED] = is_late(order, as_of) ? order->estimated_at : TIMESTAMP_NONE,
    };
    struct payload payload = *enriched;

    events->count = 0;
    for (int type = 0; type < EVENT_TYPES; type++) {
        if (times[type] != TIMESTAMP_NONE)
            add_event(events, order, (enum event_type)type, times[type]);
    }
    payload.customer = *order->customer ? order->customer : NULL;
    payload.estimated_delivery_at = order->estimated_at;
    events->payload = payload_json_encode(&payload);
}

void order_events_release(struct order_events *events)
{
    free(events->payload);
    *events = (struct order_events){ 0 };
}
