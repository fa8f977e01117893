/*
 * event_id.h - computes event ids: the same fact has the same id, on every machine and in every run.
 *
 * An event id is a UUID version 8 (RFC 9562, section 5.8), computed only from the
 * event's content. The bytes `order-replay/1\n<orderId>\n<eventType>\n<eventAt>` are
 * hashed with XXH3-128 (seed 0, canonical big-endian form). Then bytes 0-5 are
 * overwritten with eventAt in Unix milliseconds (big-endian), the version nibble
 * with 8, and the variant bits with 10. The time comes first so that a database
 * index receives the ids of a replay in order.
 *
 *     struct event_id id = event_id_make("e481f51c…", type, at);
 *     char text[EVENT_ID_SIZE];
 *
 *     event_id_print(&id, text);    // 015edc9c-6668-8…
 */
#ifndef EVENT_ID_H
#define EVENT_ID_H

#include "event.h"

enum { EVENT_ID_SIZE = sizeof("01234567-89ab-cdef-0123-456789abcdef") };

/* The order id must be valid, and the time must be within the range of timestamp.h. */
struct event_id event_id_make(const char *order_id, const struct event_type *type, int64_t at);

/* Writes lower-case hexadecimal digits in the 8-4-4-4-12 form of RFC 9562, section 4. Returns the text's end, like stpcpy. */
char *event_id_print(const struct event_id *id, char text[EVENT_ID_SIZE]);

/* Reads only the form that event_id_print writes. */
bool event_id_parse(const char *text, struct event_id *id);

/* XXH3-64, seed 0, of a payload's canonical JSON (compact, sorted keys). */
int64_t payload_hash(const char *json, size_t length);

#endif
