#include "applier.h"

#include "failpoint.h"
#include "log.h"
#include "monotonic.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum {
    QUARANTINED_LOGGED = 5, /* records of a batch that the log names */
    WAIT_MS = 50,           /* between two looks at the time */
};

static enum store_result send_rows(struct applier *applier, size_t first, size_t count)
{
    enum store_result result = store_send(applier->store, applier->place, applier->batch, first, count);

    applier->first = first;
    applier->count = count;
    applier->in_flight = result == STORE_DONE;
    return result;
}

/* A type that is unknown may have been added since the form was read. */
static enum store_result look_again(const struct applier *applier, struct batch *batch)
{
    int types = applier->form->type_count;
    enum store_result result;

    if (!batch_has_unknown_type(batch))
        return STORE_DONE;
    result = store_read_form(applier->store, applier->form);
    if (applier->form->type_count != types)
        batch_decode_again(batch);
    return result;
}

enum store_result applier_send(struct applier *applier, struct batch *batch)
{
    enum store_result result = look_again(applier, batch);

    if (result != STORE_DONE)
        return result;
    applier->batch = batch;
    applier->sent_at = monotonic_ms();
    return send_rows(applier, 0, batch->count);
}

void applier_drop(struct applier *applier)
{
    applier->in_flight = false;
}

/* One of the rows that were sent cannot be stored: fewer are tried, and a single one is quarantined. */
static enum store_result send_fewer(struct applier *applier)
{
    struct batch_row *row = &applier->batch->rows[applier->first];

    if (applier->count == applier->batch->count && applier->count > 1)
        log_warn("applier", "a record cannot be stored, looking for it in this batch of %zu: %s", applier->count,
                 store_error(applier->store));
    FAILPOINT("a record cannot be stored, none is sent again");
    if (applier->count > 1)
        return send_rows(applier, applier->first, applier->count / 2);
    if (applier->count == 0 || row->reason)
        return STORE_FATAL;
    batch_row_refuse(row, store_error(applier->store));
    return send_rows(applier, applier->first, 1);
}

/* The first of a batch, and how many more: a topic full of garbage must not fill the disk with log. */
static void log_quarantined(const struct batch *batch)
{
    size_t quarantined = 0;

    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].outcome == OUTCOME_QUARANTINED && ++quarantined <= QUARANTINED_LOGGED)
            log_warn("applier", "quarantined: %s partition=%" PRId32 " offset=%" PRId64, batch->rows[i].reason,
                     batch->rows[i].partition, batch->rows[i].offset);
    }
    if (quarantined > QUARANTINED_LOGGED)
        log_warn("applier", "quarantined: %zu more records of this batch; read them in orders.quarantine",
                 quarantined - QUARANTINED_LOGGED);
}

static void warn_of_conflicts(struct applier *applier, uint64_t conflicts)
{
    if (conflicts == 0 || applier->has_warned_of_conflicts)
        return;
    applier->has_warned_of_conflicts = true;
    log_warn(
        "applier",
        "%" PRIu64
        " known events arrived with a different payload, and the first payload is kept: was another file replayed, or the "
        "same one with and without its customers? See orders.conflicts, which also counts later ones",
        conflicts);
}

static void warn_of_absent(struct applier *applier, uint64_t absent)
{
    if (absent == 0 || applier->has_warned_of_absent)
        return;
    applier->has_warned_of_absent = true;
    log_warn(
        "applier",
        "%" PRIu64 " offsets hold no record: markers of transactions, or records that compaction removed "
        "(cleanup.policy=compact keeps one event of an order); orders.pipeline_status counts them as absent topic=%s",
        absent, applier->place->topic);
}

static void report_rows(struct applier *applier, const struct store_counts *counts)
{
    outcomes_add(&applier->outcomes, applier->batch, applier->first, applier->count);
    applier->outcomes.absent += counts->absent;
    applier->outcomes.deleted += counts->deleted;
    warn_of_conflicts(applier, counts->conflicts);
    warn_of_absent(applier, counts->absent);
    if (!applier->prints_events || applier->output_failed ||
        outcomes_print_rows(applier->batch, applier->first, applier->count))
        return;
    applier->output_failed = true;
    log_error("applier", "standard output cannot be written, the consumer ends here: %s", strerror(errno));
}

/* Twice as many rows as went well: back to whole batches, once the bad row is behind. */
static enum store_result send_next(struct applier *applier)
{
    size_t next = applier->first + applier->count, left = applier->batch->count - next;

    FAILPOINT("a part of the batch applied");
    return send_rows(applier, next, left < 2 * applier->count ? left : 2 * applier->count);
}

enum store_result applier_finish(struct applier *applier, int timeout_ms)
{
    struct store_counts counts;
    enum store_result result =
        store_finish(applier->store, timeout_ms, applier->batch, applier->first, applier->count, &counts);

    if (result == STORE_BUSY)
        return STORE_BUSY;
    applier->in_flight = false;
    if (result == STORE_DONE) {
        batch_note_applied(applier->batch, applier->first, applier->count);
        report_rows(applier, &counts);
        if (applier->first + applier->count == applier->batch->count) {
            log_quarantined(applier->batch);
            return STORE_DONE;
        }
        result = send_next(applier);
    } else if (result == STORE_DATA) {
        result = send_fewer(applier);
    }
    return result == STORE_DONE ? STORE_BUSY : result;
}

enum store_result applier_finish_last(struct applier *applier, int limit_ms)
{
    int64_t ends_at = monotonic_ms() + limit_ms;
    enum store_result result = STORE_BUSY;

    while (result == STORE_BUSY && monotonic_ms() < ends_at)
        result = applier_finish(applier, WAIT_MS);
    if (result != STORE_BUSY)
        return result;
    log_warn("worker", "the database did not finish within %d s; its records will be counted as redelivered or applied",
             limit_ms / 1000);
    store_disconnect(applier->store);
    return STORE_AWAY;
}

void applier_show_progress(const struct applier *applier)
{
    struct outcome_counts total;

    if (!log_progress_is_due())
        return;
    total = outcomes_total(&applier->outcomes);
    log_progress("applied %" PRIu64 ", duplicate %" PRIu64 ", redelivered %" PRIu64 ", quarantined %" PRIu64,
                 total.of[OUTCOME_APPLIED], total.of[OUTCOME_DUPLICATE], total.of[OUTCOME_REDELIVERED],
                 total.of[OUTCOME_QUARANTINED]);
}
