/*
 * decode.h - turns a record's bytes into an event, or gives the reason why they are not one.
 *
 *     if (!decode_record(&record, form, &event, &summary, reason))
 *         quarantine(&record, reason);
 *
 * Pure: logs nothing and has no state.
 */
#ifndef DECODE_H
#define DECODE_H

#include "event.h"
#include "event_json.h"
#include "reason.h"
#include "record.h"

#include <stdbool.h>

/*
 * A record is an event if its value is one (event_json.h) and its key is the event's
 * orderId. With a different key it may be in a different partition than the other events
 * of its order, so that they could be applied in the wrong order.
 */
bool decode_record(const struct record *record, const struct event_form *form, struct event *event,
                   struct payload_summary *summary, char reason[REASON_SIZE]);

#endif
