#define _POSIX_C_SOURCE 200809L /* strdup */
#include "lookup.h"

#include "embedded.h"
#include "memory.h"
#include "monotonic.h"
#include "session.h"
#include "stop.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef SCRIPTS
#define SCRIPTS "scripts/"
#endif

enum {
    SLICE_MS = 200,          /* between two looks at the stop flag while connecting */
    CONNECT_MS = 2500,       /* for the connection and the statement */
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

struct lookup {
    const char *topic, *group;
    struct session *session;
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
    return length > 0 && length <= QUESTION_ID_MAX;
}

static enum session_result ask_server(struct lookup *lookup, int kind, const char *id)
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

static enum question_result judge(const struct lookup *lookup, enum session_result result)
{
    const char *state = session_sqlstate(lookup->session);

    if (result == SESSION_DONE)
        return QUESTION_ANSWERED;
    if (result == SESSION_REFUSED &&
        (strcmp(state, "57014") == 0 || strcmp(state, "55P03") == 0)) /* a timeout: of statement or lock */
        return QUESTION_SLOW;
    if (result == SESSION_REFUSED &&
        (strcmp(state, "42P01") == 0 || strcmp(state, "42703") == 0)) /* no such view, or column */
        return QUESTION_OUTDATED;
    return QUESTION_AWAY;
}

static char *explain(const struct lookup *lookup, int kind, enum question_result result, enum session_result asked)
{
    char *reason = checked(calloc(1, REASON_TEXT_SIZE));

    if (result == QUESTION_SLOW)
        snprintf(reason, REASON_TEXT_SIZE, "the search was cancelled, because it took too long or waited for a lock%s",
                 kind == LOOKUP_ORDER ? ". An index helps: CREATE INDEX ON orders.processed_events (order_id)" : "");
    else if (result == QUESTION_OUTDATED)
        snprintf(reason, REASON_TEXT_SIZE, "the database has an older schema: run " SCRIPTS "migrate");
    else
        snprintf(reason, REASON_TEXT_SIZE, "%s",
                 asked == SESSION_BUSY ? "Postgres does not answer in time" : session_error(lookup->session));
    text_one_line(reason);
    text_clean(reason);
    return reason;
}

static enum question_result answer(void *server, int kind, const char *id, char **text)
{
    struct lookup *lookup = server;
    enum session_result asked = ask_server(lookup, kind, id);
    enum question_result result = judge(lookup, asked);

    if (result == QUESTION_ANSWERED) {
        *text = checked(strdup(session_row_count(lookup->session) > 0 ? session_cell(lookup->session, 0, 0) : "{}"));
        return result;
    }
    *text = explain(lookup, kind, result, asked);
    if (asked != SESSION_REFUSED || !session_is_open(lookup->session))
        session_close(lookup->session);
    return result;
}

static void rest(void *server)
{
    struct lookup *lookup = server;

    session_close(lookup->session);
}

static void end(void *server)
{
    struct lookup *lookup = server;

    session_free(lookup->session);
    free(lookup);
}

struct questions *lookup_start(const char *topic, const char *group, const char *password_file)
{
    const struct session_settings settings = {
        .program = "order-monitor",
        .password_file = password_file,
        .before = BEFORE,
        .is_stopped = stop_requested,
    };
    struct lookup *lookup = checked(calloc(1, sizeof(*lookup)));

    lookup->topic = topic;
    lookup->group = group;
    lookup->session = session_new(&settings);
    return questions_start(&(struct answerer){ lookup, answer, rest, end });
}
