/*
 * event_json.h - the JSON form of an event, which is the value of a record.
 *
 *     {"eventId":"…","eventType":"DELIVERED","eventAt":"2017-10-10T21:25:13",
 *      "orderId":"e481…","payload":{"customer":"9ef4…","region":"SP",…}}
 *
 * docs/event.schema.json is the exact definition. The types and payload fields are
 * those of a form (event_form.h). Fields that are not in the form are accepted and
 * ignored. Fields that are in the form must have the right kind and length, and
 * eventId must be the result of event_id_make. decode(encode(e)) is e.
 *
 *     char *payload = payload_json_encode(form, &order_payload);
 *     char *json = event_json_encode(&event, payload, &length);
 *     …
 *     if (!event_json_decode(json, length, form, &event, &summary, reason))
 *         log_warn("decode", "not an event: %s", reason);
 *     free(json);
 *     free(payload);
 *
 * Each time and each id can be written in only one way. Other forms are refused.
 */
#ifndef EVENT_JSON_H
#define EVENT_JSON_H

#include "event.h"
#include "reason.h"

/* The beginning of the reason if the form lacks the type. */
#define EVENT_TYPE_UNKNOWN "eventType is unknown: "

enum { EVENT_FOREIGN_SIZE = sizeof("payload.") + PAYLOAD_NAME_MAX };

/* The payload as compact JSON, with the keys sorted by their bytes. The caller frees it. */
char *payload_json_encode(const struct event_form *form, const struct payload *payload);

/* The whole event, with a payload that is JSON already. The caller frees it. `length` excludes the final NUL. */
char *event_json_encode(const struct event *event, const char *payload_json, size_t *length);

/* The same, but writes to the caller's buffer of at least event_json_room bytes. Returns the length. */
size_t event_json_print(const struct event *event, const char *payload_json, char *json);
size_t event_json_room(const struct event *event, const char *payload_json);

/*
 * False, with the reason in words, if the bytes are not a valid event. They need no final NUL.
 * event->type is borrowed from the form.
 */
bool event_json_decode(const char *bytes, size_t length, const struct event_form *form, struct event *event,
                       struct payload_summary *summary, char reason[REASON_SIZE]);

/*
 * True if the bytes are a valid event with a type or a payload field that the form lacks, as in events of another
 * lifecycle. `what` is then "TYPE" or "payload.FIELD".
 */
bool event_json_is_foreign(const char *bytes, size_t length, const struct event_form *form,
                           char what[EVENT_FOREIGN_SIZE]);

#endif
