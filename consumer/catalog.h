/*
 * catalog.h - reads from a database what it stores besides the events: the logs that were read, its nodes, its lifecycle.
 *
 *     struct event_form form = { 0 };
 *
 *     if (node_connect(node) == STORE_DONE && catalog_read_form(node, &form) == STORE_DONE)
 *         …
 *
 * Each function sends one query and waits for the answer. For errors see node_error.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include "node.h"

/* Like store_read_logs. Appends the logs to known->logs. */
enum store_result catalog_read_logs(struct node *node, const struct store_place *place, struct known_logs *known);

/* Like store_read_form. */
enum store_result catalog_read_form(struct node *node, struct event_form *form);

/*
 * Reads the nodes of a front, in the order of their numbers, and the topic's number of partitions. The caller frees the nodes.
 * There are no nodes if the database is not a front. STORE_FATAL if the database is a node.
 */
enum store_result catalog_read_nodes(struct node *front, struct node_address **nodes, size_t *count,
                                     int32_t *partitions);

#endif
