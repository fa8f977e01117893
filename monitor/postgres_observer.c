#include "postgres_observer.h"

#include "embedded.h"
#include "memory.h"
#include "monotonic.h"
#include "secrets.h"
#include "stop.h"
#include "text.h"
#include "wall_clock.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLICE_MS = 200 }; /* between two looks at the stop flag */

/* The server gives up a little before we do, and so says why. */
static const char SESSION[] = "SET statement_timeout = '2500ms';"
                              "SET lock_timeout = '2s';"
                              "SET default_transaction_read_only = on;"
                              "SET client_min_messages = warning";

struct postgres_observer {
    const char *topic, *group, *password_file;
    char *query; /* sql/monitor.sql */
    PGconn *connection;
    int64_t ends_at; /* of the look at hand */
    char reason[VIEW_REASON_SIZE];
};

struct postgres_observer *postgres_observer_new(const char *topic, const char *group, const char *password_file)
{
    struct postgres_observer *observer = checked(calloc(1, sizeof(*observer)));
    /* cppcheck-suppress comparePointers ; embedded.S puts the end behind the bytes */
    size_t length = EMBEDDED_SIZE(monitor_sql);

    observer->topic = topic;
    observer->group = group;
    observer->password_file = password_file;
    observer->query = checked(calloc(1, length + 1));
    memcpy(observer->query, monitor_sql, length);
    return observer;
}

void postgres_observer_free(struct postgres_observer *observer)
{
    if (!observer)
        return;
    PQfinish(observer->connection);
    free(observer->query);
    free(observer);
}

/* Waits for the socket, for what is left of the look. False when nothing is. */
static bool wait_for_socket(const struct postgres_observer *observer, short events)
{
    struct pollfd descriptor = { .fd = PQsocket(observer->connection), .events = events };

    while (!stop_requested() && monotonic_ms() < observer->ends_at) {
        if (poll(&descriptor, 1, SLICE_MS) > 0)
            return true;
    }
    return false;
}

static void explain(struct postgres_observer *observer, const char *reason)
{
    snprintf(observer->reason, sizeof(observer->reason), "%s", reason);
    text_one_line(observer->reason);
    text_clean(observer->reason);
}

static bool give_up_waiting(struct postgres_observer *observer)
{
    explain(observer, "the server does not answer in time");
    return false;
}

/* A server that shuts down says so twice: the connection's error is enough. */
static void ignore_notice(void *opaque, const char *message)
{
    (void)opaque;
    (void)message;
}

static bool start_connection(struct postgres_observer *observer)
{
    static const char *const NAMES[] = { "fallback_application_name", "password", "client_encoding", NULL };
    char password[SECRET_SIZE] = "", error[SECRETS_ERROR_SIZE];
    const char *const values[] = { "order-monitor", password, "UTF8", NULL };

    if (observer->password_file && !secrets_read_password(observer->password_file, password, error)) {
        explain(observer, error);
        return false;
    }
    observer->connection = checked(PQconnectStartParams(NAMES, values, 0));
    PQsetNoticeProcessor(observer->connection, ignore_notice, NULL);
    if (PQstatus(observer->connection) != CONNECTION_BAD)
        return true;
    explain(observer, PQerrorMessage(observer->connection));
    return false;
}

static bool finish_connection(struct postgres_observer *observer)
{
    PostgresPollingStatusType awaited = PGRES_POLLING_WRITING;

    while (awaited == PGRES_POLLING_WRITING || awaited == PGRES_POLLING_READING) {
        if (!wait_for_socket(observer, awaited == PGRES_POLLING_READING ? POLLIN : POLLOUT))
            return give_up_waiting(observer);
        awaited = PQconnectPoll(observer->connection);
    }
    if (awaited == PGRES_POLLING_OK)
        return true;
    explain(observer, PQerrorMessage(observer->connection));
    return false;
}

/* The last result of what was sent, or NULL. The caller clears it. */
static PGresult *await_result(struct postgres_observer *observer, int sent)
{
    PGresult *kept = NULL, *result;

    do {
        while (sent && PQisBusy(observer->connection)) {
            if (!wait_for_socket(observer, POLLIN)) {
                PQclear(kept);
                give_up_waiting(observer);
                return NULL;
            }
            sent = PQconsumeInput(observer->connection);
        }
        result = sent ? PQgetResult(observer->connection) : NULL;
        if (result) {
            PQclear(kept);
            kept = result;
        }
    } while (result);
    if (kept && (PQresultStatus(kept) == PGRES_TUPLES_OK || PQresultStatus(kept) == PGRES_COMMAND_OK))
        return kept;
    explain(observer, PQerrorMessage(observer->connection));
    PQclear(kept);
    return NULL;
}

static bool connect_anew(struct postgres_observer *observer)
{
    PGresult *result;

    if (!start_connection(observer) || !finish_connection(observer))
        return false;
    result = await_result(observer, PQsendQuery(observer->connection, SESSION));
    PQclear(result);
    return result != NULL;
}

static int64_t number_at(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static void take_row(struct postgres_view *view, const PGresult *result, int row)
{
    enum { WHAT, TYPE, PARTITION, RECEIVED, APPLIED, DUPLICATE, REDELIVERED, QUARANTINED };
    const char *what = PQgetvalue(result, row, WHAT);

    if (strcmp(what, "type") == 0 && view->type_count < TYPES_MAX) {
        struct type_total *total = &view->types[view->type_count++];

        snprintf(total->type, sizeof(total->type), "%s", PQgetvalue(result, row, TYPE));
        total->events = number_at(result, row, RECEIVED);
    } else if (strcmp(what, "conflicts") == 0) {
        view->conflicts = number_at(result, row, RECEIVED);
    } else if (strcmp(what, "partition") == 0) {
        view->partitions[view->partition_count++] = (struct partition_outcomes){
            .partition = (int32_t)number_at(result, row, PARTITION),
            .received = number_at(result, row, RECEIVED),
            .applied = number_at(result, row, APPLIED),
            .duplicate = number_at(result, row, DUPLICATE),
            .redelivered = number_at(result, row, REDELIVERED),
            .quarantined = number_at(result, row, QUARANTINED),
        };
    }
}

static PGresult *ask(struct postgres_observer *observer)
{
    const char *const values[] = { observer->group, observer->topic };

    if (!observer->connection && !connect_anew(observer))
        return NULL;
    return await_result(observer,
                        PQsendQueryParams(observer->connection, observer->query, 2, NULL, values, NULL, NULL, 0));
}

struct postgres_view *postgres_observer_look(struct postgres_observer *observer)
{
    struct postgres_view *view;
    PGresult *result;
    int rows;

    observer->ends_at = monotonic_ms() + POSTGRES_LOOK_MS;
    result = ask(observer);
    rows = PQntuples(result);
    view = postgres_view_new((size_t)rows);
    view->partition_count = 0;
    for (int row = 0; row < rows; row++)
        take_row(view, result, row);
    view->state.at = wall_clock_ms();
    view->state.up = result != NULL;
    if (!result) {
        snprintf(view->state.reason, sizeof(view->state.reason), "%s", observer->reason);
        PQfinish(observer->connection);
        observer->connection = NULL;
    }
    PQclear(result);
    return view;
}
