#include "node.h"

#include "bug.h"
#include "failpoint.h"
#include "lifecycle.h"
#include "memory.h"
#include "monotonic.h"
#include "pg_array.h"
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

/* The arrays of orders.apply_batch, in the order of its parameters from $6 on. */
// clang-format off
enum {
    RUN_PARTITIONS, RUN_OFFSETS, RUN_LENGTHS, EVENT_IDS, TYPE_NAMES, EVENT_TYPE_NUMBERS, EVENT_ATS, ORDER_IDS, REGIONS, PAYLOAD_HASHES,
    BAD_PARTITIONS, BAD_OFFSETS, APPEND_TIMES, REASONS, KEYS, PAYLOADS, OWNED_PARTITIONS, LOGS, FIRST_OFFSETS, READ_FROM, READABLE_FROM,
    NEXT_OFFSETS, END_OFFSETS, SEAM_TIMES, SEAM_HASHES, ARRAYS,
};
// clang-format on

static const char APPLY[] =
    "SELECT outcomes, absent, deleted, conflicts FROM orders.apply_batch($1::text, $2::text, $3::text, $4::text, $5::bool,"
    " $6::int4[], $7::int8[], $8::int4[], $9::uuid[], $10::text[], $11::int2[], $12::timestamp[], $13::text[], $14::text[],"
    " $15::int8[], $16::int4[], $17::int8[], $18::timestamptz[], $19::text[], $20::bytea[], $21::bytea[], $22::int4[],"
    " $23::int4[], $24::int8[], $25::int8[], $26::int8[], $27::int8[], $28::int8[], $29::timestamptz[], $30::int8[])";

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
    struct pg_array arrays[ARRAYS];
    struct batch_span *spans;      /* of the positions of the batch that was sent last */
    size_t row_count, event_count; /* that were sent last; the others are no events */
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
    for (size_t i = 0; i < ARRAYS; i++)
        pg_array_release(&node->arrays[i]);
    free(node->spans);
    free(node);
}

const char *node_error(const struct node *node)
{
    return node->error;
}

bool node_holds(const struct node *node, int32_t partition)
{
    return node->count == 1 || partition % node->count == node->number;
}

void node_disconnect(struct node *node)
{
    session_close(node->session);
    node->ready = false;
}

__attribute__((format(printf, 2, 3))) static void set_error(struct node *node, const char *format, ...)
{
    size_t length = (size_t)snprintf(node->error, sizeof(node->error), "%s", node->name);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(node->error + length, sizeof(node->error) - length, format, arguments);
    va_end(arguments);
    text_one_line(node->error);
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
        return fail_to_connect(node, result, "Mend the PG* variables or --database.");
    case SESSION_UNTRUSTED:
        return fail_to_connect(node, result,
                               "Mend sslmode and sslrootcert (PGSSLMODE, PGSSLROOTCERT), or PGHOST: a name in the"
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

static void add_run(struct pg_array *arrays, const struct batch_row *first, int32_t length)
{
    pg_array_add_int32(&arrays[RUN_PARTITIONS], first->partition);
    pg_array_add_int64(&arrays[RUN_OFFSETS], first->offset);
    pg_array_add_int32(&arrays[RUN_LENGTHS], length);
}

/* The events' partitions and offsets. */
static void add_runs(struct node *node, const struct batch_row *rows, size_t count)
{
    struct pg_array *arrays = node->arrays;
    const struct batch_row *first = NULL;
    int32_t length = 0;

    for (const struct batch_row *row = rows; row < rows + count; row++) {
        if (row->reason || !node_holds(node, row->partition))
            continue;
        if (first && row->partition == first->partition && row->offset == first->offset + length) {
            length++;
            continue;
        }
        if (first)
            add_run(arrays, first, length);
        first = row;
        length = 1;
    }
    if (first)
        add_run(arrays, first, length);
}

static void add_event(struct pg_array *arrays, const struct batch_row *row)
{
    const struct event *event = &row->event;
    size_t region_length = strlen(row->summary.region);

    pg_array_add_bytes(&arrays[EVENT_IDS], event->id.bytes, sizeof(event->id.bytes));
    pg_array_add_int16(&arrays[EVENT_TYPE_NUMBERS], (int16_t)(event->type->number + 1));
    pg_array_add_time(&arrays[EVENT_ATS], event->at);
    pg_array_add_bytes(&arrays[ORDER_IDS], event->order_id, strlen(event->order_id));
    pg_array_add_bytes(&arrays[REGIONS], region_length > 0 ? row->summary.region : NULL, region_length);
    pg_array_add_int64(&arrays[PAYLOAD_HASHES], row->summary.hash);
}

/* A record that is no event. */
static void add_bad(struct pg_array *arrays, const struct batch *batch, const struct batch_row *row)
{
    pg_array_add_int32(&arrays[BAD_PARTITIONS], row->partition);
    pg_array_add_int64(&arrays[BAD_OFFSETS], row->offset);
    pg_array_add_time(&arrays[APPEND_TIMES], row->append_time);
    pg_array_add_bytes(&arrays[REASONS], row->reason, strlen(row->reason));
    pg_array_add_bytes(&arrays[KEYS], batch_bytes(batch, &row->key), row->key.length);
    pg_array_add_bytes(&arrays[PAYLOADS], batch_bytes(batch, &row->value), row->value.length);
}

static void add_offset(struct pg_array *array, int64_t offset)
{
    if (offset < 0)
        pg_array_add_null(array);
    else
        pg_array_add_int64(array, offset);
}

static void add_position(struct pg_array *arrays, const struct batch *batch, const struct batch_position *position,
                         const struct batch_span *span)
{
    const struct batch_row *last = span->last;

    pg_array_add_int32(&arrays[OWNED_PARTITIONS], position->partition);
    pg_array_add_int32(&arrays[LOGS], position->log);
    add_offset(&arrays[FIRST_OFFSETS], position->first_offset);
    add_offset(&arrays[READ_FROM], position->read_from);
    add_offset(&arrays[READABLE_FROM], position->readable_from);
    pg_array_add_int64(&arrays[NEXT_OFFSETS], span->next);
    add_offset(&arrays[END_OFFSETS], position->end_offset);
    if (last) {
        pg_array_add_time(&arrays[SEAM_TIMES], last->append_time);
        pg_array_add_int64(&arrays[SEAM_HASHES], seam_hash(batch_bytes(batch, &last->key), last->key.length,
                                                           batch_bytes(batch, &last->value), last->value.length));
    } else {
        pg_array_add_null(&arrays[SEAM_TIMES]);
        pg_array_add_null(&arrays[SEAM_HASHES]);
    }
}

static void fill_arrays(struct node *node, const struct batch *batch, size_t first, size_t count)
{
    // clang-format off
    static const enum pg_type TYPES[ARRAYS] = {
        PG_INT4, PG_INT8, PG_INT4, PG_UUID, PG_TEXT, PG_INT2, PG_TIMESTAMP, PG_TEXT, PG_TEXT, PG_INT8,
        PG_INT4, PG_INT8, PG_TIMESTAMPTZ, PG_TEXT, PG_BYTEA, PG_BYTEA, PG_INT4, PG_INT4, PG_INT8, PG_INT8, PG_INT8,
        PG_INT8, PG_INT8, PG_TIMESTAMPTZ, PG_INT8,
    };
    // clang-format on

    for (size_t i = 0; i < ARRAYS; i++)
        pg_array_start(&node->arrays[i], TYPES[i]);
    for (int i = 0; i < batch->form->type_count; i++)
        pg_array_add_bytes(&node->arrays[TYPE_NAMES], batch->form->types[i].name, strlen(batch->form->types[i].name));
    add_runs(node, batch->rows + first, count);
    node->row_count = node->event_count = 0;
    for (size_t i = first; i < first + count; i++) {
        if (!node_holds(node, batch->rows[i].partition))
            continue;
        node->row_count++;
        node->event_count += !batch->rows[i].reason;
        if (batch->rows[i].reason)
            add_bad(node->arrays, batch, &batch->rows[i]);
        else
            add_event(node->arrays, &batch->rows[i]);
    }
    node->spans = checked(realloc(node->spans, (batch->position_count + 1) * sizeof(*node->spans)));
    batch_cover(batch, first, count, node->spans);
    for (size_t i = 0; i < batch->position_count; i++) {
        if (node_holds(node, batch->positions[i].partition))
            add_position(node->arrays, batch, &batch->positions[i], &node->spans[i]);
    }
}

static const char *null_if_empty(const char *text)
{
    return text[0] ? text : NULL;
}

enum store_result node_send(struct node *node, const struct store_place *place, const struct batch *batch, size_t first,
                            size_t count)
{
    enum { TEXTS = 5, PARAMETERS = TEXTS + ARRAYS };
    const char *values[PARAMETERS] = { place->group, place->topic, null_if_empty(place->identity.cluster_id),
                                       null_if_empty(place->identity.topic_id), batch->is_compared ? "t" : "f" };
    int lengths[PARAMETERS] = { 0 }, formats[PARAMETERS] = { 0 };

    if (!node->ready)
        return miss_connection(node);
    fill_arrays(node, batch, first, count);
    for (size_t i = 0; i < ARRAYS; i++) {
        values[TEXTS + i] = pg_array_finish(&node->arrays[i]);
        lengths[TEXTS + i] = (int)node->arrays[i].length;
        formats[TEXTS + i] = 1;
    }
    if (session_send(node->session, APPLY, &(struct session_parameters){ PARAMETERS, values, lengths, formats }) !=
        SESSION_DONE)
        return lose_connection(node);
    node->statement_ends_at = monotonic_ms() + STATEMENT_TIMEOUT_MS;
    return STORE_DONE;
}

/* A letter a record, the events first; one letter where all are alike. */
static enum store_result take_outcomes(struct node *node, struct batch_row *rows, size_t count,
                                       struct store_counts *counts)
{
    enum { OUTCOMES, ABSENT, DELETED, CONFLICTS };
    const struct session *session = node->session;
    const char *outcomes = session_row_count(session) == 1 ? session_cell(session, 0, OUTCOMES) : "";
    const size_t length = strlen(outcomes);
    const bool are_alike = length == 1 && node->row_count > 0;
    const char *event = outcomes, *bad = outcomes + (are_alike ? 0 : node->event_count);

    if ((length != node->row_count && !are_alike) || strspn(outcomes, "adrqt") != length) {
        set_error(node, "orders.apply_batch answered for %zu records, not for %zu. Run " SCRIPTS "migrate.", length,
                  node->row_count);
        return STORE_FATAL;
    }
    for (size_t i = 0; i < count; i++) {
        const char **outcome = rows[i].reason ? &bad : &event;

        if (!node_holds(node, rows[i].partition))
            continue;
        rows[i].outcome = (enum outcome) * *outcome;
        *outcome += !are_alike;
    }
    counts->absent += (uint64_t)session_number(session, 0, ABSENT);
    counts->deleted += (uint64_t)session_number(session, 0, DELETED);
    counts->conflicts += (uint64_t)session_number(session, 0, CONFLICTS);
    return STORE_DONE;
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

/* Three columns from `column` on, NULL (an empty cell) where there is none. */
static struct seam seam_at(const struct session *session, int row, int column)
{
    if (!session_cell(session, row, column)[0])
        return (struct seam){ .offset = OFFSET_UNKNOWN };
    return (struct seam){ session_number(session, row, column), session_number(session, row, column + 1),
                          session_number(session, row, column + 2) };
}

enum store_result node_read_logs(struct node *node, const struct store_place *place, struct known_logs *known)
{
    enum { PARTITION, LOG, NEXT_OFFSET, CLUSTER_ID, TOPIC_ID, SEAM, ANCHOR = SEAM + 3 };
    static const char QUERY[] =
        "SELECT kafka_partition, log, next_offset, coalesce(cluster_id, ''), coalesce(topic_id, ''),"
        " seam_offset, (extract(epoch FROM seam_time) * 1000)::bigint, seam_hash,"
        " anchor_offset, (extract(epoch FROM anchor_time) * 1000)::bigint, anchor_hash"
        " FROM orders.start_positions($1::text, $2::text)";
    const char *const values[] = { place->group, place->topic };
    const struct session_parameters parameters = { .count = 2, .values = values };
    struct session *session = node->session;
    enum store_result finished;

    if (!node->ready)
        return miss_connection(node);
    finished = finish_setup(node, session_send(session, QUERY, &parameters));
    if (finished != STORE_DONE)
        return finished;
    known->logs =
        checked(realloc(known->logs, (known->count + (size_t)session_row_count(session) + 1) * sizeof(*known->logs)));
    for (int row = 0; row < session_row_count(session); row++) {
        struct known_log *log = &known->logs[known->count++];

        log->partition = (int32_t)session_number(session, row, PARTITION);
        log->log = (int32_t)session_number(session, row, LOG);
        log->next_offset = session_number(session, row, NEXT_OFFSET);
        snprintf(log->identity.cluster_id, KAFKA_ID_SIZE, "%s", session_cell(session, row, CLUSTER_ID));
        snprintf(log->identity.topic_id, KAFKA_ID_SIZE, "%s", session_cell(session, row, TOPIC_ID));
        log->seam = seam_at(session, row, SEAM);
        log->anchor = seam_at(session, row, ANCHOR);
    }
    return STORE_DONE;
}

enum store_result node_read_nodes(struct node *front, struct node_address **nodes, size_t *count, int32_t *partitions)
{
    enum { HOST, PORT, DBNAME, PARTITIONS };
    static const char QUERY[] = "SELECT host, port, dbname, partitions FROM orders.read_cluster()";
    const struct session *session = front->session;
    enum store_result finished = finish_setup(front, session_send(front->session, QUERY, NULL));

    *nodes = NULL;
    *count = 0;
    *partitions = 0;
    if (finished != STORE_DONE || session_row_count(session) == 0)
        return finished;
    if (!session_cell(session, 0, HOST)[0]) {
        set_error(
            front,
            "this database is a node of a cluster, which applies what its front sends it to. Connect to the front.");
        return STORE_FATAL;
    }
    *partitions = (int32_t)session_number(session, 0, PARTITIONS);
    *count = (size_t)session_row_count(session);
    *nodes = checked(calloc(*count, sizeof(**nodes)));
    for (size_t i = 0; i < *count; i++) {
        struct node_address *node = &(*nodes)[i];

        snprintf(node->host, sizeof(node->host), "%s", session_cell(session, (int)i, HOST));
        snprintf(node->port, sizeof(node->port), "%s", session_cell(session, (int)i, PORT));
        snprintf(node->dbname, sizeof(node->dbname), "%s", session_cell(session, (int)i, DBNAME));
    }
    return STORE_DONE;
}

enum store_result node_read_form(struct node *node, struct event_form *form)
{
    enum { KIND, NAME, RULE };
    static const char QUERY[] = "SELECT kind, name, rule FROM orders.read_lifecycle()";
    const struct session *session = node->session;
    enum store_result finished;

    if (!node->ready)
        return miss_connection(node);
    finished = finish_setup(node, session_send(node->session, QUERY, NULL));
    if (finished != STORE_DONE)
        return finished;
    for (int row = 0; row < session_row_count(session); row++) {
        const char *kind = session_cell(session, row, KIND), *name = session_cell(session, row, NAME);

        if (lifecycle_take_form(form, kind, name, session_cell(session, row, RULE)))
            continue;
        set_error(node,
                  "this program cannot use the row %s %s of the database's lifecycle. Use the program that came with"
                  " that schema.",
                  kind, name);
        return STORE_FATAL;
    }
    if (form->type_count > 0)
        return STORE_DONE;
    set_error(node, "the database has no lifecycle. Run " SCRIPTS "migrate on it.");
    return STORE_FATAL;
}
