#include "order_events.h"

#include "event_id.h"
#include "event_json.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

static bool is_excepted(const struct lifecycle_rule *rule, const struct order *order)
{
    for (char **state = rule->states; state && *state; state++) {
        if (strcmp(order->fields[rule->exception_column], *state) == 0)
            return true;
    }
    return false;
}

/* Whether a deadline passed before what it waits for. */
static bool is_missed(const struct lifecycle *lifecycle, const struct lifecycle_rule *rule, const struct order *order,
                      int64_t as_of)
{
    int64_t deadline = order->times[rule->column];
    int64_t awaited = order->times[lifecycle->rules[rule->before->number].column];

    if (awaited != TIMESTAMP_NONE)
        return awaited > deadline;
    return as_of != TIMESTAMP_NONE && deadline < as_of && !is_excepted(rule, order);
}

/* Insertion keeps the lifecycle order among equal times, because events are added in it. */
static void add_event(struct order_events *events, const struct order *order, const struct event_type *type, int64_t at)
{
    size_t i = events->count++;

    for (; i > 0 && events->events[i - 1].at > at; i--)
        events->events[i] = events->events[i - 1];
    events->events[i] = (struct event){ .type = type, .at = at, .id = event_id_make(order->id, type, at) };
    memcpy(events->events[i].order_id, order->id, sizeof(order->id));
}

void order_events_make(const struct lifecycle *lifecycle, const struct order *order, int64_t as_of,
                       struct order_events *events)
{
    events->count = 0;
    for (int i = 0; i < lifecycle->form.type_count; i++) {
        const struct lifecycle_rule *rule = &lifecycle->rules[i];
        int64_t at = order->times[rule->column];

        if (at != TIMESTAMP_NONE && (!rule->before || is_missed(lifecycle, rule, order, as_of)))
            add_event(events, order, &lifecycle->form.types[i], at);
    }
    events->payload = payload_json_encode(&lifecycle->form, &order->payload);
}

void order_events_release(struct order_events *events)
{
    free(events->payload);
    events->payload = NULL;
    events->count = 0;
}
