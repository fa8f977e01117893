#include "order.h"

#include "text.h"
#include "timestamp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define REFUSE(...) (snprintf(reason, ORDER_REASON_SIZE, __VA_ARGS__), false)

const char *const ORDER_FIELD_NAMES[ORDER_FIELDS] = {
    [ORDER_FIELD_ID] = "order_id",
    [ORDER_FIELD_CUSTOMER] = "customer_id",
    [ORDER_FIELD_STATUS] = "order_status",
    [ORDER_FIELD_PLACED] = "order_purchase_timestamp",
    [ORDER_FIELD_APPROVED] = "order_approved_at",
    [ORDER_FIELD_HANDED_OVER] = "order_delivered_carrier_date",
    [ORDER_FIELD_DELIVERED] = "order_delivered_customer_date",
    [ORDER_FIELD_ESTIMATED] = "order_estimated_delivery_date",
};

bool value_is_missing(const char *text)
{
    static const char *const WORDS[] = {
        "NULL", "NaN",  "NA",   "\\N", "N/A",      "None",   "Nil",    "NaT",
        "-NaN", "<NA>", "#N/A", "#NA", "#N/A N/A", "#NULL!", "(null)",
    };

    switch (*text) { /* this is asked of every field, and nearly all begin with another character */
    case '\0':
        return true;
    case 'N':
    case 'n':
    case '\\':
    case '-':
    case '<':
    case '#':
    case '(':
        break;
    default:
        return false;
    }
    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        if (strcasecmp(text, WORDS[i]) == 0)
            return true;
    }
    return false;
}

bool value_copy(const char *text, const char *name, char *value, size_t max, char reason[ORDER_REASON_SIZE])
{
    size_t length = strlen(text);

    if (value_is_missing(text)) {
        *value = '\0';
        return true;
    }
    if (length > max)
        return REFUSE("%s has %zu bytes, more than %zu: '%.40s…'", name, length, max, text);
    if (!text_is_clean(text, length))
        return REFUSE("%s holds control characters or is not UTF-8: '%.80s'", name, text);
    memcpy(value, text, length + 1);
    return true;
}

static bool parse_id(const char *text, struct order *order, char *reason)
{
    if (value_is_missing(text))
        return REFUSE("order_id is missing");
    if (!order_id_is_valid(text))
        return REFUSE("order_id is not 1 to %d printable ASCII characters without spaces: '%.80s'", ORDER_ID_MAX, text);
    memcpy(order->id, text, strlen(text) + 1);
    return true;
}

static bool parse_time(const char *const *fields, enum order_field field, struct time_reader *times, int64_t *at,
                       char *reason)
{
    char form[TIME_FORM_SIZE], hint[TIME_HINT_SIZE];

    *at = TIMESTAMP_NONE;
    if (value_is_missing(fields[field]) || time_reader_parse(times, fields[field], at))
        return true;
    time_reader_describe(times, form);
    time_reader_suggest(times, fields[field], hint);
    return REFUSE("%s is no time %s: '%.40s'; %s", ORDER_FIELD_NAMES[field], form, fields[field], hint);
}

bool order_parse(const char *const fields[ORDER_FIELDS], struct time_reader *times, struct order *order,
                 char reason[ORDER_REASON_SIZE])
{
    const char *status = fields[ORDER_FIELD_STATUS];

    if (!parse_id(fields[ORDER_FIELD_ID], order, reason) ||
        !value_copy(fields[ORDER_FIELD_CUSTOMER], ORDER_FIELD_NAMES[ORDER_FIELD_CUSTOMER], order->customer,
                    CUSTOMER_MAX, reason) ||
        !parse_time(fields, ORDER_FIELD_PLACED, times, &order->placed_at, reason) ||
        !parse_time(fields, ORDER_FIELD_APPROVED, times, &order->approved_at, reason) ||
        !parse_time(fields, ORDER_FIELD_HANDED_OVER, times, &order->handed_over_at, reason) ||
        !parse_time(fields, ORDER_FIELD_DELIVERED, times, &order->delivered_at, reason) ||
        !parse_time(fields, ORDER_FIELD_ESTIMATED, times, &order->estimated_at, reason))
        return false;
    if (order->placed_at == TIMESTAMP_NONE)
        return REFUSE("%s is missing", ORDER_FIELD_NAMES[ORDER_FIELD_PLACED]);
    order->is_called_off = strcmp(status, "canceled") == 0 || strcmp(status, "unavailable") == 0;
    return true;
}
