#include "postgres_observer.h"

#include "embedded.h"
#include "memory.h"
#include "monotonic.h"
#include "session.h"
#include "stop.h"
#include "text.h"
#include "wall_clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 200 }; /* between two looks at the stop flag */

/* The server's time limit is a little shorter than ours, so that the server reports the reason. */
static const char *const BEFORE[] = {
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),"
    " pg_catalog.set_config('statement_timeout', '2500ms', true),"
    " pg_catalog.set_config('lock_timeout', '2s', true),"
    " pg_catalog.set_config('transaction_read_only', 'on', true)",
    NULL,
};

struct postgres_observer {
    const char *topic, *group;
    char *query; /* sql/monitor.sql */
    struct session *session;
    int64_t ends_at; /* of the current look */
};

struct postgres_observer *postgres_observer_new(const char *topic, const char *group, const char *password_file)
{
    const struct session_settings settings = {
        .program = "order-monitor",
        .password_file = password_file,
        .before = BEFORE,
        .is_stopped = stop_requested,
    };
    struct postgres_observer *observer = checked(calloc(1, sizeof(*observer)));
    /* cppcheck-suppress comparePointers ; embedded.S puts the end after the bytes */
    size_t length = EMBEDDED_SIZE(monitor_sql);

    observer->topic = topic;
    observer->group = group;
    observer->session = session_new(&settings);
    observer->query = checked(calloc(1, length + 1));
    memcpy(observer->query, monitor_sql, length);
    return observer;
}

void postgres_observer_free(struct postgres_observer *observer)
{
    if (!observer)
        return;
    session_free(observer->session);
    free(observer->query);
    free(observer);
}

static enum session_result connect_session(struct postgres_observer *observer)
{
    enum session_result result = SESSION_BUSY;

    while (result == SESSION_BUSY && !stop_requested() && monotonic_ms() < observer->ends_at)
        result = session_connect(observer->session, SLICE_MS);
    return result;
}

static enum session_result ask(struct postgres_observer *observer)
{
    const char *const values[] = { observer->group, observer->topic };
    const struct session_parameters parameters = { .count = 2, .values = values };
    struct session *session = observer->session;
    enum session_result result = connect_session(observer);

    if (result != SESSION_DONE)
        return result;
    return session_finish(session, session_send(session, observer->query, &parameters), observer->ends_at);
}

static void take_row(struct postgres_view *view, const struct session *session, int row)
{
    enum {
        WHAT,
        TYPE,
        PARTITION,
        RECEIVED,
        APPLIED,
        DUPLICATE,
        REDELIVERED,
        QUARANTINED,
        RETIRED,
        ABSENT,
        DELETED,
        UNCOUNTED,
        NEXT
    };
    const char *what = session_cell(session, row, WHAT);

    if (strcmp(what, "type") == 0) {
        struct type_total *total = &view->types[view->type_count++];

        snprintf(total->type, sizeof(total->type), "%s", session_cell(session, row, TYPE));
        total->events = session_number(session, row, RECEIVED);
    } else if (strcmp(what, "conflicts") == 0) {
        view->conflicts = session_number(session, row, RECEIVED);
    } else if (strcmp(what, "partition") == 0) {
        view->partitions[view->partition_count++] = (struct partition_outcomes){
            .partition = (int32_t)session_number(session, row, PARTITION),
            .received = session_number(session, row, RECEIVED),
            .applied = session_number(session, row, APPLIED),
            .duplicate = session_number(session, row, DUPLICATE),
            .redelivered = session_number(session, row, REDELIVERED),
            .quarantined = session_number(session, row, QUARANTINED),
            .retired = session_number(session, row, RETIRED),
            .absent = session_number(session, row, ABSENT),
            .deleted = session_number(session, row, DELETED),
            .uncounted = session_number(session, row, UNCOUNTED),
            .next = session_number(session, row, NEXT),
        };
    }
}

static void explain(struct postgres_observer *observer, enum session_result result, char reason[VIEW_REASON_SIZE])
{
    snprintf(reason, VIEW_REASON_SIZE, "%s",
             result == SESSION_BUSY ? "the server does not answer in time" : session_error(observer->session));
    text_clean(reason);
}

struct postgres_view *postgres_observer_look(struct postgres_observer *observer)
{
    enum session_result result;
    struct postgres_view *view;
    int rows;

    observer->ends_at = monotonic_ms() + POSTGRES_LOOK_MS;
    result = ask(observer);
    rows = result == SESSION_DONE ? session_row_count(observer->session) : 0;
    view = postgres_view_new((size_t)rows, (size_t)rows); /* more than enough: a row is one or the other */
    view->partition_count = view->type_count = 0;
    for (int row = 0; row < rows; row++)
        take_row(view, observer->session, row);
    view->state.at = wall_clock_ms();
    view->state.up = result == SESSION_DONE;
    if (!view->state.up) {
        explain(observer, result, view->state.reason);
        /* An attempt to connect continues, for the next look. */
        if (result != SESSION_BUSY || session_is_open(observer->session))
            session_close(observer->session);
    }
    return view;
}
