/*
 * One thread and five states.
 *
 *     FILLING ──▶ APPLYING ──▶ COMMITTING ──▶ FILLING …      a batch: read, transaction, offsets
 *     APPLYING ──▶ AWAY ──▶ FILLING                          the database went away and came back
 *     any ──▶ REVOKING ──▶ FILLING or AWAY                   the group takes the partitions back
 *
 * Two batches take turns: `sent` belongs to the statement in flight, `filling`
 * is read ahead meanwhile. Each begins where the one before it ended.
 *
 * There is one way to recover, whatever happened: drop what was read, ask the
 * database and the group how far they came, and read again from there (place).
 * It serves a new assignment, a database that was away, an outcome that is not
 * known and a database that was emptied. To keep the batch and send it again
 * would save a little reading, and would need the same question answered first.
 * The member goes on polling all the time: it must not look dead to its group
 * because the database is.
 */
#define _XOPEN_SOURCE 700 /* erand48 */
#include "worker.h"

#include "applier.h"
#include "bug.h"
#include "failpoint.h"
#include "goal.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "stop.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    POLL_MS = 100,            /* the longest wait for a record, when there is nothing else to wait for */
    POLL_APPLYING_MS = 2,     /* the same, while the database may answer at any moment */
    POLL_CONNECTING_MS = 10,  /* the same, between the steps of connecting */
    READ_AHEAD = 256,         /* records between two looks at the database */
    PAUSE_AFTER_MS = 1000,    /* with no room to read ahead: then only rebalances are polled for */
    FINISH_MS = 50,           /* the longest wait for the database, when there is no room to read ahead */
    LAST_STATEMENT_MS = 5000, /* how long the statement in flight may hold up a revocation or the end */
    IDLE_MS = 3000,           /* how often an idle worker compares its positions with the database's */
    COMPARE_MS = 10000,       /* how often the logs that are read are compared with those that were counted */
    BACKOFF_MIN_MS = 100,
    BACKOFF_MAX_MS = 3000,
};

enum worker_state { FILLING, APPLYING, COMMITTING, REVOKING, AWAY };

struct worker {
    struct source *source;
    struct store *store;
    const struct worker_settings *settings;
    struct applier applier;
    struct store_place place;
    struct event_form form; /* what the database knows of events */

    enum worker_state state;
    bool unplaced;  /* partitions are assigned, but not where to start in them */
    bool misplaced; /* reading cannot go on where it is: what was read is applied, then all is placed again */
    bool lost;      /* what REVOKING takes away belongs to somebody else already */
    bool revoked_while_away;
    bool ended;
    enum worker_end end;

    struct batch batches[2];
    struct batch *filling, *sent;
    struct record held; /* read, but not for this batch; none where handle is NULL */

    struct goal goal; /* of exit_at_end */

    int64_t filling_since, sent_at, applied_at, retry_at, compared_at;
    int64_t away_since; /* 0: not away */
    bool away_is_logged;
    int backoff_ms;
    unsigned short jitter[3];
};

struct worker *worker_new(struct source *source, struct store *store, const struct worker_settings *settings)
{
    struct worker *worker = checked(calloc(1, sizeof(*worker)));

    worker->source = source;
    worker->store = store;
    worker->settings = settings;
    worker->applier = (struct applier){
        .store = store,
        .place = &worker->place,
        .form = &worker->form,
        .prints_events = settings->log_events,
    };
    worker->place = (struct store_place){ .group = settings->group, .topic = settings->topic };
    goal_init(&worker->goal, source, store, &worker->place);
    worker->state = AWAY;
    worker->away_since = monotonic_ms();
    worker->backoff_ms = BACKOFF_MIN_MS;
    worker->jitter[0] = (unsigned short)getpid(); /* members that lost the same database come back apart */
    for (int i = 0; i < 2; i++)
        batch_init(&worker->batches[i], settings->batch_size, &worker->form);
    worker->filling = &worker->batches[0];
    worker->sent = &worker->batches[1];
    return worker;
}

static void release_held(struct worker *worker)
{
    if (worker->held.handle)
        source_release(&worker->held);
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    release_held(worker);
    for (int i = 0; i < 2; i++)
        batch_release(&worker->batches[i]);
    goal_release(&worker->goal);
    free(worker);
}

static void end_with(struct worker *worker, enum worker_end end)
{
    worker->end = end;
    worker->ended = true;
}

/* Forgets all that was read and not applied, and the positions with it. */
static void drop_everything(struct worker *worker)
{
    release_held(worker);
    batch_start_at(worker->filling, NULL, 0);
    batch_start_at(worker->sent, NULL, 0);
    applier_drop(&worker->applier);
    worker->misplaced = false;
}

static bool owns_partitions(const struct worker *worker)
{
    return worker->unplaced || worker->filling->position_count > 0;
}

/* Back to the question where to start, with nothing read. */
static void read_again(struct worker *worker)
{
    if (owns_partitions(worker)) {
        source_hold(worker->source);
        worker->unplaced = true;
    }
    drop_everything(worker);
}

static void schedule_retry(struct worker *worker)
{
    worker->retry_at = monotonic_ms() + (int64_t)(worker->backoff_ms * (0.5 + erand48(worker->jitter) / 2));
    worker->backoff_ms = worker->backoff_ms * 2 > BACKOFF_MAX_MS ? BACKOFF_MAX_MS : worker->backoff_ms * 2;
}

static void go_away(struct worker *worker)
{
    int64_t now = monotonic_ms();

    if (worker->away_since == 0)
        worker->away_since = now;
    if (!worker->away_is_logged)
        log_warn("worker", "the database is away, trying again: %s", store_error(worker->store));
    worker->away_is_logged = true;
    notify_status(worker->settings->notify, "waits for the database: %s", store_error(worker->store));
    if (worker->settings->database_timeout_ms > 0 && now - worker->away_since > worker->settings->database_timeout_ms) {
        log_error("worker", "the database has been away for %.0f s, giving up: %s",
                  (double)(now - worker->away_since) / 1000, store_error(worker->store));
        end_with(worker, WORKER_NO_DATABASE);
        return;
    }
    FAILPOINT("into AWAY");
    worker->state = AWAY;
    schedule_retry(worker);
}

/* Whatever the store answered that is neither DONE nor BUSY. */
static void recover(struct worker *worker, enum store_result result)
{
    if (result == STORE_AWAY) {
        read_again(worker);
        go_away(worker);
    } else if (result == STORE_GAP) {
        log_warn("worker", "%s; reading again from the database's own positions", store_error(worker->store));
        FAILPOINT("a gap, not read again");
        read_again(worker);
        worker->state = FILLING;
    } else {
        log_error("worker", "%s", store_error(worker->store));
        end_with(worker, WORKER_NO_CONFIGURATION);
    }
}

static void begin_revoking(struct worker *worker, bool lost)
{
    FAILPOINT("into REVOKING");
    worker->lost = lost;
    worker->revoked_while_away = worker->state == AWAY;
    worker->state = REVOKING;
}

/* The first news of a batch begin its wait for more. */
static void note_news(struct worker *worker)
{
    if (!batch_has_news(worker->filling))
        worker->filling_since = monotonic_ms();
}

static void take_record(struct worker *worker, struct record *record)
{
    FAILPOINT("polled, not decoded");
    if (worker->filling->count == 0)
        note_news(worker);
    if (!batch_add(worker->filling, record) && worker->filling->count > 0)
        worker->held = *record;
    else
        source_release(record); /* copied, or of a partition that is somebody else's now */
}

/* One thing from Kafka. False when nothing came, or what came changed the state. */
static bool poll_source(struct worker *worker, int timeout_ms)
{
    struct record record;

    switch (source_poll(worker->source, timeout_ms, &record)) {
    case SOURCE_NOTHING:
        return false;
    case SOURCE_RECORD:
        take_record(worker, &record);
        return true;
    case SOURCE_END:
        note_news(worker);
        batch_reach(worker->filling, record.partition, record.offset);
        return true;
    case SOURCE_ASSIGNED:
        worker->unplaced = true;
        return false;
    case SOURCE_REVOKED:
        begin_revoking(worker, false);
        return false;
    case SOURCE_LOST:
        begin_revoking(worker, true);
        return false;
    case SOURCE_POSITIONS_STALE:
        worker->misplaced = true;
        return false;
    case SOURCE_FATAL:
        end_with(worker, WORKER_FAILED);
        return false;
    }
    BUG("unknown source_event");
}

/* The nodes of a cluster hold the keys of so many partitions. False: nothing can be placed, now or at all. */
static bool topic_fits(struct worker *worker)
{
    const int32_t wanted = store_partitions(worker->store);
    const int32_t partitions = wanted > 0 ? source_count_partitions(worker->source) : 0;

    for (int i = 0; i < 2; i++)
        worker->batches[i].partitions = wanted;
    if (partitions == wanted)
        return true;
    if (partitions == 0)
        return false;
    log_error(
        "worker",
        "topic %s has %" PRId32 " partitions, and the cluster was made for %" PRId32
        ": keys would belong to other nodes, and be counted there once more. Make a cluster for this topic, and replay into it",
        worker->settings->topic, partitions, wanted);
    end_with(worker, WORKER_NO_CONFIGURATION);
    return false;
}

/* The group has answered, and so has the database: from here on the worker does what it is for. */
static void tell_manager(struct worker *worker, size_t partitions)
{
    if (partitions > 0)
        notify_ready(worker->settings->notify, "applies the events of %zu partitions", partitions);
    else
        notify_ready(worker->settings->notify, "standby: other members of the group have all partitions");
}

/* Finds where to start in the partitions that were assigned. */
static void place(struct worker *worker)
{
    struct known_logs known = { 0 };
    struct start *starts = NULL;
    size_t start_count = 0;
    enum store_result result = store_read_form(worker->store, &worker->form);

    if (result == STORE_DONE)
        result = store_read_logs(worker->store, &worker->place, &known);
    if (result != STORE_DONE) {
        recover(worker, result);
    } else if (topic_fits(worker) && source_assign(worker->source, &known, &starts, &start_count)) {
        FAILPOINT("assigned, nothing read");
        drop_everything(worker);
        batch_start_at(worker->filling, starts, start_count);
        worker->place.identity = *source_identity(worker->source);
        worker->filling_since = monotonic_ms();
        worker->unplaced = false;
        worker->applied_at = monotonic_ms();
        worker->compared_at = worker->applied_at;
        tell_manager(worker, start_count);
    } else if (!worker->ended) {
        schedule_retry(worker);
    }
    free(known.logs);
    free(starts);
}

static const struct log_now *find_log(const struct log_now *logs, size_t count, int32_t partition)
{
    for (size_t i = 0; i < count; i++) {
        if (logs[i].partition == partition)
            return &logs[i];
    }
    return NULL;
}

/* All partitions still hold the log that is read. One that this worker is about to begin is not known to the database yet. */
static bool logs_are_as_read(const struct batch *batch, const struct log_now *logs, size_t count)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        const struct batch_position *position = &batch->positions[i];
        const struct log_now *log = find_log(logs, count, position->partition);

        if (position->first_offset == OFFSET_UNKNOWN && log && (log->is_new || log->log != position->log))
            return false;
    }
    return true;
}

/*
 * No connection breaks when a topic is recreated, and librdkafka may read on at the old offset. So the logs are compared
 * from time to time. If no broker answers, the next time will do.
 */
static void compare_logs(struct worker *worker)
{
    struct known_logs known = { 0 };
    struct log_now *logs = NULL;
    size_t count = 0;
    enum store_result result = store_read_logs(worker->store, &worker->place, &known);

    worker->compared_at = monotonic_ms();
    if (result != STORE_DONE) {
        recover(worker, result);
    } else if (source_find_logs(worker->source, &known, false, &logs, &count)) {
        worker->filling->is_compared = logs_are_as_read(worker->filling, logs, count);
        if (!worker->filling->is_compared)
            read_again(worker);
    }
    free(known.logs);
    free(logs);
}

/* By source_commit or source_commit_wait. Nothing where not all of `sent` was applied. */
static void commit(struct worker *worker, void (*by)(struct source *, const struct partition_offset *, size_t))
{
    struct partition_offset *offsets = checked(calloc(worker->sent->position_count + 1, sizeof(*offsets)));

    by(worker->source, offsets, batch_next_offsets(worker->sent, offsets));
    free(offsets);
}

static void send_batch(struct worker *worker)
{
    struct batch *batch = worker->filling;
    enum store_result result;

    worker->filling = worker->sent;
    worker->sent = batch;
    batch_start_after(worker->filling, batch);
    for (size_t i = 0; i < batch->position_count; i++)
        batch->positions[i].end_offset = source_end_offset(worker->source, batch->positions[i].partition);
    worker->sent_at = monotonic_ms();
    result = FAILPOINT("batch not sent") ? STORE_AWAY : applier_send(&worker->applier, batch);
    FAILPOINT("batch sent, not answered");
    if (result == STORE_DONE)
        worker->state = APPLYING;
    else
        recover(worker, result);
    if (worker->held.handle) {
        struct record record = worker->held;

        worker->held = (struct record){ 0 };
        take_record(worker, &record);
    }
}

static bool is_closed(const struct worker *worker)
{
    return batch_is_full(worker->filling) || worker->held.handle || worker->misplaced;
}

static bool is_due(const struct worker *worker, int64_t now)
{
    if (batch_has_news(worker->filling))
        return is_closed(worker) || now - worker->filling_since >= worker->settings->batch_wait_ms;
    return worker->filling->position_count > 0 && !worker->unplaced && now - worker->applied_at >= IDLE_MS;
}

static void check_end(struct worker *worker)
{
    enum store_result result;
    bool is_reached;

    if (!worker->settings->exit_at_end)
        return;
    result = goal_check(&worker->goal, &is_reached);
    if (result != STORE_DONE)
        recover(worker, result);
    else if (is_reached)
        end_with(worker, WORKER_STOPPED);
}

static int shorter(int64_t wait_ms, int limit_ms)
{
    return wait_ms < limit_ms ? (int)wait_ms : limit_ms;
}

static void step_filling(struct worker *worker)
{
    int64_t now = monotonic_ms();

    if (worker->misplaced && worker->filling->count == 0) {
        read_again(worker);
        schedule_retry(worker);
    } else if (worker->unplaced && now >= worker->retry_at) {
        place(worker);
    } else if (owns_partitions(worker) && !worker->unplaced && now - worker->compared_at >= COMPARE_MS) {
        compare_logs(worker);
    } else if (is_due(worker, now)) {
        send_batch(worker);
    } else if (batch_has_news(worker->filling)) {
        poll_source(worker, shorter(worker->filling_since + worker->settings->batch_wait_ms - now, POLL_MS));
    } else if (!poll_source(worker, POLL_MS) && worker->state == FILLING && !worker->ended) {
        check_end(worker);
    }
}

/* The whole batch has been committed. */
static void note_applied(struct worker *worker)
{
    worker->applied_at = monotonic_ms();
    worker->backoff_ms = BACKOFF_MIN_MS;
    if (worker->away_is_logged)
        log_info("worker", "the database is back after %.1f s",
                 (double)(worker->applied_at - worker->away_since) / 1000);
    worker->away_is_logged = false;
    worker->away_since = 0;
}

static enum store_result finish_batch(struct worker *worker, int timeout_ms)
{
    enum store_result result = applier_finish(&worker->applier, timeout_ms);

    if (result == STORE_DONE)
        note_applied(worker);
    if (worker->applier.output_failed)
        end_with(worker, WORKER_FAILED);
    return result;
}

static void step_applying(struct worker *worker)
{
    enum store_result result;
    int records = 0;

    if (is_closed(worker) && !worker->held.handle && monotonic_ms() - worker->sent_at > PAUSE_AFTER_MS) {
        source_pause(worker->source);
        poll_source(worker, 0);
    }
    while (records < READ_AHEAD && !is_closed(worker) && poll_source(worker, records == 0 ? POLL_APPLYING_MS : 0))
        records++;
    if (worker->state != APPLYING || worker->ended)
        return;
    result = finish_batch(worker, is_closed(worker) ? FINISH_MS : 0);
    if (result == STORE_DONE)
        worker->state = COMMITTING;
    else if (result != STORE_BUSY)
        recover(worker, result);
}

static void step_committing(struct worker *worker)
{
    FAILPOINT("applied, offsets not committed");
    commit(worker, source_commit);
    FAILPOINT("offsets sent, not answered");
    source_resume(worker->source);
    worker->state = FILLING;
    check_end(worker);
}

/* Gives the statement in flight its last chance. AWAY when it did not take it: then nobody knows how it ended. */
static enum store_result finish_last_statement(struct worker *worker)
{
    int64_t ends_at = monotonic_ms() + LAST_STATEMENT_MS;
    enum store_result result = STORE_BUSY;

    if (!worker->applier.in_flight)
        return STORE_DONE;
    while (result == STORE_BUSY && monotonic_ms() < ends_at)
        result = finish_batch(worker, FINISH_MS);
    if (result != STORE_BUSY)
        return result;
    log_warn("worker", "the database did not finish within %d s; its outcome will show as redelivered or applied",
             LAST_STATEMENT_MS / 1000);
    store_disconnect(worker->store);
    return STORE_AWAY;
}

/*
 * Commits what is applied, unless it is somebody else's already, and lets go of
 * all partitions. Also the answer to a rebalance: without it the member could not even leave.
 */
static enum store_result give_up_partitions(struct worker *worker)
{
    enum store_result result = finish_last_statement(worker);

    FAILPOINT("last statement finished, offsets not committed");
    if (!worker->lost)
        commit(worker, source_commit_wait);
    FAILPOINT("last offsets committed, not unassigned");
    drop_everything(worker);
    worker->unplaced = false;
    worker->lost = false;
    source_unassign(worker->source);
    return result;
}

static void step_revoking(struct worker *worker)
{
    enum store_result result = give_up_partitions(worker);

    FAILPOINT("out of REVOKING");
    if (result == STORE_AWAY)
        go_away(worker);
    else if (worker->revoked_while_away)
        worker->state = AWAY;
    else if (result == STORE_FATAL)
        recover(worker, result);
    else
        worker->state = FILLING;
}

static void step_away(struct worker *worker)
{
    enum store_result result;
    bool due = monotonic_ms() >= worker->retry_at;

    poll_source(worker, due ? POLL_CONNECTING_MS : POLL_MS);
    if (worker->state != AWAY || worker->ended || !due)
        return;
    result = store_connect(worker->store);
    if (result == STORE_DONE) {
        FAILPOINT("out of AWAY");
        worker->state = FILLING;
    } else if (result == STORE_AWAY) {
        go_away(worker);
    } else if (result != STORE_BUSY) {
        recover(worker, result);
    }
}

static void show_progress(struct worker *worker)
{
    struct outcome_counts total;

    if (!log_progress_is_due())
        return;
    total = outcomes_total(&worker->applier.outcomes);
    log_progress("applied %" PRIu64 ", duplicate %" PRIu64 ", redelivered %" PRIu64 ", quarantined %" PRIu64,
                 total.of[OUTCOME_APPLIED], total.of[OUTCOME_DUPLICATE], total.of[OUTCOME_REDELIVERED],
                 total.of[OUTCOME_QUARANTINED]);
}

enum worker_end worker_run(struct worker *worker)
{
    static void (*const STEPS[])(struct worker *) = {
        [FILLING] = step_filling,   [APPLYING] = step_applying, [COMMITTING] = step_committing,
        [REVOKING] = step_revoking, [AWAY] = step_away,
    };

    while (!worker->ended && !stop_requested()) {
        notify_alive(worker->settings->notify);
        STEPS[worker->state](worker);
        show_progress(worker);
    }
    log_progress_end();
    notify_stopping(worker->settings->notify);
    give_up_partitions(worker);
    return worker->end;
}

void worker_print_summary(const struct worker *worker)
{
    outcomes_print_summary(&worker->applier.outcomes, &worker->form);
}
