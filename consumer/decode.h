/*
 * decode.h - turns a record's bytes into an event, or says why they are not one.
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
 * A record is an event if its value is one (event_json.h) and its key is the
 * event's orderId. With another key it may be in another partition than the other
 * events of its order, and then their order is not kept.
 */
bool decode_record(const struct record *record, const struct event_form *form, struct event *event,
                   struct payload_summary *summary, char reason[REASON_SIZE]);

#endif
