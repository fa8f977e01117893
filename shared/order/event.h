/*
 * event.h - what an event is: one fact in the life of one order.
 *
 * An order of the CSV snapshot becomes up to five events. The order in which
 * enum event_type lists them is the lifecycle order; it breaks ties between
 * events of one order that carry the same time.
 *
 *     struct event event = { .type = DELIVERED, .at = at };
 *     snprintf(event.order_id, sizeof(event.order_id), "%s", order_id);
 *     event.id = event_id_make(event.order_id, event.type, event.at);
 *     puts(event_type_name(event.type));                  // "DELIVERED"
 *
 * All types here are plain values without ownership, except struct payload,
 * which borrows its texts.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits in bytes, without the terminating NUL. Longer text is refused, never truncated. */
enum {
    ORDER_ID_MAX = 64,
    CUSTOMER_MAX = 64,
    REGION_MAX = 64,
    CITY_MAX = 128,
    SELLER_MAX = 64,
};

enum event_type {
    ORDER_PLACED,
    ORDER_APPROVED,
    HANDED_TO_CARRIER,
    DELIVERED,
    LATE_DETECTED,
    EVENT_TYPES, /* how many there are */
};

/* 128 bits, in the byte order of RFC 9562. */
struct event_id {
    unsigned char bytes[16];
};

struct event {
    struct event_id id;
    enum event_type type;
    int64_t at; /* milliseconds since 1970-01-01, see timestamp.h */
    char order_id[ORDER_ID_MAX + 1];
};

/* What was known of the order when the event happened. Absent texts are NULL. */
struct payload {
    const char *customer;
    const char *customer_unique_id;
    const char *region;
    const char *city;
    const char *const *sellers;    /* sorted, distinct */
    size_t seller_count;           /* 0: sellers are absent */
    int64_t estimated_delivery_at; /* or TIMESTAMP_NONE */
};

/* What the database keeps of a payload. */
struct payload_summary {
    char region[REGION_MAX + 1]; /* "" when absent */
    int64_t hash;                /* equal payloads have equal hashes, however their keys were sorted */
};

/* The name that travels, such as "ORDER_PLACED". */
const char *event_type_name(enum event_type type);

/* The type with exactly this name. False when there is none. */
bool event_type_parse(const char *name, enum event_type *type);

/* 1 to ORDER_ID_MAX bytes of printable ASCII without spaces. */
bool order_id_is_valid(const char *order_id);

#endif
