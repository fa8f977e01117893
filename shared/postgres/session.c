/*
 * The connection is always in libpq's pipeline mode. A statement and the settings that precede it are sent together, followed by one
 * Sync. The server runs everything up to the Sync as one transaction, which it commits by itself, like a single statement. With BEGIN
 * and COMMIT a client that dies between them would leave a transaction open.
 */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include "session.h"

#include "attempt.h"
#include "bug.h"
#include "memory.h"
#include "monotonic.h"
#include "reason.h"
#include "secrets.h"
#include "text.h"

#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SLICE_MS = 200, /* between two looks at is_stopped */
    ERROR_SIZE = 512,
    PARAMETERS_MAX = 14,
};

#define CONNECT_TIMEOUT "10" /* seconds for each address, unless the user sets it; libpq itself has no limit */

struct session {
    struct session_settings settings;
    struct attempt *attempt; /* under way, or NULL */
    PGconn *connection;      /* also a failed one, for its parameters */
    bool is_connected;
    PGresult *result; /* that of the statement, or the first that failed */
    char sqlstate[6];
    char error[ERROR_SIZE];
};

void session_set_up(void)
{
    setenv("PGCONNECT_TIMEOUT", CONNECT_TIMEOUT, 0); /* the only place that all other settings override */
}

struct session *session_new(const struct session_settings *settings)
{
    struct session *session = checked(calloc(1, sizeof(*session)));

    session->settings = *settings;
    return session;
}

static void discard_result(struct session *session)
{
    PQclear(session->result);
    session->result = NULL;
}

void session_free(struct session *session)
{
    if (!session)
        return;
    session_close(session);
    free(session);
}

void session_close(struct session *session)
{
    discard_result(session);
    attempt_free(session->attempt);
    session->attempt = NULL;
    PQfinish(session->connection);
    session->connection = NULL;
    session->is_connected = false;
}

bool session_is_open(const struct session *session)
{
    return session->is_connected && PQstatus(session->connection) == CONNECTION_OK;
}

static enum session_result fail(struct session *session, enum session_result result, const char *sqlstate,
                                const char *error)
{
    snprintf(session->sqlstate, sizeof(session->sqlstate), "%s", sqlstate);
    snprintf(session->error, sizeof(session->error), "%s", error);
    text_one_line(session->error); /* libpq's messages have lines and tabs */
    return result;
}

static enum session_result lose_connection(struct session *session)
{
    return fail(session, SESSION_LOST, "", session->connection ? PQerrorMessage(session->connection) : "no connection");
}

/* Waits for the socket. False after timeout_ms, or after a signal. */
static bool wait_for_socket(PGconn *connection, short events, int timeout_ms)
{
    struct pollfd descriptor = { .fd = PQsocket(connection), .events = events };

    return poll(&descriptor, 1, timeout_ms) > 0;
}

static enum session_result fail_to_connect(struct session *session, const struct attempt_refusal *refusal)
{
    /*
     * libpq itself refuses an invalid port, an unknown sslmode or an untrusted server, and has no SQLSTATE for them. Its
     * messages are in English, as no locale is set.
     */
    const char *words = refusal->words;
    enum session_result result;

    if (PQconnectionNeedsPassword(session->connection))
        result = SESSION_NO_PASSWORD;
    else if (strncmp(words, "invalid ", strlen("invalid ")) == 0)
        result = SESSION_INVALID;
    else if (strstr(words, "certificate") || strstr(words, "SSL was required"))
        result = SESSION_UNTRUSTED;
    else
        result = *refusal->sqlstate ? SESSION_REFUSED : SESSION_LOST;
    return fail(session, result, refusal->sqlstate, words);
}

/* A server that shuts down reports it twice: the connection's error is enough. */
static void ignore_notice(void *opaque, const char *message)
{
    (void)opaque;
    (void)message;
}

/* For attempt_new: both end with a NULL. */
struct connection_parameters {
    const char *names[PARAMETERS_MAX + 1], *values[PARAMETERS_MAX + 1];
    size_t count;
};

static void add_parameter(struct connection_parameters *parameters, const char *name, const char *value)
{
    if (parameters->count == PARAMETERS_MAX)
        BUG("too many connection parameters");
    parameters->names[parameters->count] = name;
    parameters->values[parameters->count++] = value;
}

static enum session_result start_attempt(struct session *session)
{
    const struct session_settings *settings = &session->settings;
    char password[SECRET_SIZE] = "", error[REASON_SIZE];
    struct connection_parameters parameters = { 0 };

    if (settings->password_file && !secrets_read_password(settings->password_file, password, error))
        return fail(session, SESSION_NO_PASSWORD_FILE, "", error);
    /* The user's connection string overrides parameters before dbname, but not those after it. Empty ones count as not set. */
    add_parameter(&parameters, "fallback_application_name", settings->program);
    for (const struct session_default *row = settings->defaults; row && row->name; row++)
        add_parameter(&parameters, row->name, row->value);
    add_parameter(&parameters, "password", password);
    add_parameter(&parameters, "dbname", settings->conninfo ? settings->conninfo : "");
    for (const struct session_default *row = settings->overrides; row && row->name; row++)
        add_parameter(&parameters, row->name, row->value);
    add_parameter(&parameters, "client_encoding", "UTF8");
    session->attempt = attempt_new(parameters.names, parameters.values);
    return SESSION_BUSY;
}

static enum session_result start_session(struct session *session)
{
    PQsetNoticeProcessor(session->connection, ignore_notice, NULL);
    if (PQsetnonblocking(session->connection, 1) != 0 || !PQenterPipelineMode(session->connection))
        return lose_connection(session);
    session->is_connected = true;
    return SESSION_DONE;
}

enum session_result session_connect(struct session *session, int timeout_ms)
{
    struct attempt_refusal refusal;

    if (session->is_connected)
        return SESSION_DONE;
    if (!session->attempt)
        return start_attempt(session);
    if (!attempt_has_ended(session->attempt, timeout_ms))
        return SESSION_BUSY;
    session->connection = attempt_take(session->attempt, &refusal);
    session->attempt = NULL;
    return PQstatus(session->connection) == CONNECTION_OK ? start_session(session) : fail_to_connect(session, &refusal);
}

enum session_result session_send(struct session *session, const char *sql, const struct session_parameters *parameters)
{
    static const struct session_parameters NONE = { 0 };
    const struct session_parameters *given = parameters ? parameters : &NONE;
    bool is_sent = true;

    discard_result(session);
    for (const char *const *row = session->settings.before; row && *row && is_sent; row++)
        is_sent = PQsendQueryParams(session->connection, *row, 0, NULL, NULL, NULL, NULL, 0);
    is_sent = is_sent &&
              PQsendQueryParams(session->connection, sql, given->count, NULL, given->values, given->lengths,
                                given->formats, 0) &&
              PQpipelineSync(session->connection);
    return is_sent ? SESSION_DONE : lose_connection(session);
}

static bool is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* Keeps the first result that failed, else the last one. */
static void keep(struct session *session, PGresult *result)
{
    if (PQresultStatus(result) == PGRES_PIPELINE_ABORTED || (session->result && !is_good(session->result))) {
        PQclear(result);
        return;
    }
    PQclear(session->result);
    session->result = result;
}

/* Takes the results that have arrived. True when the statement is complete. A NULL follows the results of each statement. */
static bool take_results(struct session *session)
{
    for (int nothing = 0; nothing < 2 && !PQisBusy(session->connection);) {
        PGresult *result = PQgetResult(session->connection);

        nothing = result ? 0 : nothing + 1;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            return true;
        }
        if (result)
            keep(session, result);
    }
    return false;
}

/* An error without a code is libpq's own: the connection broke. */
static enum session_result fail_to_execute(struct session *session)
{
    const char *sqlstate = PQresultErrorField(session->result, PG_DIAG_SQLSTATE);

    if (!sqlstate)
        return lose_connection(session);
    return fail(session, SESSION_REFUSED, sqlstate, PQresultErrorMessage(session->result));
}

/* Reads what has arrived. A server that ends a session reports why before the connection breaks. */
static enum session_result look_at_results(struct session *session, bool is_broken)
{
    if (is_broken)
        return fail_to_execute(session);
    if (PQflush(session->connection) != 0 || !take_results(session))
        return SESSION_BUSY;
    return is_good(session->result) ? SESSION_DONE : fail_to_execute(session);
}

enum session_result session_wait(struct session *session, int timeout_ms)
{
    enum session_result result;
    int unsent;

    if (!session->is_connected)
        return lose_connection(session);
    unsent = PQflush(session->connection);
    result = look_at_results(session, unsent < 0);
    if (result != SESSION_BUSY)
        return result;
    wait_for_socket(session->connection, unsent > 0 ? POLLIN | POLLOUT : POLLIN, timeout_ms);
    return look_at_results(session, !PQconsumeInput(session->connection));
}

enum session_result session_finish(struct session *session, enum session_result sent, int64_t ends_at)
{
    bool (*is_stopped)(void) = session->settings.is_stopped;
    enum session_result result = sent == SESSION_DONE ? SESSION_BUSY : sent;

    while (result == SESSION_BUSY && !(is_stopped && is_stopped()) && monotonic_ms() < ends_at)
        result = session_wait(session, SLICE_MS);
    return result;
}

int session_row_count(const struct session *session)
{
    return PQntuples(session->result);
}

const char *session_cell(const struct session *session, int row, int column)
{
    return PQgetvalue(session->result, row, column);
}

int64_t session_number(const struct session *session, int row, int column)
{
    return strtoll(PQgetvalue(session->result, row, column), NULL, 10);
}

const char *session_error(const struct session *session)
{
    return session->error;
}

const char *session_sqlstate(const struct session *session)
{
    return session->sqlstate;
}

static const char *or_else(const char *text, const char *other)
{
    return text ? text : other;
}

const char *session_message(const struct session *session)
{
    return or_else(PQresultErrorField(session->result, PG_DIAG_MESSAGE_PRIMARY), "no message");
}

const char *session_table(const struct session *session)
{
    return or_else(PQresultErrorField(session->result, PG_DIAG_TABLE_NAME), "");
}

const char *session_host(const struct session *session)
{
    return or_else(PQhost(session->connection), "");
}

const char *session_database(const struct session *session)
{
    return or_else(PQdb(session->connection), "");
}

const char *session_user(const struct session *session)
{
    return or_else(PQuser(session->connection), "");
}

const char *session_server_version(const struct session *session)
{
    return or_else(PQparameterStatus(session->connection, "server_version"), "");
}

int session_process(const struct session *session)
{
    return PQbackendPID(session->connection);
}

enum session_conninfo session_judge(const char *conninfo)
{
    /* A text without "=" that is not a URI is the name of a database. */
    bool is_name = !conninfo || (!strchr(conninfo, '=') && !strstr(conninfo, "://"));
    PQconninfoOption *options = is_name ? NULL : PQconninfoParse(conninfo, NULL);
    enum session_conninfo judgement = is_name || options ? SESSION_CONNINFO_GOOD : SESSION_CONNINFO_BAD;

    for (PQconninfoOption *option = options; option && option->keyword; option++) {
        if (strcmp(option->keyword, "password") == 0 && option->val)
            judgement = SESSION_CONNINFO_SHOWS_PASSWORD;
    }
    PQconninfoFree(options);
    return judgement;
}
