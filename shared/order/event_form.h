/*
 * event_form.h - the form of the events of one lifecycle: their types, and the fields of their payload.
 *
 * The producer reads the form from the lifecycle file, the consumer from the
 * database. Types and fields are only added, and never move: a pointer to a type
 * is valid as long as its form exists, even if the lifecycle grows.
 *
 *     struct event_form form = { 0 };
 *     const struct event_type *type;
 *
 *     event_form_add_type(&form, "ORDER_PLACED");
 *     event_form_add_field(&form, "region", PAYLOAD_TEXT);
 *     type = event_form_type(&form, "ORDER_PLACED");    // type->number is 0
 *
 * A plain value that owns nothing. Do not copy it once there are pointers to its types.
 */
#ifndef EVENT_FORM_H
#define EVENT_FORM_H

#include <stdbool.h>
#include <stddef.h>

enum {
    EVENT_TYPES_MAX = 64,
    EVENT_TYPE_NAME_MAX = 63, /* bytes: a label of a PostgreSQL enum */
    PAYLOAD_FIELDS_MAX = 32,
    PAYLOAD_NAME_MAX = 63,
};

/* The payload field that the database stores, see event.h. */
#define PAYLOAD_REGION "region"

struct event_type {
    int number; /* from 0, in the order in which they were added; used only within the program */
    char name[EVENT_TYPE_NAME_MAX + 1];
};

enum payload_kind {
    PAYLOAD_TEXT,
    PAYLOAD_TIME, /* in the format of eventAt */
    PAYLOAD_LIST, /* of texts: distinct, sorted by bytes */
};

struct payload_field {
    char name[PAYLOAD_NAME_MAX + 1];
    enum payload_kind kind;
};

struct event_form {
    struct event_type types[EVENT_TYPES_MAX];
    int type_count;
    struct payload_field fields[PAYLOAD_FIELDS_MAX];
    size_t field_count;
    unsigned char sorted[PAYLOAD_FIELDS_MAX]; /* the numbers of the fields, sorted by the bytes of their names */
};

/* The type with exactly this name, or NULL. */
const struct event_type *event_form_type(const struct event_form *form, const char *name);

/* The field with exactly this name, or NULL. */
const struct payload_field *event_form_field(const struct event_form *form, const char *name);

/* The i-th field when they are sorted by the bytes of their names, which is how a payload is printed. */
const struct payload_field *event_form_sorted_field(const struct event_form *form, size_t i);

/* Whether the name has 1 to EVENT_TYPE_NAME_MAX characters, all of them A-Z, 0-9 or _. */
bool event_type_name_is_valid(const char *name);

/* Adds the type or field if it is missing. NULL if there is no room, or if the name is too long for a lifecycle. */
const struct event_type *event_form_add_type(struct event_form *form, const char *name);
const struct payload_field *event_form_add_field(struct event_form *form, const char *name, enum payload_kind kind);

#endif
