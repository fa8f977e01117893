#include "pg_array.h"

#include "bug.h"
#include "memory.h"

#include <stdlib.h>
#include <string.h>

/* Dimensions, whether there are nulls, element type; then length and lower bound of the one dimension. */
enum { EMPTY_HEADER = 12, HEADER = 20 };

#define MILLISECONDS_1970_TO_2000 INT64_C(946684800000)

const char *pg_type_name(enum pg_type type)
{
    switch (type) {
    case PG_BYTEA:
        return "bytea";
    case PG_INT8:
        return "int8";
    case PG_INT2:
        return "int2";
    case PG_INT4:
        return "int4";
    case PG_TEXT:
        return "text";
    case PG_TIMESTAMP:
        return "timestamp";
    case PG_TIMESTAMPTZ:
        return "timestamptz";
    case PG_UUID:
        return "uuid";
    }
    BUG("unknown pg_type");
}

static void put_int32(char *at, int32_t value)
{
    uint32_t bits = (uint32_t)value;

    for (int i = 0; i < 4; i++)
        at[i] = (char)(bits >> (24 - 8 * i));
}

static char *grow(struct pg_array *array, size_t length)
{
    size_t at = array->length;

    if (at + length > array->capacity) {
        array->capacity = 2 * array->capacity + length;
        array->data = checked(realloc(array->data, array->capacity));
    }
    array->length += length;
    return array->data + at;
}

/* Reserves an element: its length, and room for this many bytes. */
static char *add_element(struct pg_array *array, size_t length)
{
    char *at = grow(array, 4 + length);

    put_int32(at, (int32_t)length);
    array->count++;
    return at + 4;
}

void pg_array_start(struct pg_array *array, enum pg_type type)
{
    array->type = type;
    array->count = 0;
    array->length = 0;
    grow(array, HEADER);
}

void pg_array_release(struct pg_array *array)
{
    free(array->data);
    *array = (struct pg_array){ 0 };
}

void pg_array_add_null(struct pg_array *array)
{
    put_int32(grow(array, 4), -1);
    array->count++;
}

void pg_array_add_int16(struct pg_array *array, int16_t value)
{
    char *at = add_element(array, 2);

    at[0] = (char)((uint16_t)value >> 8);
    at[1] = (char)value;
}

void pg_array_add_int32(struct pg_array *array, int32_t value)
{
    put_int32(add_element(array, 4), value);
}

void pg_array_add_int64(struct pg_array *array, int64_t value)
{
    char *at = add_element(array, 8);

    put_int32(at, (int32_t)(value >> 32));
    put_int32(at + 4, (int32_t)value);
}

void pg_array_add_time(struct pg_array *array, int64_t milliseconds)
{
    pg_array_add_int64(array, (milliseconds - MILLISECONDS_1970_TO_2000) * 1000);
}

void pg_array_add_bytes(struct pg_array *array, const void *bytes, size_t length)
{
    if (bytes)
        memcpy(add_element(array, length), bytes, length);
    else
        pg_array_add_null(array);
}

const char *pg_array_finish(struct pg_array *array)
{
    put_int32(array->data, array->count > 0); /* dimensions */
    put_int32(array->data + 4, 1);            /* there may be nulls */
    put_int32(array->data + 8, (int32_t)array->type);
    put_int32(array->data + 12, array->count);
    put_int32(array->data + 16, 1);
    if (array->count == 0)
        array->length = EMPTY_HEADER;
    return array->data;
}
