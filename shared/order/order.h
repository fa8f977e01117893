/*
 * order.h - one row of the orders file, checked against a lifecycle.
 *
 * A row becomes an order as a whole or not at all. Missing values (empty, NULL,
 * NaN, … in upper or lower case) are absent. Only the id and the times of required
 * events must be present.
 *
 *     const char *fields[LIFECYCLE_COLUMNS_MAX] = { … };    // by number of the column in the lifecycle
 *     char reason[REASON_SIZE];
 *     struct order order;
 *
 *     if (!order_parse(lifecycle, fields, &times, &order, reason))
 *         reject(reason);
 *
 * An order borrows the fields, so it is valid as long as the row.
 */
#ifndef ORDER_H
#define ORDER_H

#include "event.h"
#include "lifecycle.h"
#include "reason.h"
#include "time_format.h"
#include "timestamp.h"

#include <stdbool.h>
#include <stdint.h>

struct order {
    char id[ORDER_ID_MAX + 1];
    const char *customer;                             /* joins the customers file; "" if it is absent */
    const char *const *fields;                        /* as given to order_parse */
    int64_t times[LIFECYCLE_COLUMNS_MAX];             /* by column, for columns of times; or TIMESTAMP_NONE */
    struct payload payload;                           /* from the orders file; other fields are absent */
    char printed[PAYLOAD_FIELDS_MAX][TIMESTAMP_SIZE]; /* the times in the payload */
};

/* Whether a field's text means "no value". */
bool value_is_missing(const char *text);

/*
 * Whether a field may be sent as text: it must be clean (see text.h) and have at most PAYLOAD_TEXT_MAX bytes.
 * A missing value is accepted. False with the reason, in which `name` is the column.
 */
bool value_check(const char *text, const char *name, char reason[REASON_SIZE]);

/* The time in a field, or TIMESTAMP_NONE if it is missing. False with the reason, in which `name` is the column. */
bool value_time(const char *text, const char *name, struct time_reader *times, int64_t *at, char reason[REASON_SIZE]);

/* False with the reason. */
bool order_id_check(const char *text, const char *name, char reason[REASON_SIZE]);

/* False with the reason. */
bool order_parse(const struct lifecycle *lifecycle, const char *const fields[], struct time_reader *times,
                 struct order *order, char reason[REASON_SIZE]);

#endif
