/*
 * enrichment.h - what the customers and items files know, in memory, by order.
 *
 * Filled once, then only asked. Texts are kept once each however often they
 * stand in the files. The first row of a customer wins.
 *
 *     struct enrichment *enrichment = enrichment_new();
 *
 *     enrichment_add_customer(enrichment, customer_fields, reason);
 *     enrichment_add_item(enrichment, item_fields, reason);
 *     enrichment_find(enrichment, order.id, order.customer, &payload);
 *     enrichment_free(enrichment);
 */
#ifndef ENRICHMENT_H
#define ENRICHMENT_H

#include "event.h"
#include "order.h"

#include <stdbool.h>
#include <stddef.h>

enum customer_field {
    CUSTOMER_FIELD_ID,
    CUSTOMER_FIELD_UNIQUE_ID,
    CUSTOMER_FIELD_CITY,
    CUSTOMER_FIELD_REGION,
    CUSTOMER_FIELDS
};
enum item_field { ITEM_FIELD_ORDER, ITEM_FIELD_SELLER, ITEM_FIELDS };

/* What the columns are called in the files. */
extern const char *const CUSTOMER_FIELD_NAMES[CUSTOMER_FIELDS];
extern const char *const ITEM_FIELD_NAMES[ITEM_FIELDS];

struct enrichment;

struct enrichment *enrichment_new(void);

/* A row of the customers file. False with the reason; a repeated row that says the same passes. */
bool enrichment_add_customer(struct enrichment *enrichment, const char *const fields[CUSTOMER_FIELDS],
                             char reason[ORDER_REASON_SIZE]);

/* A row of the items file. False with the reason. */
bool enrichment_add_item(struct enrichment *enrichment, const char *const fields[ITEM_FIELDS],
                         char reason[ORDER_REASON_SIZE]);

/*
 * What is known of an order; absent where nothing is. The texts are borrowed
 * from the enrichment, the list of sellers until the next call.
 */
void enrichment_find(struct enrichment *enrichment, const char *order_id, const char *customer,
                     struct payload *payload);

void enrichment_free(struct enrichment *enrichment);

#endif
