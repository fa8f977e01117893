#define _POSIX_C_SOURCE 200809L
#include "session.h"

#include "monotonic.h"
#include "suite.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * A server in a thread, for one connection after another. It speaks PostgreSQL's protocol, version 3.0, as far as libpq needs it here:
 * `answers` are what it sends after the first message of the client, after the first Sync, after the second, and so on.
 */
enum { ANSWERS_MAX = 4, ANSWER_SIZE = 512 };

struct answer {
    unsigned char bytes[ANSWER_SIZE];
    size_t length;
};

struct server {
    int listener;
    pthread_t thread;
    struct answer answers[ANSWERS_MAX];
    size_t count;
    int connections; /* 0: one */
    char said[1024]; /* the statements of the last connection, a line each */
    bool hangs;      /* after the last answer, until the client closes; else the connection ends */
    int port;
    char conninfo[128];
};

static void add_bytes(struct answer *answer, const void *bytes, size_t length)
{
    ck_assert_uint_le(answer->length + length, ANSWER_SIZE);
    memcpy(answer->bytes + answer->length, bytes, length);
    answer->length += length;
}

static void add_message(struct answer *answer, char type, const void *body, size_t length)
{
    uint32_t size = htonl((uint32_t)length + 4);

    add_bytes(answer, &type, 1);
    add_bytes(answer, &size, 4);
    add_bytes(answer, body, length);
}

#define ADD(answer, type, body) add_message(answer, type, body, sizeof(body) - 1)

static void add_ready(struct answer *answer)
{
    ADD(answer, 'Z', "I");
}

static void add_welcome(struct answer *answer)
{
    ADD(answer, 'R', "\0\0\0\0");
    ADD(answer, 'S', "server_version\00015.6 (Test)\0");
    add_ready(answer);
}

static void add_start(struct answer *answer) /* of the answer to a statement */
{
    ADD(answer, '1', "");
    ADD(answer, '2', "");
}

static void add_rows(struct answer *answer) /* ('a', NULL), ('7', '-12') */
{
    add_start(answer);
    ADD(answer, 'T',
        "\0\002"
        "x\0\0\0\0\0\0\0\0\0\0\031\377\377\377\377\377\377\0\0"
        "y\0\0\0\0\0\0\0\0\0\0\031\377\377\377\377\377\377\0\0");
    ADD(answer, 'D', "\0\002\0\0\0\001a\377\377\377\377");
    ADD(answer, 'D', "\0\002\0\0\0\0017\0\0\0\003-12");
    ADD(answer, 'C', "SELECT 2\0");
}

/* Each message is a type and a length, except the first, which has no type. Its type, or 0 when there is none. */
static char read_message(struct server *server, int connection, bool is_first)
{
    unsigned char head[5] = "-", body[1024];
    ssize_t size = is_first ? 4 : 5;
    uint32_t length;

    if (recv(connection, head + 5 - size, (size_t)size, MSG_WAITALL) != size)
        return 0;
    memcpy(&length, head + 1, 4);
    length = ntohl(length) - 4;
    if (length > sizeof(body) || (length > 0 && recv(connection, body, length, MSG_WAITALL) != (ssize_t)length))
        return 0;
    if (head[0] == 'P') /* Parse: an empty name, the statement */
        snprintf(server->said + strlen(server->said), sizeof(server->said) - strlen(server->said), "%s\n",
                 (char *)body + 1);
    return (char)head[0];
}

static bool read_to_sync(struct server *server, int connection, bool is_first)
{
    char type = read_message(server, connection, is_first);

    while (!is_first && type && type != 'S')
        type = read_message(server, connection, false);
    return type;
}

static void serve_one(struct server *server)
{
    int connection = accept(server->listener, NULL, NULL);
    char byte;

    *server->said = '\0';
    for (size_t i = 0; i < server->count && read_to_sync(server, connection, i == 0); i++) {
        if (send(connection, server->answers[i].bytes, server->answers[i].length, MSG_NOSIGNAL) < 0)
            break;
    }
    while (server->hangs && recv(connection, &byte, 1, 0) > 0)
        continue;
    close(connection);
}

static void *serve(void *opaque)
{
    struct server *server = opaque;

    do
        serve_one(server);
    while (--server->connections > 0);
    return NULL;
}

static void start_server(struct server *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof(address);

    unsetenv("PGPASSWORD");
    setenv("PGPASSFILE", "/nonexistent", 1);
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(server->listener, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(server->listener, 1), 0);
    ck_assert_int_eq(getsockname(server->listener, (struct sockaddr *)&address, &length), 0);
    server->port = ntohs(address.sin_port);
    snprintf(server->conninfo, sizeof(server->conninfo),
             "host=127.0.0.1 port=%d user=u dbname=d sslmode=disable gssencmode=disable", server->port);
    ck_assert_int_eq(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void end_server(struct server *server)
{
    pthread_join(server->thread, NULL);
    close(server->listener);
}

static enum session_result connect_session(struct session *session)
{
    int64_t ends_at = monotonic_ms() + 10000;
    enum session_result result = SESSION_BUSY;

    while (result == SESSION_BUSY && monotonic_ms() < ends_at)
        result = session_connect(session, 100);
    return result;
}

static enum session_result ask(struct session *session)
{
    return session_finish(session, session_send(session, "SELECT …", NULL), monotonic_ms() + 10000);
}

static struct session *open_session(struct server *server)
{
    struct session_settings settings = { .program = "test", .conninfo = server->conninfo };
    struct session *session;

    add_welcome(&server->answers[0]);
    start_server(server);
    session = session_new(&settings);
    ck_assert_int_eq(connect_session(session), SESSION_DONE);
    return session;
}

START_TEST(rows_are_read_cell_by_cell)
{
    struct server server = { .count = 3 };
    struct session *session;

    add_rows(&server.answers[1]);
    add_ready(&server.answers[1]);
    add_start(&server.answers[2]);
    ADD(&server.answers[2], 'n', "");
    ADD(&server.answers[2], 'C', "SET\0");
    add_ready(&server.answers[2]);
    session = open_session(&server);
    ck_assert_str_eq(session_server_version(session), "15.6 (Test)");
    ck_assert_str_eq(session_host(session), "127.0.0.1");
    ck_assert_str_eq(session_database(session), "d");
    ck_assert_str_eq(session_user(session), "u");
    ck_assert_int_eq(ask(session), SESSION_DONE);
    ck_assert_int_eq(session_row_count(session), 2);
    ck_assert_str_eq(session_cell(session, 0, 0), "a");
    ck_assert_str_eq(session_cell(session, 0, 1), "");
    ck_assert_int_eq(session_number(session, 1, 0), 7);
    ck_assert_int_eq(session_number(session, 1, 1), -12);
    ck_assert_int_eq(ask(session), SESSION_DONE);
    ck_assert_int_eq(session_row_count(session), 0);
    session_free(session);
    end_server(&server);
}
END_TEST

START_TEST(overrides_win_over_the_connection_string)
{
    static const struct session_default OVERRIDES[] = { { "dbname", "other" }, { "port", "" }, { 0 } };
    struct server server = { .count = 1 };
    struct session_settings settings = { .program = "test", .overrides = OVERRIDES };
    struct session *session;

    add_welcome(&server.answers[0]);
    start_server(&server);
    settings.conninfo = server.conninfo;
    session = session_new(&settings);
    ck_assert_int_eq(connect_session(session), SESSION_DONE);
    ck_assert_str_eq(session_database(session), "other");
    ck_assert_str_eq(session_user(session), "u");
    session_free(session);
    end_server(&server);
}
END_TEST

START_TEST(an_error_of_the_server_leaves_the_connection_open)
{
    struct server server = { .count = 3 };
    struct session *session;

    ADD(&server.answers[1], 'E', "SERROR\0VERROR\0C23514\0Mrow violates a constraint\0Hask\0tsome_table\0\0");
    add_ready(&server.answers[1]);
    add_rows(&server.answers[2]);
    add_ready(&server.answers[2]);
    session = open_session(&server);
    ck_assert_int_eq(ask(session), SESSION_REFUSED);
    ck_assert_str_eq(session_sqlstate(session), "23514");
    ck_assert_str_eq(session_message(session), "row violates a constraint");
    ck_assert_str_eq(session_table(session), "some_table");
    ck_assert_str_eq(session_error(session), "ERROR: row violates a constraint HINT: ask");
    ck_assert(session_is_open(session));
    ck_assert_int_eq(ask(session), SESSION_DONE);
    session_free(session);
    end_server(&server);
}
END_TEST

static struct session *open_session_with(struct server *server, const char *const *before)
{
    struct session_settings settings = { .program = "test", .conninfo = server->conninfo, .before = before };
    struct session *session;

    add_welcome(&server->answers[0]);
    start_server(server);
    session = session_new(&settings);
    ck_assert_int_eq(connect_session(session), SESSION_DONE);
    return session;
}

START_TEST(settings_precede_each_statement_in_its_transaction)
{
    static const char *const BEFORE[] = { "SET a", "SET b", NULL };
    struct server server = { .count = 3 };
    struct session *session;

    for (int i = 1; i < 3; i++) {
        for (int j = 0; j < 2; j++) {
            add_start(&server.answers[i]);
            ADD(&server.answers[i], 'n', "");
            ADD(&server.answers[i], 'C', "SET\0");
        }
        add_rows(&server.answers[i]);
        add_ready(&server.answers[i]);
    }
    session = open_session_with(&server, BEFORE);
    for (int i = 1; i < 3; i++) {
        ck_assert_int_eq(ask(session), SESSION_DONE);
        ck_assert_int_eq(session_row_count(session), 2);
    }
    session_free(session);
    end_server(&server);
    ck_assert_str_eq(server.said, "SET a\nSET b\nSELECT …\nSET a\nSET b\nSELECT …\n");
}
END_TEST

START_TEST(a_setting_that_is_refused_is_the_answer)
{
    static const char *const BEFORE[] = { "SET a", NULL };
    struct server server = { .count = 2 };
    struct session *session;

    ADD(&server.answers[1], 'E', "SERROR\0VERROR\0C42501\0Mno\0\0");
    add_ready(&server.answers[1]);
    session = open_session_with(&server, BEFORE);
    ck_assert_int_eq(ask(session), SESSION_REFUSED);
    ck_assert_str_eq(session_sqlstate(session), "42501");
    ck_assert(session_is_open(session));
    session_free(session);
    end_server(&server);
}
END_TEST

START_TEST(a_server_that_ends_the_session_says_why)
{
    struct server server = { .count = 2 };
    struct session *session;

    ADD(&server.answers[1], 'E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");
    session = open_session(&server);
    ck_assert_int_eq(ask(session), SESSION_REFUSED);
    ck_assert_str_eq(session_sqlstate(session), "57P01");
    ck_assert_str_eq(session_message(session), "terminating connection");
    ck_assert_str_eq(session_table(session), "");
    ck_assert(!session_is_open(session));
    session_close(session);
    ck_assert_str_eq(session_sqlstate(session), "57P01");
    ck_assert_int_eq(ask(session), SESSION_LOST);
    ck_assert_str_eq(session_error(session), "no connection");
    session_free(session);
    end_server(&server);
}
END_TEST

/* The server commits between the two. */
START_TEST(rows_without_the_end_of_the_statement_are_no_answer)
{
    struct server server = { .count = 2 };
    struct session *session;

    add_rows(&server.answers[1]);
    session = open_session(&server);
    ck_assert_int_eq(ask(session), SESSION_LOST);
    ck_assert_str_eq(session_sqlstate(session), "");
    ck_assert(strstr(session_error(session), "server closed the connection"));
    session_free(session);
    end_server(&server);
}
END_TEST

static bool is_stopped;

static bool look_whether_stopped(void)
{
    return is_stopped;
}

START_TEST(waiting_ends_when_time_is_up_and_when_the_program_is_to_stop)
{
    struct server server = { .count = 2, .hangs = true };
    struct session_settings settings = { .program = "test",
                                         .conninfo = server.conninfo,
                                         .is_stopped = look_whether_stopped };
    int64_t began_at;
    struct session *session;

    add_welcome(&server.answers[0]);
    add_rows(&server.answers[1]);
    start_server(&server);
    session = session_new(&settings);
    ck_assert_int_eq(connect_session(session), SESSION_DONE);
    began_at = monotonic_ms();
    ck_assert_int_eq(session_finish(session, session_send(session, "SELECT …", NULL), began_at + 300), SESSION_BUSY);
    ck_assert_int_ge(monotonic_ms() - began_at, 300);
    is_stopped = true;
    began_at = monotonic_ms();
    ck_assert_int_eq(session_finish(session, SESSION_DONE, began_at + 10000), SESSION_BUSY);
    ck_assert_int_lt(monotonic_ms() - began_at, 5000);
    session_free(session);
    end_server(&server);
}
END_TEST

/* What a server says first, to so many connections, and what comes of it. */
static enum session_result fail_to_connect(struct answer answer, int connections, const char *more, char sqlstate[6],
                                           char error[512])
{
    struct server server = { .count = 1, .connections = connections, .answers = { answer } };
    struct session_settings settings = { .program = "test", .conninfo = server.conninfo };
    enum session_result result;
    struct session *session;

    start_server(&server);
    strcat(server.conninfo, more);
    session = session_new(&settings);
    result = connect_session(session);
    snprintf(sqlstate, 6, "%s", session_sqlstate(session));
    snprintf(error, 512, "%s", session_error(session));
    session_free(session);
    end_server(&server);
    return result;
}

START_TEST(a_connection_that_fails_has_a_cause)
{
    struct answer refuses = { .length = 0 }, asks = { .length = 0 }, lacks_tls = { .length = 0 };
    char sqlstate[6], error[512];

    ADD(&refuses, 'E', "SFATAL\0VFATAL\0C3D000\0Mno such database\0\0");
    ck_assert_int_eq(fail_to_connect(refuses, 2, "", sqlstate, error), SESSION_REFUSED);
    ck_assert_str_eq(sqlstate, "3D000");
    ck_assert_msg(strstr(error, "FATAL: no such database"), "%s", error);
    ADD(&asks, 'R', "\0\0\0\003"); /* for a password, in clear */
    ck_assert_int_eq(fail_to_connect(asks, 1, "", sqlstate, error), SESSION_NO_PASSWORD);
    add_bytes(&lacks_tls, "N", 1);
    ck_assert_int_eq(fail_to_connect(lacks_tls, 1, " sslmode=require", sqlstate, error), SESSION_UNTRUSTED);
}
END_TEST

/* The kernel accepts connections to it, and nobody answers. */
static int listen_in_silence(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(listener, 8), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    *port = ntohs(address.sin_port);
    return listener;
}

START_TEST(a_host_that_does_not_answer_is_left_for_the_next)
{
    struct server server = { .count = 1 };
    struct session_settings settings = { .program = "test" };
    char conninfo[256];
    struct session *session;
    int port, listener = listen_in_silence(&port);

    add_welcome(&server.answers[0]);
    start_server(&server);
    snprintf(conninfo, sizeof(conninfo),
             "host=127.0.0.1,127.0.0.1 port=%d,%d connect_timeout=2 user=u dbname=d sslmode=disable gssencmode=disable",
             port, server.port);
    settings.conninfo = conninfo;
    session = session_new(&settings);
    ck_assert_msg(connect_session(session) == SESSION_DONE, "%s", session_error(session));
    session_free(session);
    end_server(&server);
    close(listener);
}
END_TEST

START_TEST(an_attempt_can_be_given_up)
{
    struct session_settings settings = { .program = "test" };
    char conninfo[256];
    struct session *session;
    int port, listener = listen_in_silence(&port);

    snprintf(conninfo, sizeof(conninfo), "host=127.0.0.1 port=%d connect_timeout=2 user=u dbname=d", port);
    settings.conninfo = conninfo;
    session = session_new(&settings);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(session_connect(session, 0), SESSION_BUSY);
        ck_assert_int_eq(session_connect(session, 10), SESSION_BUSY);
        session_close(session);
    }
    ck_assert_int_eq(connect_session(session), SESSION_LOST);
    ck_assert_msg(strstr(session_error(session), "timeout expired"), "%s", session_error(session));
    session_free(session);
    close(listener);
}
END_TEST

START_TEST(what_libpq_refuses_has_a_cause)
{
    static const struct {
        const char *conninfo, *password_file;
        enum session_result expected;
    } CASES[] = {
        { "host=127.0.0.1 port=x", NULL, SESSION_INVALID },
        { "host=127.0.0.1 sslmode=x", NULL, SESSION_INVALID },
        { "host=127.0.0.1 port=1", NULL, SESSION_LOST },
        { "host=127.0.0.1 port=1", "/nonexistent/password", SESSION_NO_PASSWORD_FILE },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct session_settings settings = { .program = "test",
                                             .conninfo = CASES[i].conninfo,
                                             .password_file = CASES[i].password_file };
        struct session *session = session_new(&settings);

        ck_assert_msg(connect_session(session) == CASES[i].expected, "%zu: %s", i, session_error(session));
        ck_assert_str_eq(session_sqlstate(session), "");
        ck_assert_str_ne(session_error(session), "");
        session_free(session);
    }
}
END_TEST

START_TEST(a_connection_string_is_judged)
{
    static const struct {
        const char *conninfo;
        enum session_conninfo expected;
    } CASES[] = {
        { NULL, SESSION_CONNINFO_GOOD },
        { "orders", SESSION_CONNINFO_GOOD },
        { "host=h user=u", SESSION_CONNINFO_GOOD },
        { "postgresql://u@h/d", SESSION_CONNINFO_GOOD },
        { "user=u password=p", SESSION_CONNINFO_SHOWS_PASSWORD },
        { "postgresql://u:p@h/d", SESSION_CONNINFO_SHOWS_PASSWORD },
        { "passwrd=p", SESSION_CONNINFO_BAD },
        { "postgresql://u:%zz@h/d", SESSION_CONNINFO_BAD },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++)
        ck_assert_msg(session_judge(CASES[i].conninfo) == CASES[i].expected, "case %zu", i);
}
END_TEST

SUITE("session", rows_are_read_cell_by_cell, overrides_win_over_the_connection_string,
      an_error_of_the_server_leaves_the_connection_open, settings_precede_each_statement_in_its_transaction,
      a_setting_that_is_refused_is_the_answer, a_server_that_ends_the_session_says_why,
      rows_without_the_end_of_the_statement_are_no_answer, waiting_ends_when_time_is_up_and_when_the_program_is_to_stop,
      a_connection_that_fails_has_a_cause, a_host_that_does_not_answer_is_left_for_the_next, an_attempt_can_be_given_up,
      what_libpq_refuses_has_a_cause, a_connection_string_is_judged)
