/*
 * enrichment.h - what the customers and items files know, in memory, by order.
 *
 * Filled once, then only asked. Texts are kept once each however often they
 * stand in the files. The first row of a customer counts: a later one with other
 * values is refused. The lifecycle says which columns matter.
 *
 *     struct enrichment *enrichment = enrichment_new(lifecycle, &times);
 *
 *     enrichment_add_customer(enrichment, customer_fields, reason);
 *     enrichment_add_item(enrichment, item_fields, reason);
 *     enrichment_find(enrichment, &order);
 *     enrichment_free(enrichment);
 */
#ifndef ENRICHMENT_H
#define ENRICHMENT_H

#include "lifecycle.h"
#include "order.h"
#include "reason.h"
#include "time_format.h"

#include <stdbool.h>

struct enrichment;

/* Borrows the lifecycle, and the reader of times. */
struct enrichment *enrichment_new(const struct lifecycle *lifecycle, struct time_reader *times);

/*
 * A row of the customers or items file: its fields by number of the column in the lifecycle.
 * False with the reason. A repeated row of a customer that says the same passes.
 */
bool enrichment_add_customer(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE]);
bool enrichment_add_item(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE]);

/*
 * Completes the order's payload with what is known of it; absent where nothing is. The texts are borrowed
 * from the enrichment, lists until the next call.
 */
void enrichment_find(struct enrichment *enrichment, struct order *order);

void enrichment_free(struct enrichment *enrichment);

#endif
