/*
 * event_scan.h - reads an event in the form in which the producer writes it, in one pass and without a tree.
 *
 * In that form there is only one way to write each event: the output of event_json_print, with a payload whose keys are
 * sorted, and whose values are clean texts and lists of them, without characters that JSON escapes. The bytes of such a
 * payload are its canonical JSON, so they are hashed unchanged.
 *
 *     if (!event_scan(bytes, length, form, &event, &summary) &&
 *         !event_json_decode(bytes, length, form, &event, &summary, reason))
 *         …                                                          // no event
 *
 * If event_scan returns true, event_json_decode would also return true, with the same event and summary.
 */
#ifndef EVENT_SCAN_H
#define EVENT_SCAN_H

#include "event.h"

/*
 * False means only that the bytes are not an event in that form. The contents of `event` and `summary` are then undefined.
 * event->type is borrowed from the form. The bytes need no final NUL.
 */
bool event_scan(const char *bytes, size_t length, const struct event_form *form, struct event *event,
                struct payload_summary *summary);

#endif
