#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock, strdup */
#include "lookup.h"

#include "embedded.h"
#include "memory.h"
#include "monotonic.h"
#include "session.h"
#include "stop.h"
#include "text.h"
#include "timed_join.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef SCRIPTS
#define SCRIPTS "scripts/"
#endif

enum {
    SLICE_MS = 200,          /* between two looks at the stop flag while connecting */
    CONNECT_MS = 2500,       /* for the connection and the statement */
    IDLE_MS = 10000,         /* then the session is closed */
    SLOW_MS = 200,           /* a statement that takes longer is followed by a pause */
    REASON_TEXT_SIZE = 1536, /* of a failure */
};

static const char *const BEFORE[] = {
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),"
    " pg_catalog.set_config('statement_timeout', '2000ms', true),"
    " pg_catalog.set_config('lock_timeout', '1s', true),"
    " pg_catalog.set_config('max_parallel_workers_per_gather', '0', true),"
    " pg_catalog.set_config('transaction_read_only', 'on', true)",
    NULL,
};

enum place_state {
    PLACE_FREE,
    PLACE_ASKED,
    PLACE_RUNNING,
    PLACE_ANSWERED,
    PLACE_DROPPED, /* the thread is answering it, and nobody wants to know */
};

/* A place for a question. The mutex protects all of it; only the thread changes a place that is RUNNING or DROPPED to another state. */
struct lookup_question {
    struct lookup *lookup;
    enum place_state state;
    enum lookup_kind kind;
    char id[LOOKUP_ID_MAX + 1];
    int64_t number; /* questions are answered in this order */
    int64_t asked_at;
    enum lookup_result result;
    char *text;
};

struct lookup {
    const char *topic, *group;
    struct session *session; /* of the thread */
    pthread_t thread;
    pthread_mutex_t mutex; /* protects the members below */
    pthread_cond_t changed;
    bool stop;
    int64_t asked; /* questions so far */
    struct lookup_question places[LOOKUP_QUESTIONS];
};

static const struct {
    const char *sql;
    int parameters; /* 1: the id; 2: the group and the topic */
} STATEMENTS[] = {
    [LOOKUP_ORDER] = { order_sql, 1 },
    [LOOKUP_QUARANTINE] = { quarantine_sql, 2 },
    [LOOKUP_CONFLICTS] = { conflicts_sql, 0 },
};

bool lookup_is_id(const char *id, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (id[i] <= ' ' || id[i] > '~')
            return false;
    }
    return length > 0 && length <= LOOKUP_ID_MAX;
}

/* --- the thread */

static enum session_result ask_server(struct lookup *lookup, enum lookup_kind kind, const char *id)
{
    const char *const of_id[] = { id }, *const of_group[] = { lookup->group, lookup->topic };
    int count = STATEMENTS[kind].parameters;
    const struct session_parameters parameters = { .count = count, .values = count == 1 ? of_id : of_group };
    int64_t ends_at = monotonic_ms() + CONNECT_MS;
    enum session_result result = SESSION_BUSY;

    while (result == SESSION_BUSY && !stop_requested() && monotonic_ms() < ends_at)
        result = session_connect(lookup->session, SLICE_MS);
    if (result != SESSION_DONE)
        return result;
    return session_finish(lookup->session, session_send(lookup->session, STATEMENTS[kind].sql, &parameters), ends_at);
}

static enum lookup_result judge(const struct lookup *lookup, enum session_result result)
{
    const char *state = session_sqlstate(lookup->session);

    if (result == SESSION_DONE)
        return LOOKUP_FOUND;
    if (result == SESSION_REFUSED &&
        (strcmp(state, "57014") == 0 || strcmp(state, "55P03") == 0)) /* a timeout: of statement or lock */
        return LOOKUP_SLOW;
    if (result == SESSION_REFUSED &&
        (strcmp(state, "42P01") == 0 || strcmp(state, "42703") == 0)) /* no such view, or column */
        return LOOKUP_OUTDATED;
    return LOOKUP_AWAY;
}

static char *explain(const struct lookup *lookup, enum lookup_kind kind, enum lookup_result result,
                     enum session_result asked)
{
    char *reason = checked(calloc(1, REASON_TEXT_SIZE));

    if (result == LOOKUP_SLOW)
        snprintf(reason, REASON_TEXT_SIZE, "the search was cancelled, because it took too long or waited for a lock%s",
                 kind == LOOKUP_ORDER ? ". An index helps: CREATE INDEX ON orders.processed_events (order_id)" : "");
    else if (result == LOOKUP_OUTDATED)
        snprintf(reason, REASON_TEXT_SIZE, "the database has an older schema: run " SCRIPTS "migrate");
    else
        snprintf(reason, REASON_TEXT_SIZE, "%s",
                 asked == SESSION_BUSY ? "Postgres does not answer in time" : session_error(lookup->session));
    text_one_line(reason);
    text_clean(reason);
    return reason;
}

static enum lookup_result answer(struct lookup *lookup, enum lookup_kind kind, const char *id, char **text)
{
    enum session_result asked = ask_server(lookup, kind, id);
    enum lookup_result result = judge(lookup, asked);

    if (result == LOOKUP_FOUND) {
        *text = checked(strdup(session_row_count(lookup->session) > 0 ? session_cell(lookup->session, 0, 0) : "{}"));
        return result;
    }
    *text = explain(lookup, kind, result, asked);
    if (asked != SESSION_REFUSED || !session_is_open(lookup->session))
        session_close(lookup->session);
    return result;
}

static struct lookup_question *oldest_asked(struct lookup *lookup)
{
    struct lookup_question *oldest = NULL;

    for (int i = 0; i < LOOKUP_QUESTIONS; i++) {
        struct lookup_question *question = &lookup->places[i];

        if (question->state == PLACE_ASKED && (!oldest || question->number < oldest->number))
            oldest = question;
    }
    return oldest;
}

/* Waits for a change, or for timeout_ms. The caller has the mutex. */
static void wait_for_change(struct lookup *lookup, int64_t timeout_ms)
{
    int64_t until_ms = monotonic_ms() + timeout_ms;
    struct timespec until = { .tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000 };

    pthread_cond_timedwait(&lookup->changed, &lookup->mutex, &until);
}

/* Spares a database that answers slowly. The caller has the mutex. */
static void pause_for(struct lookup *lookup, int64_t pause_ms)
{
    int64_t until = monotonic_ms() + pause_ms;

    while (!lookup->stop && monotonic_ms() < until)
        wait_for_change(lookup, until - monotonic_ms());
}

/* The caller has the mutex, which is free while the database works. */
static void serve(struct lookup *lookup, struct lookup_question *question)
{
    char id[LOOKUP_ID_MAX + 1], *text;
    enum lookup_result result;
    enum lookup_kind kind = question->kind;
    int64_t began = monotonic_ms(), took;

    memcpy(id, question->id, sizeof(id));
    question->state = PLACE_RUNNING;
    pthread_mutex_unlock(&lookup->mutex);
    result = answer(lookup, kind, id, &text);
    took = monotonic_ms() - began;
    pthread_mutex_lock(&lookup->mutex);
    /* cppcheck-suppress knownConditionTrueFalse ; lookup_drop may have changed it meanwhile */
    if (question->state == PLACE_DROPPED) {
        question->state = PLACE_FREE;
        free(text);
    } else {
        question->result = result;
        question->text = text;
        question->state = PLACE_ANSWERED;
    }
    if (took > SLOW_MS)
        pause_for(lookup, took);
}

static void *run(void *opaque)
{
    struct lookup *lookup = opaque;
    int64_t used_at = monotonic_ms();

    pthread_mutex_lock(&lookup->mutex);
    while (!lookup->stop) {
        struct lookup_question *question = oldest_asked(lookup);

        if (question) {
            serve(lookup, question);
            used_at = monotonic_ms();
            continue;
        }
        if (monotonic_ms() - used_at >= IDLE_MS)
            session_close(lookup->session);
        wait_for_change(lookup, IDLE_MS);
    }
    pthread_mutex_unlock(&lookup->mutex);
    session_free(lookup->session);
    return NULL;
}

/* --- the callers' side */

struct lookup *lookup_start(const char *topic, const char *group, const char *password_file)
{
    const struct session_settings settings = {
        .program = "order-monitor",
        .password_file = password_file,
        .before = BEFORE,
        .is_stopped = stop_requested,
    };
    struct lookup *lookup = checked(calloc(1, sizeof(*lookup)));
    pthread_condattr_t attributes;

    lookup->topic = topic;
    lookup->group = group;
    lookup->session = session_new(&settings);
    for (int i = 0; i < LOOKUP_QUESTIONS; i++)
        lookup->places[i].lookup = lookup;
    pthread_mutex_init(&lookup->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&lookup->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&lookup->thread, NULL, run, lookup) != 0)
        OUT_OF_MEMORY();
    return lookup;
}

struct lookup_question *lookup_ask(struct lookup *lookup, enum lookup_kind kind, const char *id)
{
    struct lookup_question *question = NULL;

    pthread_mutex_lock(&lookup->mutex);
    for (int i = 0; i < LOOKUP_QUESTIONS && !question; i++) {
        if (lookup->places[i].state == PLACE_FREE)
            question = &lookup->places[i];
    }
    if (question) {
        question->state = PLACE_ASKED;
        question->kind = kind;
        question->number = ++lookup->asked;
        question->asked_at = monotonic_ms();
        snprintf(question->id, sizeof(question->id), "%s", id ? id : "");
        pthread_cond_signal(&lookup->changed);
    }
    pthread_mutex_unlock(&lookup->mutex);
    return question;
}

static bool is_overdue(const struct lookup_question *question)
{
    return monotonic_ms() - question->asked_at > LOOKUP_TOTAL_MS;
}

bool lookup_is_answered(struct lookup_question *question)
{
    bool answered;

    pthread_mutex_lock(&question->lookup->mutex);
    answered = question->state == PLACE_ANSWERED || is_overdue(question);
    pthread_mutex_unlock(&question->lookup->mutex);
    return answered;
}

/* The caller has the mutex. */
static void leave(struct lookup_question *question)
{
    if (question->state == PLACE_RUNNING) {
        question->state = PLACE_DROPPED;
        return;
    }
    free(question->text);
    question->text = NULL;
    question->state = PLACE_FREE;
}

enum lookup_result lookup_take(struct lookup_question *question, char **text)
{
    struct lookup *lookup = question->lookup;
    enum lookup_result result = LOOKUP_PENDING;

    pthread_mutex_lock(&lookup->mutex);
    if (question->state == PLACE_ANSWERED) {
        result = question->result;
        *text = question->text;
        question->text = NULL;
    } else if (is_overdue(question)) {
        result = LOOKUP_BUSY;
        *text = checked(strdup("the database is busy with other questions; try again"));
    }
    if (result != LOOKUP_PENDING)
        leave(question);
    pthread_mutex_unlock(&lookup->mutex);
    return result;
}

void lookup_drop(struct lookup_question *question)
{
    struct lookup *lookup = question->lookup;

    pthread_mutex_lock(&lookup->mutex);
    leave(question);
    pthread_mutex_unlock(&lookup->mutex);
}

bool lookup_stop(struct lookup *lookup, int timeout_ms)
{
    pthread_mutex_lock(&lookup->mutex);
    lookup->stop = true;
    pthread_cond_signal(&lookup->changed);
    pthread_mutex_unlock(&lookup->mutex);
    if (!timed_join(lookup->thread, timeout_ms))
        return false;
    for (int i = 0; i < LOOKUP_QUESTIONS; i++)
        free(lookup->places[i].text);
    pthread_cond_destroy(&lookup->changed);
    pthread_mutex_destroy(&lookup->mutex);
    free(lookup);
    return true;
}
