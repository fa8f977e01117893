/*
 * worker.h - the main loop: read a batch, apply it, commit its offsets.
 *
 *     struct worker *worker = worker_new(source, store, &settings);
 *     enum worker_end end = worker_run(worker);
 *     worker_print_summary(worker);
 *     worker_free(worker);
 *
 * While the database applies one batch, the next one is read and decoded. The offsets of a batch are committed only after its
 * transaction.
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
    struct notify *notify;   /* gets heartbeats, readiness, and what the worker waits for */
    size_t batch_size;       /* records */
    int batch_wait_ms;       /* how long a batch that is not full waits for more records */
    int database_timeout_ms; /* how long the database may be unavailable; 0: no limit */
    bool log_events;         /* one line per event on standard output, with its outcome */
    bool exit_at_end;        /* stop when all records that the topic has at the start are applied and committed */
};

enum worker_end {
    WORKER_STOPPED,          /* by a signal, or at the end: everything that was applied is committed */
    WORKER_NO_DATABASE,      /* the database was unavailable for longer than database_timeout_ms */
    WORKER_NO_CONFIGURATION, /* the database or the topic is not as required, and an operator must act; it was logged */
    WORKER_FAILED,           /* a fatal error of librdkafka or of standard output, which was logged */
};

struct worker;

/* Borrows everything that it is given, until worker_free. */
struct worker *worker_new(struct source *source, struct store *store, const struct worker_settings *settings);
void worker_free(struct worker *worker);

/* Returns after stop_requested(), at the end (see exit_at_end), or if it cannot continue. */
enum worker_end worker_run(struct worker *worker);

/* Logs what this worker did, by event type and outcome. */
void worker_print_summary(const struct worker *worker);

#endif
