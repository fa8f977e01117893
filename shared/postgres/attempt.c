/*
 * A failed connection has no result with an SQLSTATE, only a message in the server's language. With PQERRORS_SQLSTATE libpq gives the
 * code instead of the message. That can be set only on a connection object. So when a server refuses the connection, the thread tries
 * again to get the code. The message is that of the first attempt.
 */
#define _POSIX_C_SOURCE 200809L
#include "attempt.h"

#include "bug.h"
#include "memory.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    PARAMETERS_MAX = 16,
    MOMENT_MS =
        200, /* for a handshake to end: a program that exits destroys OpenSSL's state, which the handshake uses */
};

struct attempt {
    char *names[PARAMETERS_MAX + 1], *values[PARAMETERS_MAX + 1];
    pthread_mutex_t lock; /* protects the two flags */
    pthread_cond_t end;
    bool has_ended, is_given_up; /* whoever sets the second flag frees the attempt */
    PGconn *connection;          /* this and the next one are the thread's until it has ended */
    struct attempt_refusal refusal;
};

static void destroy(struct attempt *attempt)
{
    PQfinish(attempt->connection);
    for (size_t i = 0; attempt->names[i]; i++) {
        free(attempt->names[i]);
        free(attempt->values[i]);
    }
    pthread_cond_destroy(&attempt->end);
    pthread_mutex_destroy(&attempt->lock);
    free(attempt);
}

/* The five letters or digits at the end of a message, or "" if libpq failed and not the server. */
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

/* Keeps the message. If it is from a server, tries again for the code: its errors have two blanks after the severity. */
static void find_reason(PGconn *connection, struct attempt_refusal *refusal)
{
    snprintf(refusal->words, sizeof(refusal->words), "%s", PQerrorMessage(connection));
    if (!strstr(refusal->words, ":  "))
        return;
    PQsetErrorVerbosity(connection, PQERRORS_SQLSTATE);
    PQreset(connection);
    if (PQstatus(connection) != CONNECTION_OK)
        sqlstate_of_message(PQerrorMessage(connection), refusal->sqlstate);
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
}

static void *try_to_connect(void *opaque)
{
    struct attempt *attempt = opaque;
    bool is_given_up;

    attempt->connection =
        checked(PQconnectdbParams((const char *const *)attempt->names, (const char *const *)attempt->values, 1));
    if (PQstatus(attempt->connection) != CONNECTION_OK)
        find_reason(attempt->connection, &attempt->refusal);
    pthread_mutex_lock(&attempt->lock);
    attempt->has_ended = true;
    is_given_up = attempt->is_given_up;
    pthread_cond_signal(&attempt->end);
    pthread_mutex_unlock(&attempt->lock);
    if (is_given_up)
        destroy(attempt);
    return NULL;
}

/* Detached, and without signals: those are for the thread that waits. */
static void start_thread(struct attempt *attempt)
{
    sigset_t all, before;
    pthread_t thread;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, try_to_connect, attempt) != 0)
        OUT_OF_MEMORY();
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_detach(thread);
}

struct attempt *attempt_new(const char *const *names, const char *const *values)
{
    struct attempt *attempt = checked(calloc(1, sizeof(*attempt)));
    pthread_condattr_t monotonic;

    for (size_t i = 0; names[i]; i++) {
        if (i == PARAMETERS_MAX)
            BUG("too many connection parameters");
        attempt->names[i] = checked(strdup(names[i]));
        attempt->values[i] = checked(strdup(values[i] ? values[i] : ""));
    }
    pthread_mutex_init(&attempt->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&attempt->end, &monotonic);
    pthread_condattr_destroy(&monotonic);
    start_thread(attempt);
    return attempt;
}

bool attempt_has_ended(struct attempt *attempt, int timeout_ms)
{
    struct timespec until;
    bool has_ended;
    int failed = 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += timeout_ms / 1000;
    until.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&attempt->lock);
    while (!attempt->has_ended && failed == 0)
        failed = pthread_cond_timedwait(&attempt->end, &attempt->lock, &until);
    has_ended = attempt->has_ended;
    pthread_mutex_unlock(&attempt->lock);
    return has_ended;
}

struct pg_conn *attempt_take(struct attempt *attempt, struct attempt_refusal *refusal)
{
    PGconn *connection = attempt->connection;

    *refusal = attempt->refusal;
    attempt->connection = NULL;
    destroy(attempt);
    return connection;
}

void attempt_free(struct attempt *attempt)
{
    bool has_ended;

    if (!attempt)
        return;
    attempt_has_ended(attempt, MOMENT_MS);
    pthread_mutex_lock(&attempt->lock);
    attempt->is_given_up = true;
    has_ended = attempt->has_ended;
    pthread_mutex_unlock(&attempt->lock);
    if (has_ended)
        destroy(attempt);
}
