/*
 * order.h - one row of the orders file, checked.
 *
 * A row becomes an order as a whole or not at all. Missing values (empty, NULL,
 * NaN, NA or \N) become "" and TIMESTAMP_NONE; only the id and the time of
 * purchase must be there.
 *
 *     const char *fields[ORDER_FIELDS] = { [ORDER_FIELD_ID] = "e481…", … };
 *     char reason[ORDER_REASON_SIZE];
 *     struct order order;
 *
 *     if (!order_parse(fields, &times, &order, reason))
 *         reject(reason);
 */
#ifndef ORDER_H
#define ORDER_H

#include "event.h"
#include "time_format.h"

#include <stdbool.h>
#include <stdint.h>

enum order_field {
    ORDER_FIELD_ID,
    ORDER_FIELD_CUSTOMER,
    ORDER_FIELD_STATUS,
    ORDER_FIELD_PLACED,
    ORDER_FIELD_APPROVED,
    ORDER_FIELD_HANDED_OVER,
    ORDER_FIELD_DELIVERED,
    ORDER_FIELD_ESTIMATED,
    ORDER_FIELDS,
};

enum { ORDER_REASON_SIZE = 384 };

struct order {
    char id[ORDER_ID_MAX + 1];
    char customer[CUSTOMER_MAX + 1];
    bool is_called_off; /* canceled or unavailable: nobody waits for it any more */
    int64_t placed_at;
    int64_t approved_at, handed_over_at, delivered_at, estimated_at; /* or TIMESTAMP_NONE */
};

/* What the columns are called in the file. */
extern const char *const ORDER_FIELD_NAMES[ORDER_FIELDS];

/* Whether a field's text stands for "no value". */
bool value_is_missing(const char *text);

/*
 * Whether a field may travel as text of at most `max` bytes: clean (see text.h) and short enough.
 * A missing value is "", and passes. False with the reason, in which `name` is the column.
 */
bool value_copy(const char *text, const char *name, char *value, size_t max, char reason[ORDER_REASON_SIZE]);

/* Reads the times with `times`. False with the reason. */
bool order_parse(const char *const fields[ORDER_FIELDS], struct time_reader *times, struct order *order,
                 char reason[ORDER_REASON_SIZE]);

#endif
