#include "event_line.h"

#include <stdio.h>

void event_line(const struct event *event, char line[EVENT_LINE_SIZE])
{
    char at[TIMESTAMP_SIZE], id[EVENT_ID_SIZE];

    timestamp_print(event->at, at);
    event_id_print(&event->id, id);
    snprintf(line, EVENT_LINE_SIZE, "eventAt=%s eventType=%s orderId=%s eventId=%s", at, event->type->name,
             event->order_id, id);
}
