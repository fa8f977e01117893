/*
 * One thread, and six states. Each step does one bounded piece of work, and sets the next state:
 *
 *     state       what its step does                                    next state
 *     AWAY        connects to the database                              STARTING or FILLING
 *     STARTING    finds where to start in the assigned partitions       FILLING; AWAY
 *     FILLING     reads until a batch is due, and sends it              APPLYING; STARTING; AWAY
 *     APPLYING    waits for the transaction, and reads ahead meanwhile  COMMITTING; STARTING; AWAY
 *     COMMITTING  commits the offsets of the batch that was applied     STARTING or FILLING
 *     REVOKING    gives the partitions up                               STARTING or FILLING; AWAY
 *
 * From any state, AWAY comes next if the database cannot be reached, and REVOKING if the group takes partitions back. While
 * partitions are assigned but their start positions are unknown, the worker is in STARTING instead of FILLING. The state of
 * the reader (see reader.h) determines which, and each step that returns to reading ends with read_on.
 *
 * After an outage the batch could be kept and sent again. That would save a little reading, but the position of the database
 * would still have to be found first. So the worker discards what it has read, and reads again from that position. The member
 * keeps polling while the database is unavailable, so that its group does not consider it dead.
 */
#include "worker.h"

#include "absence.h"
#include "applier.h"
#include "bug.h"
#include "failpoint.h"
#include "goal.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "reader.h"
#include "stop.h"

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
};

enum worker_state { AWAY, STARTING, FILLING, APPLYING, COMMITTING, REVOKING };

struct worker {
    const struct worker_settings *settings;
    struct reader reader;
    struct applier applier;
    struct goal goal; /* of exit_at_end */

    enum worker_state state;
    bool revokes_lost; /* of REVOKING: other members may have the partitions already */
    bool revokes_away; /* of REVOKING: the state before was AWAY */
    bool has_ended;
    enum worker_end end;

    struct batch *sent; /* the batch that is applied, or was applied last */
    int64_t applied_at; /* monotonic ms: when the database was last known to have all that was sent */
    struct absence absence;
};

struct worker *worker_new(struct source *source, struct store *store, const struct worker_settings *settings)
{
    struct worker *worker = checked(calloc(1, sizeof(*worker)));

    worker->settings = settings;
    worker->applier = (struct applier){
        .store = store,
        .place = &worker->reader.place,
        .form = &worker->reader.form,
        .prints_events = settings->log_events,
    };
    reader_init(&worker->reader, &(struct reader_settings){ source, store, settings->group, settings->topic,
                                                            settings->batch_size, settings->batch_wait_ms });
    worker->sent = reader_hand_over(&worker->reader); /* an empty one */
    goal_init(&worker->goal, source, store, &worker->reader.place);
    absence_init(&worker->absence, settings->database_timeout_ms, settings->notify, (unsigned)getpid());
    worker->state = AWAY;
    return worker;
}

void worker_free(struct worker *worker)
{
    if (!worker)
        return;
    reader_release(&worker->reader);
    goal_release(&worker->goal);
    free(worker);
}

static void end_with(struct worker *worker, enum worker_end end)
{
    worker->end = end;
    worker->has_ended = true;
}

/* --- from one state to another */

static void read_on(struct worker *worker)
{
    worker->state = worker->reader.state == READER_HELD ? STARTING : FILLING;
}

/* Drops what was read and not applied: the next question is where to start. */
static void read_again(struct worker *worker)
{
    reader_hold(&worker->reader);
    applier_drop(&worker->applier);
}

static void go_away(struct worker *worker)
{
    if (!absence_note(&worker->absence, store_error(worker->reader.store))) {
        end_with(worker, WORKER_NO_DATABASE);
        return;
    }
    FAILPOINT("into AWAY");
    worker->state = AWAY;
}

static void end_absence(struct worker *worker)
{
    absence_end(&worker->absence);
    retry_reset(&worker->absence.retry);
}

/* Whatever the store answered that is neither DONE nor BUSY. */
static void recover(struct worker *worker, enum store_result result)
{
    if (result == STORE_AWAY) {
        read_again(worker);
        go_away(worker);
    } else if (result == STORE_GAP) {
        log_warn("worker", "%s; reading again from the database's own positions", store_error(worker->reader.store));
        FAILPOINT("a gap, not read again");
        read_again(worker);
        read_on(worker);
    } else {
        log_error("worker", "%s", store_error(worker->reader.store));
        end_with(worker, WORKER_NO_CONFIGURATION);
    }
}

static void begin_revoking(struct worker *worker, bool is_lost)
{
    FAILPOINT("into REVOKING");
    worker->revokes_lost = is_lost;
    worker->revokes_away = worker->state == AWAY;
    worker->state = REVOKING;
}

/* One thing from Kafka. False when nothing came, or what came changed the state of the worker or of the reader. */
static bool poll_source(struct worker *worker, int timeout_ms)
{
    switch (reader_poll(&worker->reader, timeout_ms)) {
    case SOURCE_RECORD:
    case SOURCE_END:
        return true;
    case SOURCE_NOTHING:
    case SOURCE_POSITIONS_STALE:
        return false;
    case SOURCE_ASSIGNED:
        if (worker->state == FILLING)
            worker->state = STARTING;
        return false;
    case SOURCE_REVOKED:
        begin_revoking(worker, false);
        return false;
    case SOURCE_LOST:
        begin_revoking(worker, true);
        return false;
    case SOURCE_FATAL:
        end_with(worker, WORKER_FAILED);
        return false;
    }
    BUG("unknown source_event");
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

/* Waits for something from Kafka. If nothing comes, there is time to see whether all is done. */
static void poll_or_check_end(struct worker *worker)
{
    enum worker_state state = worker->state;

    if (!poll_source(worker, POLL_MS) && worker->state == state && !worker->has_ended)
        check_end(worker);
}

/* --- AWAY */

static void step_away(struct worker *worker)
{
    enum store_result result;
    bool tries = retry_is_due(&worker->absence.retry);

    poll_source(worker, tries ? POLL_CONNECTING_MS : POLL_MS);
    if (worker->state != AWAY || worker->has_ended || !tries)
        return;
    result = store_connect(worker->reader.store);
    if (result == STORE_DONE) {
        FAILPOINT("out of AWAY");
        read_on(worker);
    } else if (result == STORE_AWAY) {
        go_away(worker);
    } else if (result != STORE_BUSY) {
        recover(worker, result);
    }
}

/* --- STARTING */

/* The database has answered. */
static void wait_for_brokers(struct worker *worker)
{
    absence_end(&worker->absence);
    retry_pause(&worker->absence.retry);
}

/* Kafka and the database have both answered: only now is the program ready. */
static void begin_reading(struct worker *worker)
{
    struct notify *notify = worker->settings->notify;
    size_t partitions = worker->reader.filling->position_count;

    applier_drop(&worker->applier);
    worker->applied_at = monotonic_ms();
    worker->state = FILLING;
    if (partitions > 0) {
        notify_ready(notify, "applies the events of %zu partitions", partitions);
    } else {
        end_absence(worker);
        notify_ready(notify, "standby: other members of the group have all partitions");
    }
}

static void step_starting(struct worker *worker)
{
    enum store_result result;

    if (!retry_is_due(&worker->absence.retry)) {
        poll_or_check_end(worker);
        return;
    }
    result = reader_start(&worker->reader);
    if (result != STORE_DONE)
        recover(worker, result);
    else if (worker->reader.state == READER_UNFIT)
        end_with(worker, WORKER_NO_CONFIGURATION);
    else if (worker->reader.state == READER_HELD)
        wait_for_brokers(worker);
    else
        begin_reading(worker);
}

/* --- FILLING */

static void compare_logs(struct worker *worker)
{
    enum store_result result = reader_compare(&worker->reader);

    if (result == STORE_DONE)
        read_on(worker);
    else
        recover(worker, result);
}

static void send_batch(struct worker *worker)
{
    enum store_result result;

    worker->sent = reader_hand_over(&worker->reader);
    result = FAILPOINT("batch not sent") ? STORE_AWAY : applier_send(&worker->applier, worker->sent);
    FAILPOINT("batch sent, not answered");
    if (result == STORE_DONE)
        worker->state = APPLYING;
    else
        recover(worker, result);
}

/* Then a batch without news is sent: the answer shows whether the database still is where it was. */
static bool is_idle(const struct worker *worker)
{
    return reader_is_reading(&worker->reader) && monotonic_ms() - worker->applied_at >= IDLE_MS;
}

static void step_filling(struct worker *worker)
{
    const struct reader *reader = &worker->reader;
    bool has_news = batch_has_news(reader->filling);
    int left_ms = has_news ? reader_wait_left(reader) : POLL_MS;

    if (reader->state == READER_STALE && reader->filling->count == 0) {
        read_again(worker);
        retry_pause(&worker->absence.retry);
        read_on(worker);
    } else if (reader_comparison_is_due(reader)) {
        compare_logs(worker);
    } else if (has_news ? left_ms == 0 : is_idle(worker)) {
        send_batch(worker);
    } else if (has_news) {
        poll_source(worker, left_ms < POLL_MS ? left_ms : POLL_MS);
    } else {
        poll_or_check_end(worker);
    }
}

/* --- APPLYING */

/* What came of the statement that was sent. */
static void note_result(struct worker *worker, enum store_result result)
{
    if (result == STORE_DONE) {
        worker->applied_at = monotonic_ms();
        end_absence(worker);
    }
    if (worker->applier.output_failed)
        end_with(worker, WORKER_FAILED);
}

/* If there is no room to read ahead and the database is slow, fetching pauses. The worker still polls for rebalances. */
static void read_ahead(struct worker *worker)
{
    const struct reader *reader = &worker->reader;
    int records = 0;

    if (reader_is_closed(reader) && !reader->held.handle && monotonic_ms() - worker->applier.sent_at > PAUSE_AFTER_MS) {
        source_pause(worker->reader.source);
        poll_source(worker, 0);
    }
    while (records < READ_AHEAD && !reader_is_closed(reader) &&
           poll_source(worker, records == 0 ? POLL_APPLYING_MS : 0))
        records++;
}

static void step_applying(struct worker *worker)
{
    enum store_result result;

    read_ahead(worker);
    if (worker->state != APPLYING || worker->has_ended)
        return;
    result = applier_finish(&worker->applier, reader_is_closed(&worker->reader) ? FINISH_MS : 0);
    note_result(worker, result);
    if (result == STORE_DONE)
        worker->state = COMMITTING;
    else if (result != STORE_BUSY)
        recover(worker, result);
}

/* --- COMMITTING */

static void step_committing(struct worker *worker)
{
    FAILPOINT("applied, offsets not committed");
    reader_commit(&worker->reader, worker->sent);
    FAILPOINT("offsets sent, not answered");
    source_resume(worker->reader.source);
    read_on(worker);
    check_end(worker);
}

/* --- REVOKING */

/*
 * Commits what is applied, unless other members may have the partitions already, and gives all of them up. It is also called
 * when the program ends, even if a rebalance was not answered yet: without an answer the member could not leave the group.
 */
static enum store_result give_up_partitions(struct worker *worker)
{
    bool is_lost = worker->state == REVOKING && worker->revokes_lost;
    enum store_result result = STORE_DONE;

    if (worker->applier.in_flight) {
        result = applier_finish_last(&worker->applier, LAST_STATEMENT_MS);
        note_result(worker, result);
    }
    FAILPOINT("last statement finished, offsets not committed");
    if (!is_lost)
        reader_commit_wait(&worker->reader, worker->sent);
    FAILPOINT("last offsets committed, not unassigned");
    applier_drop(&worker->applier);
    reader_give_up(&worker->reader);
    return result;
}

static void step_revoking(struct worker *worker)
{
    enum store_result result = give_up_partitions(worker);

    FAILPOINT("out of REVOKING");
    if (result == STORE_AWAY)
        go_away(worker);
    else if (worker->revokes_away)
        worker->state = AWAY;
    else if (result == STORE_FATAL)
        recover(worker, result);
    else
        read_on(worker);
}

/* --- the loop */

enum worker_end worker_run(struct worker *worker)
{
    static void (*const STEPS[])(struct worker *) = {
        [AWAY] = step_away,         [STARTING] = step_starting,     [FILLING] = step_filling,
        [APPLYING] = step_applying, [COMMITTING] = step_committing, [REVOKING] = step_revoking,
    };

    while (!worker->has_ended && !stop_requested()) {
        notify_alive(worker->settings->notify);
        STEPS[worker->state](worker);
        applier_show_progress(&worker->applier);
    }
    log_progress_end();
    notify_stopping(worker->settings->notify);
    give_up_partitions(worker);
    return worker->end;
}

void worker_print_summary(const struct worker *worker)
{
    outcomes_print_summary(&worker->applier.outcomes, &worker->reader.form);
}
