/*
 * store.h - the database, as the worker sees it: apply a batch, or say why not.
 *
 * A batch is one call of orders.apply_batch, sent as a single statement outside
 * any transaction block: the server commits it by itself, so a client that is
 * paused or killed leaves no lock behind. Sending and finishing are two calls;
 * between them the worker reads ahead.
 *
 *     while ((result = store_connect(store)) == STORE_BUSY) …
 *     store_send(store, &place, &batch, 0, batch.count);
 *     while ((result = store_finish(store, 50, &batch, 0, batch.count, &counts)) == STORE_BUSY) …
 *     // STORE_DONE: committed, and every row has its outcome
 *
 * The database may be the front of a cluster (scripts/cluster). Then each node gets the part of a batch that belongs
 * to its partitions, by a call of its own, all at the same time; a batch is done when all of them are. There is no transaction
 * that spans nodes: where one fails the whole batch is sent again, and those that had it say redelivered.
 *
 * Only one statement a node is in flight. After STORE_AWAY the outcome is unknown:
 * the same rows may be sent again, for what was applied then comes back as
 * redelivered. Nothing is logged here: store_error has the words.
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
    STORE_AWAY,  /* will pass: connect again, then repeat */
    STORE_DATA,  /* some row cannot be stored */
    STORE_GAP,   /* the database is behind the consumer: go back to its positions */
    STORE_FATAL, /* will not pass by itself */
};

struct store;

/* Whose progress it is, and where it is read from. */
struct store_place {
    const char *group, *topic;
    struct log_identity identity;
};

/* What came of rows, beside their outcomes. */
struct store_counts {
    uint64_t absent, deleted; /* offsets without a record, and those whose record was deleted before it was read */
    uint64_t conflicts;       /* that were not noted before */
};

/*
 * The connection string is libpq's (URI or key=value), and NULL or what it leaves open is taken from PG* variables.
 * The password file, or NULL, is read for each connection, so a password may be changed under a running program.
 */
struct store *store_new(const char *conninfo, const char *password_file);

void store_free(struct store *store);

/*
 * Takes the connection one step further without waiting for the network:
 * BUSY until the session is ready (settings made, schema version right, up to
 * 10 s for those two). AWAY ends the attempt; the next call begins another.
 * DONE at once when there is a connection already.
 */
enum store_result store_connect(struct store *store);

/* How many partitions the topic must have, and by which each key must be in its place: 0 where any will do. Known once connected. */
int32_t store_partitions(const struct store *store);

/* Breaks the connections off, and with them the statements in flight. */
void store_disconnect(struct store *store);

/* Sends rows first … first + count - 1, with the positions of the whole batch. DONE means sent, or being sent. */
enum store_result store_send(struct store *store, const struct store_place *place, const struct batch *batch,
                             size_t first, size_t count);

/* Waits up to timeout_ms for the statement in flight, and then fills in the outcomes of the rows that were sent. */
enum store_result store_finish(struct store *store, int timeout_ms, struct batch *batch, size_t first, size_t count,
                               struct store_counts *counts);

/* The logs that the group has counted, of each partition the one read last first. DONE or an error; the caller frees known->logs. */
enum store_result store_read_logs(struct store *store, const struct store_place *place, struct known_logs *known);

/*
 * Adds to the form what it lacks of the types and payload fields that the database keeps; a lifecycle only grows. Call it
 * while no statement is in flight. DONE or an error: FATAL for a database that has no lifecycle.
 */
enum store_result store_read_form(struct store *store, struct event_form *form);

/* What went wrong last, and what to do: one line, for a person. Borrowed until the next call. */
const char *store_error(const struct store *store);

#endif
