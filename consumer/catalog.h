/*
 * catalog.h - what a database keeps besides the events: the logs that were read, its nodes, its lifecycle.
 *
 *     struct event_form form = { 0 };
 *
 *     if (node_connect(node) == STORE_DONE && catalog_read_form(node, &form) == STORE_DONE)
 *         …
 *
 * Each function asks once and waits for the answer. For errors see node_error.
 */
#ifndef CATALOG_H
#define CATALOG_H

#include "node.h"

/* As store_read_logs; what it finds is added behind known->logs. */
enum store_result catalog_read_logs(struct node *node, const struct store_place *place, struct known_logs *known);

/* As store_read_form. */
enum store_result catalog_read_form(struct node *node, struct event_form *form);

/*
 * The nodes of a front in the order of their numbers, freed by the caller, and the topic's number of partitions. No nodes if
 * the database is not a front; STORE_FATAL if it is a node.
 */
enum store_result catalog_read_nodes(struct node *front, struct node_address **nodes, size_t *count,
                                     int32_t *partitions);

#endif
