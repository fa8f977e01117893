/*
 * store.h - the worker's interface to the database: applies a batch, or returns why it cannot.
 *
 * A batch is one call of orders.apply_batch, sent as a single statement outside any
 * transaction block. The server commits it automatically, so a client that is paused
 * or killed leaves no locks. Sending and finishing are two calls. Between them the
 * worker reads ahead.
 *
 *     while ((result = store_connect(store)) == STORE_BUSY) …
 *     store_send(store, &place, &batch, 0, batch.count);
 *     while ((result = store_finish(store, 50, &batch, 0, batch.count, &counts)) == STORE_BUSY) …
 *     // STORE_DONE: committed, and every row has its outcome
 *
 * The database may be the front of a cluster (scripts/cluster). Then each node gets the part of the batch for its partitions,
 * all at the same time, and the batch is done when all nodes are done. No transaction spans nodes: if one node fails, the
 * whole batch is sent again, and nodes that have already applied it answer redelivered.
 *
 * Each node has at most one statement in flight. After STORE_AWAY the outcome is unknown:
 * send the same rows again, and those that were applied come back as redelivered. The
 * store logs nothing. store_error returns the message.
 */
#ifndef STORE_H
#define STORE_H

#include "batch.h"
#include "known_log.h"

#include <stdbool.h>
#include <stddef.h>

enum store_result {
    STORE_DONE,
    STORE_BUSY,  /* not yet */
    STORE_AWAY,  /* temporary: connect again, then repeat */
    STORE_DATA,  /* a row cannot be stored */
    STORE_GAP,   /* the database is behind the consumer: go back to the database's positions */
    STORE_FATAL, /* permanent: an operator must act */
};

struct store;

/* The group whose progress is stored, and the topic that it reads. */
struct store_place {
    const char *group, *topic;
    struct log_identity identity;
};

/* Counts other than the outcomes of rows. */
struct store_counts {
    uint64_t absent, deleted; /* offsets without a record, and those whose record was deleted before it was read */
    uint64_t conflicts;       /* new ones */
};

/*
 * The connection string is libpq's (URI or key=value). Settings that it does not contain come from the PG* variables, or all
 * settings if it is NULL. The password file, if not NULL, is read for each connection, so the password can be changed while
 * the program runs.
 */
struct store *store_new(const char *conninfo, const char *password_file);

void store_free(struct store *store);

/*
 * Does the next step of connecting without waiting for the network. BUSY until the
 * session is ready, which includes its settings and a check of the schema version (up to
 * 10 s for these two). AWAY ends the attempt, and the next call begins a new one. DONE
 * at once if there is a connection already.
 */
enum store_result store_connect(struct store *store);

/*
 * The number of partitions that the topic must have, each with only the keys that hash to it; 0: any number. Available once
 * connected.
 */
int32_t store_partitions(const struct store *store);

/* Closes the connections, and abandons the statements in flight. */
void store_disconnect(struct store *store);

/* Sends rows first … first + count - 1, with the positions of the whole batch. DONE means sent, or being sent. */
enum store_result store_send(struct store *store, const struct store_place *place, const struct batch *batch,
                             size_t first, size_t count);

/* Waits up to timeout_ms for the statement in flight, then fills in the outcomes of the rows that were sent. */
enum store_result store_finish(struct store *store, int timeout_ms, struct batch *batch, size_t first, size_t count,
                               struct store_counts *counts);

/*
 * Reads the logs that the group has counted. For each partition, the log that was read last comes first. DONE or an error. The
 * caller frees known->logs.
 */
enum store_result store_read_logs(struct store *store, const struct store_place *place, struct known_logs *known);

/*
 * Adds the types and payload fields of the database that the form lacks; none are ever removed from a lifecycle. Call it while
 * no statement is in flight. DONE or an error: FATAL if the database has no lifecycle.
 */
enum store_result store_read_form(struct store *store, struct event_form *form);

/* The last error, and what to do: one line, for people. Borrowed until the next call. */
const char *store_error(const struct store *store);

#endif
