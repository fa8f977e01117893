/*
 * applier.h - applies one batch to the database, whatever is in it.
 *
 * A batch is one statement. If the database cannot store one of its rows, the
 * batch is halved until that row stands alone. The row is quarantined, and all
 * others are applied.
 *
 *     result = applier_send(&applier, &batch);
 *     while (result is STORE_BUSY or was DONE for applier_send) result = applier_finish(&applier, 50);
 *     // STORE_DONE: all rows are committed, counted in applier.outcomes and, if wanted, printed
 *
 * Other results are the store's, and leave nothing in flight: the caller sends
 * again what was not applied. If a part was applied, it comes back as
 * redelivered. The rows that are quarantined are logged.
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
    struct event_form *form; /* that of the batches */
    bool prints_events;      /* one line an event on standard output, with its outcome */
    bool output_failed;      /* … which could not be written; it was logged */
    struct outcomes outcomes;

    struct batch *batch; /* borrowed from applier_send until it is applied, dropped or failed */
    size_t first, count; /* the rows that the statement in flight is about */
    bool has_warned_of_conflicts, has_warned_of_absent;
    bool in_flight;
};

/*
 * Sends all rows. DONE or an error. If the type of an event is unknown, the database is asked first whether it has been
 * added since: events of a new type must not be quarantined.
 */
enum store_result applier_send(struct applier *applier, struct batch *batch);

/* Waits up to timeout_ms. DONE when the whole batch is applied, BUSY when some of it is still to come. */
enum store_result applier_finish(struct applier *applier, int timeout_ms);

/*
 * Waits up to limit_ms for the whole batch. AWAY, and the connection is given up, if it is not applied by then: the outcome is
 * not known.
 */
enum store_result applier_finish_last(struct applier *applier, int limit_ms);

/* Forgets the statement in flight, whose connection is gone. */
void applier_drop(struct applier *applier);

/* The outcomes so far, to a terminal, now and then. */
void applier_show_progress(const struct applier *applier);

#endif
