/*
 * worker.h - the loop: fill a batch, apply it, commit its offsets.
 *
 *     struct worker *worker = worker_new(source, store, &settings);
 *     enum worker_end end = worker_run(worker);
 *     worker_print_summary(worker);
 *     worker_free(worker);
 *
 * While the database applies one batch the next is being read and decoded.
 * Offsets of a batch are committed only after its transaction was.
 */
#ifndef WORKER_H
#define WORKER_H

#include "notify.h"
#include "source.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct worker_settings {
    const char *group, *topic;
    struct notify *notify;   /* is told when there is something to apply from, and that the loop turns */
    size_t batch_size;       /* records */
    int batch_wait_ms;       /* how long a batch that is not full waits for more */
    int database_timeout_ms; /* how long the database may be away */
    bool log_events;         /* one line an event on standard output, with its outcome */
    bool exit_at_end;        /* stop when all that the topic holds at the beginning is applied and committed */
};

enum worker_end {
    WORKER_STOPPED,          /* by a signal, or at the end: all that was applied is committed */
    WORKER_NO_DATABASE,      /* away for longer than database_timeout_ms */
    WORKER_NO_CONFIGURATION, /* the database refuses for a reason that an operator must mend; it was logged */
    WORKER_FAILED,           /* librdkafka or standard output cannot go on; it was logged */
};

struct worker;

/* Borrows everything that it is given, until worker_free. */
struct worker *worker_new(struct source *source, struct store *store, const struct worker_settings *settings);
void worker_free(struct worker *worker);

/* Returns when stop_requested(), at the end (see exit_at_end), or when it cannot go on. */
enum worker_end worker_run(struct worker *worker);

/* What this worker did, by event type and outcome, to the log. */
void worker_print_summary(const struct worker *worker);

#endif
