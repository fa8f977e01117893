/*
 * attempt.h - an attempt to connect to PostgreSQL, in a thread of its own.
 *
 *     static const char *const NAMES[] = { "host", "dbname", NULL }, *const VALUES[] = { "a,b", "orders", NULL };
 *     struct attempt *attempt = attempt_new(NAMES, VALUES);
 *
 *     while (!attempt_has_ended(attempt, 200)) …
 *     connection = attempt_take(attempt, &refusal);       // PQstatus tells whether it succeeded
 *
 * Hosts, addresses of a name, connect_timeout and target_session_attrs mean what they mean to psql, because libpq's own
 * blocking call tries them. Its other call, PQconnectPoll, ignores connect_timeout and stays with an address that does not answer.
 *
 * The thread of an abandoned attempt continues until connect_timeout has passed, and then cleans up.
 */
#ifndef ATTEMPT_H
#define ATTEMPT_H

#include <stdbool.h>

struct attempt;
struct pg_conn; /* libpq's PGconn */

/* Why there is no connection. */
struct attempt_refusal {
    char sqlstate[6]; /* "" unless a server refused the connection */
    char words[512];  /* libpq's message: several lines, not necessarily clean text */
};

/* Never NULL. Names and values are those of PQconnectdbParams, with NULL at the end, and copied. */
struct attempt *attempt_new(const char *const *names, const char *const *values);

/* Waits up to timeout_ms. */
bool attempt_has_ended(struct attempt *attempt, int timeout_ms);

/* The connection of an attempt that has ended, which the caller finishes, and the reason if it failed. Frees the attempt. */
struct pg_conn *attempt_take(struct attempt *attempt, struct attempt_refusal *refusal);

/* Gives up, whether or not it has ended. Takes NULL. */
void attempt_free(struct attempt *attempt);

#endif
