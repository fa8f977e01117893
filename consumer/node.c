#include "node.h"

#include "apply_call.h"
#include "bug.h"
#include "failpoint.h"
#include "memory.h"
#include "monotonic.h"
#include "schema_version.h"
#include "session.h"
#include "sqlstate.h"
#include "text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SERVER_VERSION = 15 };
enum {
    SETUP_TIMEOUT_MS = 10000,
    STATEMENT_TIMEOUT_MS = 40000, /* for a server that is stopped: a live one ends a statement after 30 s itself */
    ERROR_SIZE = 512,
};

/* What each statement needs, whatever the role's or the database's own settings are. */
static const char *const BEFORE[] = {
    "SET transaction_isolation = 'read committed'", /* of this transaction only, and before it has a snapshot */
    "SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true),"
    " pg_catalog.set_config('lock_timeout', '10s', true),"
    " pg_catalog.set_config('statement_timeout', '30s', true)",
    NULL,
};

static const struct session_default DEFAULTS[] = {
    { "keepalives_idle", "10" },
    { "keepalives_interval", "5" },
    { "keepalives_count", "3" },
    { "tcp_user_timeout", "20000" },
    { 0 },
};

struct node {
    struct session *session;
    struct node_address address; /* empty where the connection string says it all */
    struct session_default overrides[4];
    char name[sizeof(struct node_address) + 32]; /* before each error, where there are several nodes */
    int32_t number, count, partitions;
    bool ready; /* connected, and the database is the right one */
    int64_t statement_ends_at;
    struct apply_call call; /* the batch that was sent last */
    char error[ERROR_SIZE];
};

static void take_address(struct node *node, const struct node_address *address)
{
    const struct session_default overrides[] = { { "host", node->address.host },
                                                 { "port", node->address.port },
                                                 { "dbname", node->address.dbname } };

    node->address = *address;
    snprintf(node->name, sizeof(node->name), "node %" PRId32 " at %s:%s/%s: ", node->number, address->host,
             address->port, address->dbname);
    memcpy(node->overrides, overrides, sizeof(overrides));
}

struct node *node_new(const struct node_settings *settings)
{
    struct node *node = checked(calloc(1, sizeof(*node)));
    const struct session_settings session_settings = {
        .program = "order-consumer",
        .conninfo = settings->conninfo,
        .password_file = settings->password_file,
        .defaults = DEFAULTS,
        .overrides = node->overrides,
        .before = BEFORE,
    };

    node->number = settings->number;
    node->count = settings->count;
    node->call.share = (struct partition_share){ settings->number, settings->count };
    node->partitions = settings->partitions;
    if (settings->address)
        take_address(node, settings->address);
    node->session = session_new(&session_settings);
    return node;
}

void node_free(struct node *node)
{
    if (!node)
        return;
    session_free(node->session);
    apply_call_release(&node->call);
    free(node);
}

const char *node_error(const struct node *node)
{
    return node->error;
}

bool node_holds(const struct node *node, int32_t partition)
{
    return partition_share_holds(&node->call.share, partition);
}

void node_disconnect(struct node *node)
{
    session_close(node->session);
    node->ready = false;
}

static void set_error_list(struct node *node, const char *format, va_list arguments)
{
    size_t length = (size_t)snprintf(node->error, sizeof(node->error), "%s", node->name);

    vsnprintf(node->error + length, sizeof(node->error) - length, format, arguments);
    text_one_line(node->error);
}

__attribute__((format(printf, 2, 3))) static void set_error(struct node *node, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_error_list(node, format, arguments);
    va_end(arguments);
}

enum store_result node_reject(struct node *node, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    set_error_list(node, format, arguments);
    va_end(arguments);
    return STORE_FATAL;
}

static enum store_result to_result(const struct session *session)
{
    switch (sqlstate_classify(session_sqlstate(session), session_table(session))) {
    case SQLSTATE_AWAY:
        return STORE_AWAY;
    case SQLSTATE_DATA:
        return STORE_DATA;
    case SQLSTATE_GAP:
        return STORE_GAP;
    case SQLSTATE_FATAL:
        return STORE_FATAL;
    }
    BUG("unknown sqlstate_class");
}

/* The connection is of no use any more; what the session says of it becomes the error. */
static enum store_result lose_connection(struct node *node)
{
    set_error(node, "%s", session_error(node->session));
    node_disconnect(node);
    return STORE_AWAY;
}

/* A statement needs a connection to a database that was checked. */
static enum store_result miss_connection(struct node *node)
{
    set_error(node, "no connection");
    node_disconnect(node);
    return STORE_AWAY;
}

/* Classifies an error of the server; a connection that broke with it is closed. */
static enum store_result fail_with(struct node *node)
{
    const struct session *session = node->session;
    const char *sqlstate = session_sqlstate(session);
    enum store_result result = to_result(session);

    set_error(node, "%s (SQLSTATE %s) %s", session_message(session), sqlstate,
              sqlstate_advice(sqlstate, session_table(session)));
    /* A new session has the settings that role and database have by then, and may find another server. */
    if (result == STORE_AWAY || !session_is_open(session))
        node_disconnect(node);
    return result;
}

static enum store_result give_up_waiting(struct node *node, int waited_ms)
{
    node_disconnect(node);
    set_error(node, "the server did not answer within %d s", waited_ms / 1000);
    return STORE_AWAY;
}

/* What waiting for the answer to a statement came to; it was waited for no longer than `waited_ms`. */
static enum store_result take_answer(struct node *node, enum session_result result, int waited_ms)
{
    switch (result) {
    case SESSION_DONE:
        return STORE_DONE;
    case SESSION_BUSY:
        return give_up_waiting(node, waited_ms);
    case SESSION_REFUSED:
        return fail_with(node);
    default:
        return lose_connection(node);
    }
}

/* Waits for what was sent, not for ever: a server that is stopped does not answer and does not break the connection. */
static enum store_result finish_setup(struct node *node, enum session_result sent)
{
    return take_answer(node, session_finish(node->session, sent, monotonic_ms() + SETUP_TIMEOUT_MS), SETUP_TIMEOUT_MS);
}

static enum store_result check_schema(struct node *node)
{
    struct session *session = node->session;
    enum store_result result = finish_setup(node, session_send(session, "SELECT orders.schema_version()", NULL));
    int version;

    if (result != STORE_DONE)
        return result;
    version = session_row_count(session) == 1 ? (int)session_number(session, 0, 0) : 0;
    if (version == SCHEMA_VERSION)
        return STORE_DONE;
    set_error(node, "the database has schema version %d, this program needs %d. %s", version, SCHEMA_VERSION,
              version < SCHEMA_VERSION ? "Run " SCRIPTS "migrate on it."
                                       : "Use the program that came with that schema.");
    return STORE_FATAL;
}

/* A database of a cluster must be the node that it is taken for. The front is asked for its nodes. */
static enum store_result check_number(struct node *node)
{
    enum { NODE, NODES, PARTITIONS };
    struct session *session = node->session;
    enum store_result result;

    if (node->count == 1)
        return STORE_DONE;
    result =
        finish_setup(node, session_send(session, "SELECT node, nodes, partitions FROM orders.read_cluster()", NULL));
    if (result != STORE_DONE)
        return result;
    if (session_row_count(session) == 1 && session_number(session, 0, NODE) == node->number &&
        session_number(session, 0, NODES) == node->count && session_number(session, 0, PARTITIONS) == node->partitions)
        return STORE_DONE;
    set_error(node,
              "this database is not node %" PRId32 " of %" PRId32 " for %" PRId32 " partitions. See " SCRIPTS
              "cluster status.",
              node->number, node->count, node->partitions);
    return STORE_FATAL;
}

static enum store_result check_database(struct node *node)
{
    const char *version = session_server_version(node->session);
    enum store_result result;

    FAILPOINT("connected, database not checked");
    if (strtol(version, NULL, 10) < SERVER_VERSION) {
        set_error(node, "the server is PostgreSQL %s, and %d or newer is needed. Use another server.", version,
                  SERVER_VERSION);
        return STORE_FATAL;
    }
    result = check_schema(node);
    if (result == STORE_DONE)
        result = check_number(node);
    node->ready = result == STORE_DONE;
    return result == STORE_DATA || result == STORE_GAP ? STORE_FATAL : result;
}

/* An attempt that failed with `cause`, and the advice for it. */
static enum store_result fail_to_connect(struct node *node, enum session_result cause, const char *advice)
{
    struct session *session = node->session;
    const char *sqlstate = session_sqlstate(session);
    enum store_result result = STORE_FATAL;

    if (cause == SESSION_LOST || cause == SESSION_REFUSED)
        result = to_result(session);
    set_error(node, "%s%s%s database=%s user=%s. %s", session_error(session), *sqlstate ? " SQLSTATE=" : "", sqlstate,
              session_database(session), session_user(session), advice);
    node_disconnect(node);
    return result == STORE_AWAY ? STORE_AWAY : STORE_FATAL;
}

enum store_result node_connect(struct node *node)
{
    struct session *session = node->session;
    enum session_result result;

    if (node->ready && session_is_open(session))
        return STORE_DONE;
    if (node->ready)
        node_disconnect(node);
    result = session_connect(session, 0);
    switch (result) {
    case SESSION_DONE:
        return check_database(node);
    case SESSION_BUSY:
        return STORE_BUSY;
    case SESSION_LOST:
    case SESSION_REFUSED:
        return fail_to_connect(node, result, sqlstate_advice(session_sqlstate(session), ""));
    case SESSION_INVALID:
        return fail_to_connect(node, result, "Correct the PG* variables or --database.");
    case SESSION_UNTRUSTED:
        return fail_to_connect(node, result,
                               "Correct sslmode and sslrootcert (PGSSLMODE, PGSSLROOTCERT), or PGHOST: a name in the"
                               " certificate.");
    case SESSION_NO_PASSWORD:
        set_error(node, "the server asks for a password and none was given. %s", sqlstate_advice("28P01", ""));
        break;
    case SESSION_NO_PASSWORD_FILE:
        set_error(node, "%s", session_error(session));
        break;
    }
    node_disconnect(node);
    return STORE_FATAL;
}

enum store_result node_send(struct node *node, const struct store_place *place, const struct batch *batch, size_t first,
                            size_t count)
{
    const struct session_parameters *parameters;

    if (!node->ready)
        return miss_connection(node);
    parameters = apply_call_fill(&node->call, place, batch, first, count);
    if (session_send(node->session, apply_call_statement(&node->call), parameters) != SESSION_DONE)
        return lose_connection(node);
    node->statement_ends_at = monotonic_ms() + STATEMENT_TIMEOUT_MS;
    return STORE_DONE;
}

static enum store_result take_outcomes(struct node *node, struct batch_row *rows, size_t count,
                                       struct store_counts *counts)
{
    if (apply_call_take(&node->call, node->session, rows, count, counts))
        return STORE_DONE;
    set_error(node, "the answer of orders.apply_batch does not fit the batch. Run " SCRIPTS "migrate.");
    return STORE_FATAL;
}

enum store_result node_finish(struct node *node, int timeout_ms, struct batch *batch, size_t first, size_t count,
                              struct store_counts *counts)
{
    enum session_result result;
    enum store_result finished;

    if (!node->ready)
        return miss_connection(node);
    result = session_wait(node->session, timeout_ms);
    if (result == SESSION_BUSY && monotonic_ms() <= node->statement_ends_at)
        return STORE_BUSY;
    if (result == SESSION_DONE || result == SESSION_REFUSED)
        FAILPOINT("answered, answer not taken");
    finished = take_answer(node, result, STATEMENT_TIMEOUT_MS);
    return finished == STORE_DONE ? take_outcomes(node, batch->rows + first, count, counts) : finished;
}

enum store_result node_ask(struct node *node, const char *sql, const struct session_parameters *parameters)
{
    if (!node->ready)
        return miss_connection(node);
    return finish_setup(node, session_send(node->session, sql, parameters));
}

const struct session *node_answer(const struct node *node)
{
    return node->session;
}
