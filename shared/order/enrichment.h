/*
 * enrichment.h - the contents of the customers and items files, in memory, by order.
 *
 * It is filled once, and only read afterwards. Each text is stored once, however often
 * it appears in the files. The first row of a customer counts: a later row with
 * different values is refused. The lifecycle determines which columns are read.
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

/* Borrows the lifecycle and the time reader. */
struct enrichment *enrichment_new(const struct lifecycle *lifecycle, struct time_reader *times);

/*
 * Adds a row of the customers or items file. The fields are indexed by the number of their column in the lifecycle.
 * False with the reason. A repeated row of a customer with the same values is accepted.
 */
bool enrichment_add_customer(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE]);
bool enrichment_add_item(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE]);

/*
 * Completes the order's payload from these files. Fields without a value remain absent. Texts are borrowed from the
 * enrichment; lists are borrowed until the next call.
 */
void enrichment_find(struct enrichment *enrichment, struct order *order);

void enrichment_free(struct enrichment *enrichment);

#endif
