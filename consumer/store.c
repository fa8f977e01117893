/*
 * The only user of libpq.
 *
 * A connection that fails has no result to take an SQLSTATE from, only a
 * message in the server's language. With PQERRORS_SQLSTATE the message ends in
 * the code itself, so the attempt is made with that verbosity.
 */
#include "store.h"

#include "failpoint.h"
#include "memory.h"
#include "monotonic.h"
#include "pg_array.h"
#include "secrets.h"
#include "sqlstate.h"
#include "text.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEMA_VERSION = 2, SERVER_VERSION = 150000 };
enum {
    SETUP_TIMEOUT_MS = 10000,
    STATEMENT_TIMEOUT_MS = 40000, /* for a server that is stopped: a live one ends a statement after 30 s itself */
    ERROR_SIZE = 512,
};

#define STATEMENT "apply_batch"

/* What the session needs, whatever the role's or the database's own settings are. */
static const char SESSION[] = "SET lock_timeout = '10s';"
                              "SET statement_timeout = '30s';"
                              "SET client_min_messages = warning;"
                              "SET default_transaction_isolation = 'read committed'";

/* The arrays of orders.apply_batch, in the order of its parameters from $3 on. */
// clang-format off
enum {
    PARTITIONS, OFFSETS, APPEND_TIMES, EVENT_IDS, EVENT_TYPE_NAMES, EVENT_ATS, ORDER_IDS, REGIONS, PAYLOAD_HASHES, REASONS,
    KEYS, PAYLOADS, OWNED_PARTITIONS, READ_FROM, END_OFFSETS, ARRAYS,
};
// clang-format on

static const char APPLY[] =
    "SELECT outcomes FROM orders.apply_batch($1::text, $2::text, $3::int4[], $4::int8[], $5::timestamptz[], $6::uuid[],"
    " $7::text[], $8::timestamp[], $9::text[], $10::text[], $11::int8[], $12::text[], $13::bytea[], $14::bytea[],"
    " $15::int4[], $16::int8[], $17::int8[])";

struct store {
    const char *conninfo, *password_file;
    PGconn *connection;
    bool ready;                        /* connected, and the session is set up */
    PostgresPollingStatusType awaited; /* of the socket, while connecting */
    int64_t attempt_ends_at, statement_ends_at;
    struct pg_array arrays[ARRAYS];
    char error[ERROR_SIZE];
};

struct store *store_new(const char *conninfo, const char *password_file)
{
    struct store *store = checked(calloc(1, sizeof(*store)));

    store->conninfo = conninfo ? conninfo : "";
    store->password_file = password_file;
    return store;
}

enum store_conninfo store_judge(const char *conninfo)
{
    /* What has no "=" and is no URI is a database's name. */
    bool is_name = !conninfo || (!strchr(conninfo, '=') && !strstr(conninfo, "://"));
    PQconninfoOption *options = is_name ? NULL : PQconninfoParse(conninfo, NULL);
    enum store_conninfo judgement = is_name || options ? STORE_CONNINFO_GOOD : STORE_CONNINFO_BAD;

    for (PQconninfoOption *option = options; option && option->keyword; option++) {
        if (strcmp(option->keyword, "password") == 0 && option->val)
            judgement = STORE_CONNINFO_SHOWS_PASSWORD;
    }
    PQconninfoFree(options);
    return judgement;
}

void store_free(struct store *store)
{
    if (!store)
        return;
    store_disconnect(store);
    for (size_t i = 0; i < ARRAYS; i++)
        pg_array_release(&store->arrays[i]);
    free(store);
}

const char *store_error(const struct store *store)
{
    return store->error;
}

void store_disconnect(struct store *store)
{
    PQfinish(store->connection);
    store->connection = NULL;
    store->ready = false;
}

__attribute__((format(printf, 2, 3))) static void set_error(struct store *store, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(store->error, sizeof(store->error), format, arguments);
    va_end(arguments);
    text_one_line(store->error); /* libpq's messages have lines and tabs */
}

static enum store_result to_result(const char *sqlstate)
{
    switch (sqlstate_classify(sqlstate)) {
    case SQLSTATE_AWAY:
        return STORE_AWAY;
    case SQLSTATE_DATA:
        return STORE_DATA;
    case SQLSTATE_GAP:
        return STORE_GAP;
    case SQLSTATE_FATAL:
        return STORE_FATAL;
    }
    abort();
}

/* The connection is of no use any more; what libpq says of it becomes the error. */
static enum store_result lose_connection(struct store *store)
{
    set_error(store, "%s", store->connection ? PQerrorMessage(store->connection) : "no connection");
    store_disconnect(store);
    return STORE_AWAY;
}

/* Classifies a failed result; a connection that broke with it is closed. */
static enum store_result fail_with(struct store *store, const PGresult *result)
{
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    if (!sqlstate)
        return lose_connection(store);
    set_error(store, "%s (SQLSTATE %s) %s", message ? message : "no message", sqlstate, sqlstate_advice(sqlstate));
    /* A new session has the settings that role and database have by then, and may find another server. */
    if (to_result(sqlstate) == STORE_AWAY || PQstatus(store->connection) != CONNECTION_OK)
        store_disconnect(store);
    return to_result(sqlstate);
}

/* Waits for the socket. False after timeout_ms, or after a signal. */
static bool wait_for_socket(PGconn *connection, short events, int timeout_ms)
{
    struct pollfd descriptor = { .fd = PQsocket(connection), .events = events };

    return poll(&descriptor, 1, timeout_ms) > 0;
}

/*
 * One step towards the result of what was sent: DONE when PQgetResult will not
 * block, BUSY when timeout_ms have passed before.
 */
static enum store_result wait_for_result(struct store *store, int timeout_ms)
{
    int unsent = PQflush(store->connection);

    if (unsent < 0)
        return lose_connection(store);
    if (unsent > 0 || PQisBusy(store->connection)) {
        short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;

        wait_for_socket(store->connection, events, timeout_ms);
        if (!PQconsumeInput(store->connection))
            return lose_connection(store);
    }
    return PQflush(store->connection) == 0 && !PQisBusy(store->connection) ? STORE_DONE : STORE_BUSY;
}

static enum store_result give_up_waiting(struct store *store, int waited_ms)
{
    store_disconnect(store);
    set_error(store, "the server did not answer within %d s", waited_ms / 1000);
    return STORE_AWAY;
}

/* Reads all results of what was sent and keeps the last, or the first that failed. The caller clears it. */
static PGresult *take_result(struct store *store)
{
    PGresult *kept = NULL, *result;

    while ((result = PQgetResult(store->connection))) {
        ExecStatusType status = PQresultStatus(kept);

        if (kept && status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            PQclear(result);
            continue;
        }
        PQclear(kept);
        kept = result;
    }
    return kept;
}

/* Waits for what was sent, not for ever: a server that is stopped does not answer and does not break the connection. */
static enum store_result finish_setup(struct store *store, int sent, PGresult **result)
{
    int64_t ends_at = monotonic_ms() + SETUP_TIMEOUT_MS;
    enum store_result waited = STORE_BUSY;
    ExecStatusType status;

    if (!sent)
        return lose_connection(store);
    while (waited == STORE_BUSY && monotonic_ms() < ends_at)
        waited = wait_for_result(store, 1000);
    if (waited == STORE_AWAY)
        return waited;
    if (waited == STORE_BUSY)
        return give_up_waiting(store, SETUP_TIMEOUT_MS);
    *result = take_result(store);
    status = PQresultStatus(*result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
        return STORE_DONE;
    return fail_with(store, *result);
}

/* Setup statements: DONE, with the value of the first column in `value` where there is one. */
static enum store_result run_setup(struct store *store, int sent, int *value)
{
    PGresult *result = NULL;
    enum store_result finished = finish_setup(store, sent, &result);

    if (finished == STORE_DONE && value)
        *value = PQntuples(result) == 1 ? (int)strtol(PQgetvalue(result, 0, 0), NULL, 10) : 0;
    PQclear(result);
    return finished;
}

static enum store_result check_schema(struct store *store)
{
    int version = 0;
    enum store_result result =
        run_setup(store, PQsendQuery(store->connection, "SELECT orders.schema_version()"), &version);

    if (result != STORE_DONE || version == SCHEMA_VERSION)
        return result;
    set_error(store, "the database has schema version %d, this program needs %d. %s", version, SCHEMA_VERSION,
              version < SCHEMA_VERSION ? "Run scripts/migrate on it." : "Use the program that came with that schema.");
    return STORE_FATAL;
}

static enum store_result set_up_session(struct store *store)
{
    enum store_result result;

    FAILPOINT("connected, session not set up");
    if (PQserverVersion(store->connection) < SERVER_VERSION) {
        set_error(store, "the server is PostgreSQL %s, and %d or newer is needed. Use another server.",
                  PQparameterStatus(store->connection, "server_version"), SERVER_VERSION / 10000);
        return STORE_FATAL;
    }
    PQsetErrorVerbosity(store->connection, PQERRORS_DEFAULT);
    result = run_setup(store, PQsendQuery(store->connection, SESSION), NULL);
    if (result == STORE_DONE)
        result = check_schema(store);
    if (result == STORE_DONE)
        result = run_setup(store, PQsendPrepare(store->connection, STATEMENT, APPLY, 0, NULL), NULL);
    if (result == STORE_DONE && PQsetnonblocking(store->connection, 1) != 0)
        result = lose_connection(store);
    store->ready = result == STORE_DONE;
    return result == STORE_DATA || result == STORE_GAP ? STORE_FATAL : result;
}

/* The five letters or digits at the end of a message, or "" when it was libpq that failed and not the server. */
static void sqlstate_of_message(const char *message, char sqlstate[6])
{
    size_t end = strlen(message), start;

    while (end > 0 && (message[end - 1] == '\n' || message[end - 1] == ' '))
        end--;
    start = end >= 5 ? end - 5 : end;
    snprintf(sqlstate, 6, "%.*s", (int)(end - start), message + start);
    if (strspn(sqlstate, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5 || start == 0 || message[start - 1] != ' ')
        *sqlstate = '\0';
}

static enum store_result fail_to_connect(struct store *store)
{
    /*
     * A port that is no number, an unknown sslmode, a server that is not to be trusted: libpq itself refuses them, and has
     * no code for it. The message is in English, as no locale is set.
     */
    const char *message = PQerrorMessage(store->connection);
    bool is_invalid = strncmp(message, "invalid ", strlen("invalid ")) == 0;
    bool is_distrusted = strstr(message, "certificate") || strstr(message, "SSL was required");
    char sqlstate[6];
    enum store_result result;

    if (PQconnectionNeedsPassword(store->connection)) {
        set_error(store, "the server asks for a password and none was given. %s", sqlstate_advice("28P01"));
        store_disconnect(store);
        return STORE_FATAL;
    }
    sqlstate_of_message(message, sqlstate);
    result = is_invalid || is_distrusted ? STORE_FATAL : to_result(sqlstate);
    set_error(store, "%s database=%s user=%s. %s", message, PQdb(store->connection), PQuser(store->connection),
              is_invalid ? "Mend the PG* variables or --database."
              : is_distrusted
                  ? "Mend sslmode and sslrootcert (PGSSLMODE, PGSSLROOTCERT), or PGHOST: a name in the certificate."
                  : sqlstate_advice(sqlstate));
    store_disconnect(store);
    return result == STORE_AWAY ? STORE_AWAY : STORE_FATAL;
}

/* A server that shuts down says so twice: the connection's error is enough. */
static void ignore_notice(void *opaque, const char *message)
{
    (void)opaque;
    (void)message;
}

static enum store_result start_attempt(struct store *store)
{
    /* Those before dbname give way to the user's connection string, those behind it do not. */
    // clang-format off
    static const char *const NAMES[] = { "fallback_application_name", "keepalives_idle", "keepalives_interval",
                                         "keepalives_count", "tcp_user_timeout", "password", "dbname",
                                         "client_encoding", NULL };
    // clang-format on
    char password[SECRET_SIZE] = "", error[SECRETS_ERROR_SIZE];
    const char *const values[] = { "order-consumer", "10", "5", "3", "20000", password, store->conninfo, "UTF8", NULL };

    if (store->password_file && !secrets_read_password(store->password_file, password, error)) {
        set_error(store, "%s", error);
        return STORE_FATAL;
    }
    store->connection = PQconnectStartParams(NAMES, values, 1);
    if (!store->connection)
        abort();
    PQsetErrorVerbosity(store->connection, PQERRORS_SQLSTATE);
    PQsetNoticeProcessor(store->connection, ignore_notice, NULL);
    store->awaited = PGRES_POLLING_WRITING;
    store->attempt_ends_at = monotonic_ms() + SETUP_TIMEOUT_MS;
    return PQstatus(store->connection) == CONNECTION_BAD ? fail_to_connect(store) : STORE_BUSY;
}

static enum store_result poll_attempt(struct store *store)
{
    short events = store->awaited == PGRES_POLLING_READING ? POLLIN : POLLOUT;

    if (wait_for_socket(store->connection, events, 0)) /* else PQconnectPoll would wait, without an end */
        store->awaited = PQconnectPoll(store->connection);
    if (store->awaited == PGRES_POLLING_OK)
        return set_up_session(store);
    if (store->awaited == PGRES_POLLING_FAILED)
        return fail_to_connect(store);
    if (monotonic_ms() < store->attempt_ends_at)
        return STORE_BUSY;
    set_error(store, "no answer from %s within %d s", PQhost(store->connection), SETUP_TIMEOUT_MS / 1000);
    store_disconnect(store);
    return STORE_AWAY;
}

enum store_result store_connect(struct store *store)
{
    if (store->ready && PQstatus(store->connection) == CONNECTION_OK)
        return STORE_DONE;
    if (store->ready)
        store_disconnect(store);
    return store->connection ? poll_attempt(store) : start_attempt(store);
}

static void add_row(struct pg_array *arrays, const struct batch *batch, const struct batch_row *row)
{
    const struct event *event = row->reason ? NULL : &row->event;
    const char *type = event ? event_type_name(event->type) : NULL;
    const char *region = event && row->summary.region[0] ? row->summary.region : NULL;

    pg_array_add_int32(&arrays[PARTITIONS], row->partition);
    pg_array_add_int64(&arrays[OFFSETS], row->offset);
    pg_array_add_time(&arrays[APPEND_TIMES], row->append_time);
    pg_array_add_bytes(&arrays[EVENT_IDS], event ? event->id.bytes : NULL, sizeof(event->id.bytes));
    pg_array_add_bytes(&arrays[EVENT_TYPE_NAMES], type, type ? strlen(type) : 0);
    pg_array_add_bytes(&arrays[ORDER_IDS], event ? event->order_id : NULL, event ? strlen(event->order_id) : 0);
    pg_array_add_bytes(&arrays[REGIONS], region, region ? strlen(region) : 0);
    if (event) {
        pg_array_add_time(&arrays[EVENT_ATS], event->at);
        pg_array_add_int64(&arrays[PAYLOAD_HASHES], row->summary.hash);
    } else {
        pg_array_add_null(&arrays[EVENT_ATS]);
        pg_array_add_null(&arrays[PAYLOAD_HASHES]);
    }
    pg_array_add_bytes(&arrays[REASONS], row->reason, row->reason ? strlen(row->reason) : 0);
    pg_array_add_bytes(&arrays[KEYS], event ? NULL : batch_bytes(batch, &row->key), row->key.length);
    pg_array_add_bytes(&arrays[PAYLOADS], event ? NULL : batch_bytes(batch, &row->value), row->value.length);
}

static void add_offset(struct pg_array *array, int64_t offset)
{
    if (offset < 0)
        pg_array_add_null(array);
    else
        pg_array_add_int64(array, offset);
}

static void fill_arrays(struct pg_array *arrays, const struct batch *batch, size_t first, size_t count)
{
    // clang-format off
    static const enum pg_type TYPES[ARRAYS] = { PG_INT4, PG_INT8, PG_TIMESTAMPTZ, PG_UUID, PG_TEXT,
                                                PG_TIMESTAMP, PG_TEXT, PG_TEXT, PG_INT8, PG_TEXT,
                                                PG_BYTEA, PG_BYTEA, PG_INT4, PG_INT8, PG_INT8 };
    // clang-format on

    for (size_t i = 0; i < ARRAYS; i++)
        pg_array_start(&arrays[i], TYPES[i]);
    for (size_t i = first; i < first + count; i++)
        add_row(arrays, batch, &batch->rows[i]);
    for (size_t i = 0; i < batch->position_count; i++) {
        pg_array_add_int32(&arrays[OWNED_PARTITIONS], batch->positions[i].partition);
        add_offset(&arrays[READ_FROM], batch->positions[i].read_from);
        add_offset(&arrays[END_OFFSETS], batch->positions[i].end_offset);
    }
}

enum store_result store_send(struct store *store, const char *group, const char *topic, const struct batch *batch,
                             size_t first, size_t count)
{
    enum { PARAMETERS = 2 + ARRAYS };
    const char *values[PARAMETERS] = { group, topic };
    int lengths[PARAMETERS] = { 0 }, formats[PARAMETERS] = { 0 };

    if (!store->ready)
        return lose_connection(store);
    fill_arrays(store->arrays, batch, first, count);
    for (size_t i = 0; i < ARRAYS; i++) {
        values[2 + i] = pg_array_finish(&store->arrays[i]);
        lengths[2 + i] = (int)store->arrays[i].length;
        formats[2 + i] = 1;
    }
    if (!PQsendQueryPrepared(store->connection, STATEMENT, PARAMETERS, values, lengths, formats, 0))
        return lose_connection(store);
    store->statement_ends_at = monotonic_ms() + STATEMENT_TIMEOUT_MS;
    return STORE_DONE;
}

static enum store_result take_outcomes(struct store *store, const PGresult *result, struct batch_row *rows,
                                       size_t count)
{
    const char *outcomes = PQntuples(result) == 1 ? PQgetvalue(result, 0, 0) : "";

    if (strlen(outcomes) != count || strspn(outcomes, "adrq") != count) {
        set_error(store, "orders.apply_batch answered for %zu records, not for %zu. Run scripts/migrate.",
                  strlen(outcomes), count);
        return STORE_FATAL;
    }
    for (size_t i = 0; i < count; i++)
        rows[i].outcome = (enum outcome)outcomes[i];
    return STORE_DONE;
}

enum store_result store_finish(struct store *store, int timeout_ms, struct batch *batch, size_t first, size_t count)
{
    enum store_result finished;
    PGresult *result;

    if (!store->ready)
        return lose_connection(store);
    finished = wait_for_result(store, timeout_ms);
    if (finished == STORE_BUSY && monotonic_ms() > store->statement_ends_at)
        return give_up_waiting(store, STATEMENT_TIMEOUT_MS);
    if (finished != STORE_DONE)
        return finished;
    result = take_result(store);
    FAILPOINT("answered, answer not taken");
    if (PQresultStatus(result) == PGRES_TUPLES_OK)
        finished = take_outcomes(store, result, batch->rows + first, count);
    else
        finished = fail_with(store, result);
    PQclear(result);
    return finished;
}

enum store_result store_next_offsets(struct store *store, const char *group, const char *topic,
                                     struct partition_offset **positions, size_t *count)
{
    static const char QUERY[] = "SELECT kafka_partition, next_offset FROM orders.start_positions($1::text, $2::text)";
    const char *const values[] = { group, topic };
    PGresult *result = NULL;
    enum store_result finished;
    int sent;

    if (!store->ready)
        return lose_connection(store);
    sent = PQsendQueryParams(store->connection, QUERY, 2, NULL, values, NULL, NULL, 0);
    finished = finish_setup(store, sent, &result);
    if (finished == STORE_DONE) {
        *count = (size_t)PQntuples(result);
        *positions = checked(calloc(*count + 1, sizeof(**positions)));
        for (size_t i = 0; i < *count; i++) {
            (*positions)[i].partition = (int32_t)strtol(PQgetvalue(result, (int)i, 0), NULL, 10);
            (*positions)[i].offset = strtoll(PQgetvalue(result, (int)i, 1), NULL, 10);
        }
    }
    PQclear(result);
    return finished;
}
