/*
 * event.h - what an event is: one fact in the life of one order.
 *
 * The lifecycle defines the types and the fields of a payload (event_form.h). Events
 * of one order with the same time are sorted in the order of their types.
 *
 *     struct event event = { .type = event_form_type(form, "DELIVERED"), .at = at };
 *     snprintf(event.order_id, sizeof(event.order_id), "%s", order_id);
 *     event.id = event_id_make(event.order_id, event.type, event.at);
 *     puts(event.type->name);                             // "DELIVERED"
 *
 * All structs here are plain values and own nothing. An event borrows its type from
 * the form, and a payload borrows its texts.
 */
#ifndef EVENT_H
#define EVENT_H

#include "event_form.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits in bytes, without the terminating NUL. Longer text is refused, never truncated. */
enum {
    ORDER_ID_MAX = 64,
    PAYLOAD_TEXT_MAX = 128,
};

/* 128 bits, in the byte order of RFC 9562. */
struct event_id {
    unsigned char bytes[16];
};

struct event {
    struct event_id id;
    const struct event_type *type;
    int64_t at; /* milliseconds since 1970-01-01, see timestamp.h */
    char order_id[ORDER_ID_MAX + 1];
};

/* A payload field's value: a text, a time as text, or a list. It is absent if the text is NULL and the list is empty. */
struct payload_value {
    const char *text;
    const char *const *list; /* sorted, distinct */
    size_t list_count;
};

/* What is known of the order, indexed by the number of the field in the form. */
struct payload {
    struct payload_value values[PAYLOAD_FIELDS_MAX];
};

/* The part of a payload that the database stores. */
struct payload_summary {
    char region[PAYLOAD_TEXT_MAX + 1]; /* "" when absent */
    int64_t hash;                      /* equal payloads have equal hashes, whatever the order of their keys */
};

/* 1 to ORDER_ID_MAX bytes of printable ASCII without spaces. */
bool order_id_is_valid(const char *order_id);

#endif
