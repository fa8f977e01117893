#include "order.h"

#include "reason.h"
#include "text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { NAME_SHOWN = 60, TEXT_SHOWN = 40 };

_Static_assert(sizeof(" is no time : ''; ") + NAME_SHOWN + TIME_FORM_SIZE + TEXT_SHOWN + TIME_HINT_SIZE <= REASON_SIZE,
               "the hint at the end of a reason is not cut off");
_Static_assert(TIMESTAMP_SIZE - 1 <= PAYLOAD_TEXT_MAX, "a time in a payload fits into a text");

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

bool value_check(const char *text, const char *name, char reason[REASON_SIZE])
{
    size_t length = strlen(text);

    if (value_is_missing(text))
        return true;
    if (length > PAYLOAD_TEXT_MAX)
        return reason_set(reason, "%.100s has %zu bytes, more than %d: '%.40s…'", name, length, PAYLOAD_TEXT_MAX, text);
    if (!text_is_clean(text, length))
        return reason_set(reason, "%.100s holds control characters or is not UTF-8: '%.80s'", name, text);
    return true;
}

bool value_time(const char *text, const char *name, struct time_reader *times, int64_t *at, char reason[REASON_SIZE])
{
    char form[TIME_FORM_SIZE], hint[TIME_HINT_SIZE];

    *at = TIMESTAMP_NONE;
    if (value_is_missing(text) || time_reader_parse(times, text, at))
        return true;
    time_reader_suggest(times, text, hint);
    time_reader_describe(times, form);
    return reason_set(reason, "%.*s is not a time %s: '%.*s'; %s", NAME_SHOWN, name, form, TEXT_SHOWN, text, hint);
}

bool order_id_check(const char *text, const char *name, char reason[REASON_SIZE])
{
    if (value_is_missing(text))
        return reason_set(reason, "%.100s is missing", name);
    return order_id_is_valid(text) ||
           reason_set(reason, "%.100s is not 1 to %d printable ASCII characters without spaces: '%.80s'", name,
                      ORDER_ID_MAX, text);
}

/* What the orders file knows of the payload, but for times. */
static bool take_texts(const struct lifecycle *lifecycle, const char *const fields[], struct order *order,
                       char reason[REASON_SIZE])
{
    for (size_t i = 0; i < lifecycle->form.field_count; i++) {
        const struct lifecycle_source *source = &lifecycle->sources[i];

        order->payload.values[i] = (struct payload_value){ 0 };
        if (source->file != ORDERS_FILE || lifecycle->form.fields[i].kind != PAYLOAD_TEXT)
            continue;
        if (!value_check(fields[source->column], lifecycle->columns[ORDERS_FILE].names[source->column], reason))
            return false;
        if (!value_is_missing(fields[source->column]))
            order->payload.values[i].text = fields[source->column];
    }
    return true;
}

static bool take_times(const struct lifecycle *lifecycle, const char *const fields[], struct time_reader *times,
                       struct order *order, char reason[REASON_SIZE])
{
    const struct lifecycle_columns *columns = &lifecycle->columns[ORDERS_FILE];

    for (size_t i = 0; i < lifecycle->time_count; i++) {
        size_t column = lifecycle->time_columns[i];

        if (!value_time(fields[column], columns->names[column], times, &order->times[column], reason))
            return false;
    }
    for (int i = 0; i < lifecycle->form.type_count; i++) {
        const struct lifecycle_rule *rule = &lifecycle->rules[i];

        if (rule->required && order->times[rule->column] == TIMESTAMP_NONE)
            return reason_set(reason, "%.100s is missing", columns->names[rule->column]);
    }
    return true;
}

static void print_times(const struct lifecycle *lifecycle, struct order *order)
{
    for (size_t i = 0; i < lifecycle->form.field_count; i++) {
        const struct lifecycle_source *source = &lifecycle->sources[i];

        if (source->file != ORDERS_FILE || lifecycle->form.fields[i].kind != PAYLOAD_TIME ||
            order->times[source->column] == TIMESTAMP_NONE)
            continue;
        timestamp_print(order->times[source->column], order->printed[i]);
        order->payload.values[i].text = order->printed[i];
    }
}

bool order_parse(const struct lifecycle *lifecycle, const char *const fields[], struct time_reader *times,
                 struct order *order, char reason[REASON_SIZE])
{
    const char *id = fields[lifecycle->id_column];

    if (!order_id_check(id, lifecycle->columns[ORDERS_FILE].names[lifecycle->id_column], reason) ||
        !take_texts(lifecycle, fields, order, reason) || !take_times(lifecycle, fields, times, order, reason))
        return false;
    memcpy(order->id, id, strlen(id) + 1);
    order->fields = fields;
    order->customer = "";
    if (lifecycle->customer_column != NO_COLUMN && !value_is_missing(fields[lifecycle->customer_column]))
        order->customer = fields[lifecycle->customer_column];
    print_times(lifecycle, order);
    return true;
}
