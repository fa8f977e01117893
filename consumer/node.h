/*
 * node.h - one database that applies batches: connects, sends a batch, and reads its outcomes.
 *
 *     struct node *node = node_new(&settings);
 *     while ((result = node_connect(node)) == STORE_BUSY) …
 *     node_send(node, &place, &batch, 0, batch.count);
 *     while ((result = node_finish(node, 50, &batch, 0, batch.count, &counts)) == STORE_BUSY) …
 *     // STORE_DONE: committed, and every row of this node has its outcome
 *
 * A node of a cluster stores some of the partitions, and gets only their rows of a batch. Results, statements and errors are
 * as described in store.h.
 */
#ifndef NODE_H
#define NODE_H

#include "session.h"
#include "store.h"

struct node;

/* The address of a node of a cluster. The user, the password and all other settings come from the connection string. */
struct node_address {
    char host[256], port[16], dbname[64];
};

/* The strings are borrowed for as long as the node lives; the address is copied. */
struct node_settings {
    const char *conninfo, *password_file; /* as for store_new */
    const struct node_address *address;   /* NULL: the database of the connection string */
    int32_t number, count;                /* node `number` of `count`; 0 of 1 stores all partitions */
    int32_t partitions;                   /* of the topic, if there is more than one node */
};

struct node *node_new(const struct node_settings *settings);
void node_free(struct node *node);

/* Like store_connect. Also FATAL if the database belongs to a cluster but is not this node. */
enum store_result node_connect(struct node *node);
void node_disconnect(struct node *node);

/* Whether the node stores this partition. */
bool node_holds(const struct node *node, int32_t partition);

/* Like store_send and store_finish, for the rows and positions of its partitions. Adds to *counts. */
enum store_result node_send(struct node *node, const struct store_place *place, const struct batch *batch, size_t first,
                            size_t count);
enum store_result node_finish(struct node *node, int timeout_ms, struct batch *batch, size_t first, size_t count,
                              struct store_counts *counts);

/* Sends a query and waits for the answer. AWAY if the server does not answer within 10 s. */
enum store_result node_ask(struct node *node, const char *sql, const struct session_parameters *parameters);

/* The answer to node_ask. Borrowed until the next statement. */
const struct session *node_answer(const struct node *node);

/* For an answer that the program cannot use: sets the error and returns STORE_FATAL. */
__attribute__((format(printf, 2, 3))) enum store_result node_reject(struct node *node, const char *format, ...);

/* Like store_error. */
const char *node_error(const struct node *node);

#endif
