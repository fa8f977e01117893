/*
 * pg_array.h - one-dimensional PostgreSQL arrays in their binary form.
 *
 * The form is that of array_recv and of the receive function of each element
 * type: all integers are big-endian. The parameters of statements use it, because
 * it is cheaper for the server than text.
 *
 *     struct pg_array offsets;
 *
 *     pg_array_start(&offsets, PG_INT8);
 *     pg_array_add_int64(&offsets, 42);
 *     pg_array_add_null(&offsets);
 *     … = pg_array_finish(&offsets), offsets.length …      // what to send
 *     pg_array_release(&offsets);
 *
 * An array may be started again: it keeps its memory.
 */
#ifndef PG_ARRAY_H
#define PG_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* Element types, by their OID in pg_type. */
enum pg_type {
    PG_BYTEA = 17,
    PG_INT8 = 20,
    PG_INT2 = 21,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_TIMESTAMP = 1114,
    PG_TIMESTAMPTZ = 1184,
    PG_UUID = 2950,
};

/* As SQL writes it: "int4". */
const char *pg_type_name(enum pg_type type);

struct pg_array {
    enum pg_type type;
    int32_t count;
    char *data;
    size_t length, capacity;
};

void pg_array_start(struct pg_array *array, enum pg_type type);
void pg_array_release(struct pg_array *array);

void pg_array_add_null(struct pg_array *array);
void pg_array_add_int16(struct pg_array *array, int16_t value);
void pg_array_add_int32(struct pg_array *array, int32_t value);
void pg_array_add_int64(struct pg_array *array, int64_t value);

/* TIMESTAMP and TIMESTAMPTZ: milliseconds since 1970-01-01. */
void pg_array_add_time(struct pg_array *array, int64_t milliseconds);

/* TEXT, BYTEA, UUID. NULL bytes add a null. */
void pg_array_add_bytes(struct pg_array *array, const void *bytes, size_t length);

/* Completes the header. The result is borrowed until the array is started again or released. */
const char *pg_array_finish(struct pg_array *array);

#endif
