/*
 * applier.h - applies one batch to the database, whatever it contains.
 *
 * A batch is one statement. If the database cannot store one of its rows, the batch
 * is halved until only that row is left. The row is quarantined, and all others are
 * applied.
 *
 *     result = applier_send(&applier, &batch);
 *     if (result == STORE_DONE)
 *         while ((result = applier_finish(&applier, 50)) == STORE_BUSY) …
 *     // STORE_DONE: all rows are committed, counted in applier.outcomes and, if wanted, printed
 *
 * Any other result comes from the store (store.h). No statement is then in flight, and it
 * is up to the caller to repeat the rows whose outcome is unknown. Those that were applied
 * come back as redelivered. Quarantined rows are logged.
 */
#ifndef APPLIER_H
#define APPLIER_H

#include "batch.h"
#include "outcomes.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>

struct applier {
    struct store *store;
    const struct store_place *place;
    struct event_form *form; /* of the batches */
    bool prints_events;      /* one line per event on standard output, with its outcome */
    bool output_failed;      /* standard output could not be written, which was logged */
    struct outcomes outcomes;

    struct batch *batch; /* borrowed from applier_send until it is applied, dropped or failed */
    size_t first, count; /* the rows of the statement in flight */
    int64_t sent_at;     /* monotonic ms */
    bool has_warned_of_conflicts, has_warned_of_absent;
    bool in_flight;
};

/*
 * Sends all rows. DONE or an error. If the type of an event is unknown, it first checks whether the type has been added to
 * the database since, because events of a new type must not be quarantined.
 */
enum store_result applier_send(struct applier *applier, struct batch *batch);

/* Waits up to timeout_ms. DONE if the whole batch is applied, BUSY if a part of it is not. */
enum store_result applier_finish(struct applier *applier, int timeout_ms);

/*
 * Waits up to limit_ms for the whole batch. If it is not applied by then, closes the connection and returns AWAY: the outcome
 * is not known.
 */
enum store_result applier_finish_last(struct applier *applier, int limit_ms);

/* Abandons the statement in flight, whose connection is closed. */
void applier_drop(struct applier *applier);

/* Shows the outcomes so far on a terminal, from time to time. */
void applier_show_progress(const struct applier *applier);

#endif
