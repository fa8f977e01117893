/*
 * session.h - one connection to PostgreSQL: connect, send a statement, wait for its answer, all without blocking.
 *
 *     static const struct session_settings SETTINGS = { .program = "order-monitor" };
 *     session_set_up();                               // in main, before the first thread
 *     struct session *session = session_new(&SETTINGS);
 *     int64_t ends_at = monotonic_ms() + 3000;
 *     enum session_result result;
 *
 *     while ((result = session_connect(session, 200)) == SESSION_BUSY && monotonic_ms() < ends_at) …
 *     if (result == SESSION_DONE)
 *         result = session_finish(session, session_send(session, "SELECT 42", NULL), ends_at);
 *     if (result == SESSION_DONE)
 *         … session_number(session, 0, 0) …               // 42
 *     else
 *         session_close(session);                         // session_error says why
 *     session_free(session);
 *
 * Only one statement is in flight, and the session keeps no state on the server. A statement and the settings that precede it are
 * one transaction. Behind a pooler in transaction mode each statement may run in another session of the server.
 *
 * The session never closes the connection, or connects again, by itself. The caller closes it when session_connect fails, when a
 * statement ends with LOST, and when it stops waiting for an answer. After REFUSED, session_is_open tells whether the connection can
 * still be used. Nothing is logged, and notices of the server are ignored. The caller interprets the SQLSTATE. Only this module and
 * attempt.h use libpq.
 */
#ifndef SESSION_H
#define SESSION_H

#include <stdbool.h>
#include <stdint.h>

enum session_result {
    SESSION_DONE,
    SESSION_BUSY,        /* not yet */
    SESSION_LOST,        /* no server answers, or the connection broke: whether a statement took effect is unknown */
    SESSION_REFUSED,     /* the server reports an error: session_sqlstate has its code */
    SESSION_NO_PASSWORD, /* the server asks for a password and none was given */
    SESSION_NO_PASSWORD_FILE, /* the password file cannot be read */
    SESSION_INVALID,          /* libpq cannot use the connection parameters */
    SESSION_UNTRUSTED,        /* TLS is missing, or one side does not accept the other's certificate */
};

/* A connection parameter of libpq. */
struct session_default {
    const char *name, *value;
};

/* All strings are borrowed for as long as the session lives. */
struct session_settings {
    const char *program;                    /* the application name, unless the user sets one */
    const char *conninfo;                   /* URI or key=value, or NULL; PG* variables supply what it does not set */
    const char *password_file;              /* or NULL; read for each connection; a password in conninfo wins */
    const struct session_default *defaults; /* or NULL; conninfo wins; up to 5 rows, then a zeroed one */
    const struct session_default
        *overrides;            /* or NULL; overrides conninfo unless it is ""; up to 4 rows, then a zeroed one */
    const char *const *before; /* or NULL; statements that precede each one, in its transaction; then a NULL */
    bool (*is_stopped)(void);  /* or NULL; session_finish gives up when it returns true */
};

/* Values in libpq's format. A NULL value is SQL's NULL. */
struct session_parameters {
    int count;
    const char *const *values;
    const int *lengths, *formats; /* format 1: binary, of that length; 0: text. NULL: all are text */
};

struct session;

/* Call once, while the program has only one thread: it may set an environment variable. */
void session_set_up(void);

/* Never NULL. The settings are copied. */
struct session *session_new(const struct session_settings *settings);
void session_free(struct session *session);

/* Closes the connection, and with it the statement in flight. The error text stays. */
void session_close(struct session *session);

/* Whether there is a connection that is not known to be broken. */
bool session_is_open(const struct session *session);

/*
 * The first call starts an attempt to connect. The next calls wait up to timeout_ms for its end, and return BUSY until then. The attempt
 * takes at most libpq's connect_timeout for each address, 10 s by default. DONE at once when connected.
 */
enum session_result session_connect(struct session *session, int timeout_ms);

/*
 * DONE (the statement is sent, or being sent) or LOST. The arguments may be freed after the call. Discards the answer to the
 * previous statement.
 */
enum session_result session_send(struct session *session, const char *sql, const struct session_parameters *parameters);

/* Waits up to timeout_ms for the answer: DONE, BUSY, LOST or REFUSED. */
enum session_result session_wait(struct session *session, int timeout_ms);

/*
 * Waits for the answer until `ends_at`, in terms of monotonic_ms. `sent` is what
 * sending returned. BUSY when the time is over or the program is to stop.
 */
enum session_result session_finish(struct session *session, enum session_result sent, int64_t ends_at);

/* The answer, after DONE. Cells are text, "" for NULL, borrowed until the next statement or session_close. */
int session_row_count(const struct session *session);
const char *session_cell(const struct session *session, int row, int column);
int64_t session_number(const struct session *session, int row, int column);

/* The complete message of the last failure: one line, not necessarily clean text. Borrowed until the next call. */
const char *session_error(const struct session *session);

/* The SQLSTATE of the last failure, or "" when the server did not give one. Borrowed until the next call. */
const char *session_sqlstate(const struct session *session);

/* After REFUSED of a statement: the error message alone, without severity and context. Borrowed as cells are. */
const char *session_message(const struct session *session);

/* After REFUSED: the table whose constraint a statement violates, or "". Borrowed as cells are. */
const char *session_table(const struct session *session);

/* What the connection, or the attempt that failed, uses. Never NULL; borrowed until session_close. */
const char *session_host(const struct session *session);
const char *session_database(const struct session *session);
const char *session_user(const struct session *session);
const char *session_server_version(const struct session *session); /* "15.6 (Debian …)" */

/* The process id that the server reported. Through a pooler it differs from pg_backend_pid(). */
int session_process(const struct session *session);

/* How libpq parses a connection string. Its error text is withheld, because it quotes the string and any password in it. */
enum session_conninfo {
    SESSION_CONNINFO_GOOD,
    SESSION_CONNINFO_SHOWS_PASSWORD, /* good, but everybody can see a password in ps */
    SESSION_CONNINFO_BAD,
} session_judge(const char *conninfo);

#endif
