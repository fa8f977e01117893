#include "http.h"

#include "bug.h"
#include "embedded.h"
#include "host.h"
#include "lab_command.h"
#include "lab_guard.h"
#include "listener.h"
#include "lookup.h"
#include "memory.h"
#include "metrics.h"
#include "monotonic.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { REQUESTS = 2 * QUESTIONS_MAX /* that may wait: for Postgres and for Kafka */ };

/* A connection and its start: libmicrohttpd limits idle time only, so a client could send one byte a second forever. */
struct client {
    MHD_socket socket;
    int64_t since; /* monotonic ms; 0: the place is free */
};

/* A request that waits for a server. Meanwhile its connection is suspended, so that it costs no time. */
struct request {
    struct MHD_Connection *connection;
    struct question *question; /* NULL: the place is free */
    bool is_suspended;
};

struct http {
    struct MHD_Daemon *daemon;
    struct http_content content;
    bool is_local; /* it listens on loopback */
    struct client clients[HTTP_CLIENTS];
    struct request requests[REQUESTS];
};

/* An answer: bytes that are part of the program, or text that is freed after it was sent. */
struct answer {
    unsigned status;
    const char *type, *bytes;
    char *text;
    size_t length;
    bool is_file;
    struct question *question; /* there is no answer yet */
    const char *allow;         /* the methods, with status 405 */
};

#define JSON "application/json"
#define PLAIN "text/plain; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"

static struct answer say(unsigned status, const char *words)
{
    return (struct answer){ .status = status, .type = PLAIN, .bytes = words, .length = strlen(words) };
}

static struct answer hand_out(unsigned status, const char *type, char *text)
{
    return (struct answer){ .status = status, .type = type, .text = text, .length = strlen(text) };
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static struct answer answer_metrics(const struct http *http, struct MHD_Connection *connection)
{
    (void)connection;
    return hand_out(
        MHD_HTTP_OK, METRICS_CONTENT_TYPE,
        metrics_print(watch_snapshot(http->content.watch), http->content.source->topic, http->content.source->group));
}

static struct answer answer_status(const struct http *http, struct MHD_Connection *connection)
{
    (void)connection;
    return hand_out(MHD_HTTP_OK, JSON, api_status(http->content.source, watch_snapshot(http->content.watch)));
}

static struct answer answer_history(const struct http *http, struct MHD_Connection *connection)
{
    const char *since = MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "since");

    if (since && (*since == '\0' || strlen(since) > 15 || strspn(since, "0123456789") != strlen(since)))
        return say(MHD_HTTP_BAD_REQUEST, "since is the number of a sample, 0 or more\n");
    return hand_out(MHD_HTTP_OK, JSON,
                    api_history(http->content.source, watch_history(http->content.watch),
                                watch_moments(http->content.watch), since ? strtoll(since, NULL, 10) : 0));
}

static struct answer say_unanswered(enum question_result result, char *reason)
{
    static const char *const NAMES[] = {
        [QUESTION_SLOW] = "slow", [QUESTION_OUTDATED] = "outdated", [QUESTION_AWAY] = "away", [QUESTION_BUSY] = "busy"
    };
    struct answer answer = hand_out(MHD_HTTP_SERVICE_UNAVAILABLE, JSON, api_unanswered(NAMES[result], reason));

    free(reason);
    return answer;
}

/*
 * A page of another site cannot read an answer, but it could keep the servers busy. Browsers say which site asks if the address is one of
 * loopback or HTTPS.
 */
static bool is_of_other_site(struct MHD_Connection *connection)
{
    const char *site = header(connection, "Sec-Fetch-Site");

    return site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0;
}

static struct answer ask(struct questions *questions, struct MHD_Connection *connection, int kind, const char *id)
{
    struct question *question;

    if (is_of_other_site(connection))
        return say(MHD_HTTP_FORBIDDEN, "the request comes from another site: use the monitor's own page\n");
    question = questions_ask(questions, kind, id);
    if (question)
        return (struct answer){ .question = question };
    return hand_out(MHD_HTTP_SERVICE_UNAVAILABLE, JSON, api_unanswered("busy", QUESTION_BUSY_REASON));
}

static struct answer ask_for_order(struct questions *questions, struct MHD_Connection *connection, int kind)
{
    const char *id = NULL;
    size_t length = 0;

    MHD_lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND, "id", strlen("id"), &id, &length);
    if (!id || !lookup_is_id(id, length))
        return say(MHD_HTTP_BAD_REQUEST,
                   "id is the id of an order: 1 to 64 printable ASCII characters without spaces\n");
    return ask(questions, connection, kind, id);
}

static struct answer answer_order(const struct http *http, struct MHD_Connection *connection)
{
    return ask_for_order(http->content.lookup, connection, LOOKUP_ORDER);
}

static struct answer answer_records(const struct http *http, struct MHD_Connection *connection)
{
    return ask_for_order(http->content.log_search, connection, 0);
}

static struct answer answer_quarantine(const struct http *http, struct MHD_Connection *connection)
{
    return ask(http->content.lookup, connection, LOOKUP_QUARANTINE, NULL);
}

static struct answer answer_conflicts(const struct http *http, struct MHD_Connection *connection)
{
    return ask(http->content.lookup, connection, LOOKUP_CONFLICTS, NULL);
}

static struct answer answer_health(const struct http *http, struct MHD_Connection *connection)
{
    (void)http;
    (void)connection;
    return say(MHD_HTTP_OK, "running\n");
}

static struct answer answer_ready(const struct http *http, struct MHD_Connection *connection)
{
    const struct snapshot *snapshot = watch_snapshot(http->content.watch);

    (void)connection;
    return hand_out(api_is_ready(snapshot) ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, JSON, api_ready(snapshot));
}

/* The page always loads this script. Without the lab mode it is empty, so the page does not ask for /api/lab. */
static struct answer answer_lab_script(const struct http *http, struct MHD_Connection *connection)
{
    static const char NOTHING[] = "/* order-monitor runs without --lab */\n";

    (void)connection;
    return (struct answer){ .status = MHD_HTTP_OK,
                            .type = "text/javascript; charset=utf-8",
                            .bytes = http->content.lab ? lab_js : NOTHING,
                            .length = strlen(http->content.lab ? lab_js : NOTHING),
                            .is_file = true };
}

static const struct route {
    const char *path;
    struct answer (*answer)(const struct http *http, struct MHD_Connection *connection); /* or a file: */
    const char *type, *bytes, *end;
} ROUTES[] = {
    { "/", NULL, "text/html; charset=utf-8", page_html, page_html_end },
    { "/page.css", NULL, "text/css; charset=utf-8", page_css, page_css_end },
    { "/texts.js", NULL, SCRIPT, texts_js, texts_js_end },
    { "/headline.js", NULL, SCRIPT, headline_js, headline_js_end },
    { "/log.js", NULL, SCRIPT, log_js, log_js_end },
    { "/lookup.js", NULL, SCRIPT, lookup_js, lookup_js_end },
    { "/page.js", NULL, SCRIPT, page_js, page_js_end },
    { "/lab.js", answer_lab_script, NULL, NULL, NULL },
    { "/chart.js", NULL, SCRIPT, chart_js, chart_js_end },
    { "/metrics", answer_metrics, NULL, NULL, NULL },
    { "/api/status", answer_status, NULL, NULL, NULL },
    { "/api/history", answer_history, NULL, NULL, NULL },
    { "/api/order", answer_order, NULL, NULL, NULL },
    { "/api/records", answer_records, NULL, NULL, NULL },
    { "/api/quarantine", answer_quarantine, NULL, NULL, NULL },
    { "/api/conflicts", answer_conflicts, NULL, NULL, NULL },
    { "/healthz", answer_health, NULL, NULL, NULL },
    { "/readyz", answer_ready, NULL, NULL, NULL },
};

/* Refuses a foreign page whose name points here: see host.h. A server that other machines reach cannot know its names. */
static bool is_misled(const struct http *http, struct MHD_Connection *connection)
{
    const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);

    return http->is_local && host && !host_is_no_name(host);
}

/* --- the lab mode */

static struct answer refuse(unsigned status, const char *reason)
{
    return hand_out(status, JSON, api_error(reason));
}

static struct answer refuse_method(const char *words, const char *allow)
{
    struct answer answer = refuse(MHD_HTTP_METHOD_NOT_ALLOWED, words);

    answer.allow = allow;
    return answer;
}

struct query {
    struct lab_argument arguments[LAB_ARGUMENTS_MAX];
    size_t count;
    bool is_good;
};

static enum MHD_Result take_argument(void *opaque, enum MHD_ValueKind kind, const char *name, size_t name_length,
                                     const char *value, size_t value_length)
{
    struct query *query = opaque;

    (void)kind;
    /* In an encoded query there can be a NUL. */
    if (query->count == LAB_ARGUMENTS_MAX || strlen(name) != name_length || (value && strlen(value) != value_length)) {
        query->is_good = false;
        return MHD_NO;
    }
    query->arguments[query->count++] = (struct lab_argument){ name, value };
    return MHD_YES;
}

static bool is_admitted(const struct http *http, struct MHD_Connection *connection, bool changes_something,
                        char reason[REASON_SIZE])
{
    const struct lab_headers headers = { .host = header(connection, MHD_HTTP_HEADER_HOST),
                                         .origin = header(connection, MHD_HTTP_HEADER_ORIGIN),
                                         .site = header(connection, "Sec-Fetch-Site"),
                                         .token = header(connection, "X-Lab-Token"),
                                         .length = header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH),
                                         .encoding = header(connection, MHD_HTTP_HEADER_TRANSFER_ENCODING) };

    return lab_guard_admits(lab_state(http->content.lab)->token, &headers, changes_something, reason);
}

static struct answer answer_command(const struct http *http, struct MHD_Connection *connection, const char *path)
{
    struct query query = { .is_good = true };
    struct lab_command command;
    char reason[REASON_SIZE];

    if (!is_admitted(http, connection, true, reason))
        return refuse(MHD_HTTP_FORBIDDEN, reason);
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, take_argument, &query);
    if (!query.is_good)
        return refuse(MHD_HTTP_BAD_REQUEST, "the query has too many parameters, or one with a NUL");
    if (!lab_command_parse(path, query.arguments, query.count, &command, reason))
        return refuse(MHD_HTTP_BAD_REQUEST, reason);
    if (!lab_do(http->content.lab, &command, watch_snapshot(http->content.watch), reason))
        return refuse(MHD_HTTP_CONFLICT, reason);
    return hand_out(MHD_HTTP_OK, JSON, api_lab(lab_state(http->content.lab)));
}

static bool is_read(const char *method)
{
    return strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
}

static bool is_of_lab(const struct http *http, const char *path)
{
    return http->content.lab && (strcmp(path, "/api/lab") == 0 || lab_command_exists(path));
}

static struct answer answer_lab(const struct http *http, struct MHD_Connection *connection, const char *path,
                                const char *method)
{
    char reason[REASON_SIZE];

    if (lab_command_exists(path)) {
        if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
            return refuse_method("a command changes something: use POST", "POST");
        return answer_command(http, connection, path);
    }
    if (!is_read(method))
        return refuse_method("read-only: use GET or HEAD", "GET, HEAD");
    if (!is_admitted(http, connection, false, reason))
        return refuse(MHD_HTTP_FORBIDDEN, reason);
    return hand_out(MHD_HTTP_OK, JSON, api_lab(lab_state(http->content.lab)));
}

/* --- all requests */

static struct answer find_answer(const struct http *http, struct MHD_Connection *connection, const char *path,
                                 const char *method)
{
    if (is_misled(http, connection))
        return say(MHD_HTTP_MISDIRECTED_REQUEST, "this server is for its own machine: use its address, or localhost\n");
    if (is_of_lab(http, path))
        return answer_lab(http, connection, path, method);
    if (!is_read(method)) {
        struct answer answer = say(MHD_HTTP_METHOD_NOT_ALLOWED, "read-only: use GET or HEAD\n");

        answer.allow = "GET, HEAD";
        return answer;
    }
    for (size_t i = 0; i < sizeof(ROUTES) / sizeof(ROUTES[0]); i++) {
        const struct route *route = &ROUTES[i];

        if (strcmp(path, route->path) != 0)
            continue;
        if (route->answer)
            return route->answer(http, connection);
        return (struct answer){ .status = MHD_HTTP_OK,
                                .type = route->type,
                                .bytes = route->bytes,
                                .length = (size_t)(route->end - route->bytes),
                                .is_file = true };
    }
    return say(MHD_HTTP_NOT_FOUND, "not found. Try / /metrics /api/status /api/history?since=NUMBER /api/order?id=ID "
                                   "/api/records?id=ID /api/quarantine /api/conflicts /healthz /readyz\n");
}

static void add_headers(struct MHD_Response *response, const struct answer *answer)
{
    static const char *const HEADERS[][2] = {
        { "Content-Security-Policy", "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
                                     "frame-ancestors 'none'" },
        { "X-Content-Type-Options", "nosniff" },
        { "Referrer-Policy", "no-referrer" },
        { "Connection", "close" },
    };

    for (size_t i = 0; i < sizeof(HEADERS) / sizeof(HEADERS[0]); i++)
        MHD_add_response_header(response, HEADERS[i][0], HEADERS[i][1]);
    MHD_add_response_header(response, "Content-Type", answer->type);
    /* Files change only with the program, so a browser revalidates them. All else differs each time. */
    MHD_add_response_header(response, "Cache-Control", answer->is_file ? "no-cache" : "no-store");
    if (answer->allow)
        MHD_add_response_header(response, "Allow", answer->allow);
}

static enum MHD_Result respond(struct MHD_Connection *connection, const struct answer *answer)
{
    struct MHD_Response *response =
        answer->text
            ? MHD_create_response_from_buffer(answer->length, answer->text, MHD_RESPMEM_MUST_FREE)
            : MHD_create_response_from_buffer(answer->length, (void *)(uintptr_t)answer->bytes, MHD_RESPMEM_PERSISTENT);
    enum MHD_Result queued;

    checked(response);
    add_headers(response, answer);
    queued = MHD_queue_response(connection, answer->status, response); /* at once, without waiting for a body */
    MHD_destroy_response(response);
    return queued;
}

/* There are as many places as questions. */
static struct request *free_request(struct http *http)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        if (!http->requests[i].question)
            return &http->requests[i];
    }
    BUG("more questions than places");
}

static enum MHD_Result suspend(struct request *request)
{
    request->is_suspended = true;
    MHD_suspend_connection(request->connection);
    return MHD_YES;
}

/* The second call for a request, after resume_answered. */
static enum MHD_Result finish_request(struct request *request, void **state)
{
    struct MHD_Connection *connection = request->connection;
    char *text = NULL;
    enum question_result result = question_take(request->question, &text);
    struct answer answer;

    if (result == QUESTION_PENDING)
        return suspend(request);
    *request = (struct request){ 0 };
    *state = NULL; /* the place is free from now on */
    answer = result == QUESTION_ANSWERED ? hand_out(MHD_HTTP_OK, JSON, text) : say_unanswered(result, text);
    return respond(connection, &answer);
}

static enum MHD_Result on_request(void *opaque, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *body,
                                  size_t *body_size, /* NOLINT(readability-non-const-parameter): its type */
                                  void **state)
{
    struct request *request = *state;
    struct answer answer;

    (void)version;
    (void)body;
    (void)body_size;
    if (request)
        return finish_request(request, state);
    answer = find_answer(opaque, connection, path, method);
    if (!answer.question)
        return respond(connection, &answer);
    request = free_request(opaque);
    *request = (struct request){ .connection = connection, .question = answer.question };
    *state = request;
    return suspend(request);
}

/* Also of requests whose client has gone. */
static void on_completed(void *opaque, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode code)
{
    struct request *request = *state;

    (void)opaque;
    (void)connection;
    (void)code;
    if (!request)
        return;
    question_drop(request->question);
    *request = (struct request){ 0 };
}

static void resume(struct request *request)
{
    request->is_suspended = false;
    MHD_resume_connection(request->connection);
}

static void resume_answered(struct http *http)
{
    for (size_t i = 0; i < REQUESTS; i++) {
        struct request *request = &http->requests[i];

        if (request->is_suspended && question_is_answered(request->question))
            resume(request);
    }
}

static void on_connection(void *opaque, struct MHD_Connection *connection, void **place,
                          enum MHD_ConnectionNotificationCode code)
{
    struct http *http = opaque;
    struct client *client = *place;

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        if (client)
            client->since = 0;
        return;
    }
    for (size_t i = 0; i < HTTP_CLIENTS; i++) {
        if (http->clients[i].since != 0)
            continue;
        http->clients[i].socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        http->clients[i].since = monotonic_ms();
        *place = &http->clients[i];
        return;
    }
}

static void shut_out_the_slow(struct http *http)
{
    int64_t limit = monotonic_ms() - (int64_t)HTTP_TOTAL_S * 1000;

    for (size_t i = 0; i < HTTP_CLIENTS; i++) {
        struct client *client = &http->clients[i];

        if (client->since != 0 && client->since < limit)
            shutdown(client->socket, SHUT_RDWR); /* libmicrohttpd notices, and closes it */
    }
}

static void ignore(void *opaque, const char *format, va_list arguments)
{
    (void)opaque;
    (void)format;
    (void)arguments;
}

struct http *http_new(int listener, const struct http_content *content)
{
    struct http *http = checked(calloc(1, sizeof(*http)));

    http->content = *content;
    http->is_local = listener_is_loopback(listener);
    /* No logging: libmicrohttpd's messages are about clients, and any client could fill a disk with them. */
    // clang-format off
    http->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_ERROR_LOG | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER, ignore, NULL,
        MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CLIENTS,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_REQUEST_BYTES,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, on_connection, http, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_END);
    // clang-format on
    if (http->daemon)
        return http;
    free(http);
    return NULL;
}

void http_free(struct http *http)
{
    if (!http)
        return;
    for (size_t i = 0; i < REQUESTS; i++) { /* libmicrohttpd ends the process if one is suspended */
        if (http->requests[i].is_suspended)
            resume(&http->requests[i]);
    }
    MHD_stop_daemon(http->daemon);
    free(http);
}

void http_serve(struct http *http, int timeout_ms)
{
    MHD_run_wait(http->daemon, timeout_ms);
    resume_answered(http);
    shut_out_the_slow(http);
}
