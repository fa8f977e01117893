#define _POSIX_C_SOURCE 200809L /* stpcpy */
#include "event_id.h"

#include "timestamp.h"

#include <string.h>
#include <xxhash.h>

struct event_id event_id_make(const char *order_id, const struct event_type *type, int64_t at)
{
    char fact[sizeof("order-replay/1\n\n\n") + ORDER_ID_MAX + EVENT_TYPE_NAME_MAX + TIMESTAMP_SIZE];
    char *end = stpcpy(fact, "order-replay/1\n");
    XXH128_canonical_t hash;
    struct event_id id;

    end = stpcpy(stpcpy(end, order_id), "\n");
    end = stpcpy(stpcpy(end, type->name), "\n");
    end = timestamp_print(at, end);
    XXH128_canonicalFromHash(&hash, XXH3_128bits(fact, (size_t)(end - fact)));

    memcpy(id.bytes, hash.digest, sizeof(id.bytes));
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (unsigned char)(at >> (40 - 8 * i));
    id.bytes[6] = (unsigned char)(0x80 | (id.bytes[6] & 0x0F));
    id.bytes[8] = (unsigned char)(0x80 | (id.bytes[8] & 0x3F));
    return id;
}

/* Where the text has a dash: before these bytes. */
static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

char *event_id_print(const struct event_id *id, char text[EVENT_ID_SIZE])
{
    static const char DIGITS[] = "0123456789abcdef";

    for (size_t i = 0; i < sizeof(id->bytes); i++) {
        if (dash_before(i))
            *text++ = '-';
        *text++ = DIGITS[id->bytes[i] >> 4];
        *text++ = DIGITS[id->bytes[i] & 0x0F];
    }
    *text = '\0';
    return text;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

bool event_id_parse(const char *text, struct event_id *id)
{
    for (size_t i = 0; i < sizeof(id->bytes); i++) {
        int high, low;

        if (dash_before(i) && *text++ != '-')
            return false;
        high = digit_value(text[0]);
        low = high < 0 ? -1 : digit_value(text[1]);
        if (low < 0)
            return false;
        id->bytes[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    return *text == '\0';
}

int64_t payload_hash(const char *json, size_t length)
{
    return (int64_t)XXH3_64bits(json, length);
}
