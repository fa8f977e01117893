/*
 * event_scan.h - reads an event in the form in which the producer writes it, in one pass and without a tree.
 *
 * That form has one spelling for each event: what event_json_print writes, around a payload whose keys are sorted and
 * whose values are clean texts, and lists of them, without a character that JSON escapes. The bytes of such a payload are
 * its canonical JSON, so they are hashed as they are.
 *
 *     if (!event_scan(bytes, length, form, &event, &summary) &&
 *         !event_json_decode(bytes, length, form, &event, &summary, reason))
 *         …                                                          // no event
 *
 * Where event_scan is true, event_json_decode would be too, with the same event and summary.
 */
#ifndef EVENT_SCAN_H
#define EVENT_SCAN_H

#include "event.h"

/*
 * False says only that the bytes are not an event in that form; `event` and `summary` hold nothing then.
 * event->type is borrowed from the form. The bytes need no final NUL.
 */
bool event_scan(const char *bytes, size_t length, const struct event_form *form, struct event *event,
                struct payload_summary *summary);

#endif
