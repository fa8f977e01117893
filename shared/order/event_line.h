/*
 * event_line.h - an event as key=value text, for the output of --log-events.
 *
 *     char line[EVENT_LINE_SIZE];
 *
 *     event_line(&event, line);
 *     puts(line);                  // eventAt=2017-10-02T10:56:33 eventType=DELIVERED orderId=… eventId=…
 *
 * The event's id must be set. Nothing is truncated. Scripts read these keys, so they must not change.
 */
#ifndef EVENT_LINE_H
#define EVENT_LINE_H

#include "event.h"
#include "event_id.h"
#include "timestamp.h"

enum {
    EVENT_LINE_SIZE = sizeof("eventAt= eventType= orderId= eventId=") + TIMESTAMP_SIZE + EVENT_TYPE_NAME_MAX +
                      ORDER_ID_MAX + EVENT_ID_SIZE,
};

void event_line(const struct event *event, char line[EVENT_LINE_SIZE]);

#endif
