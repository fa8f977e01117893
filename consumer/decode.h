/*
 * decode.h - from a record's bytes to an event, or to the reason why it is none.
 *
 *     if (!decode_record(&record, form, &event, &summary, reason))
 *         quarantine(&record, reason);
 *
 * Pure: logs nothing, keeps nothing.
 */
#ifndef DECODE_H
#define DECODE_H

#include "event.h"
#include "event_json.h"
#include "reason.h"
#include "record.h"

#include <stdbool.h>

/*
 * A record is an event when its value is one (event_json.h) and its key is the
 * event's orderId: a record under another key may sit in another partition than
 * its order's other events, where the order among them is lost.
 */
bool decode_record(const struct record *record, const struct event_form *form, struct event *event,
                   struct payload_summary *summary, char reason[REASON_SIZE]);

#endif
