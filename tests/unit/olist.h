/*
 * olist.h - the lifecycle of Olist's orders, for suites: lifecycles/olist.csv, as it is built into the producer.
 *
 *     event.type = olist_type(DELIVERED);
 *     payload.values[OLIST_REGION].text = "SP";
 */
#ifndef OLIST_H
#define OLIST_H

#include "lifecycle.h"
#include "lifecycle_file.h"

#include <stdlib.h>

/* Numbers of the types and of the payload fields: the file's order. */
enum { ORDER_PLACED, ORDER_APPROVED, HANDED_TO_CARRIER, DELIVERED, LATE_DETECTED, OLIST_TYPES };
enum { OLIST_CUSTOMER, OLIST_UNIQUE_ID, OLIST_REGION, OLIST_CITY, OLIST_SELLERS, OLIST_ESTIMATE, OLIST_FIELDS };

/* Lives as long as the process, which is one test. */
static inline const struct lifecycle *olist(void)
{
    static struct lifecycle *lifecycle;
    enum replay_end end;

    if (!lifecycle)
        lifecycle = lifecycle_file_read(NULL, &end);
    if (!lifecycle)
        abort();
    return lifecycle;
}

static inline const struct event_type *olist_type(int number)
{
    return &olist()->form.types[number];
}

#endif
