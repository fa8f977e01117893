/*
 * lookup.h - answers questions of the page from Postgres, one after the other, in a thread of its own.
 *
 *     struct lookup *lookup = lookup_start(topic, group, password_file);
 *     struct lookup_question *question = lookup_ask(lookup, LOOKUP_ORDER, "4711");    // NULL: too many are waiting
 *     char *text;
 *
 *     switch (lookup_take(question, &text)) {          // never waits
 *     case LOOKUP_PENDING: …                           // ask again later
 *     case LOOKUP_FOUND: …                             // text is the JSON, and the caller frees it
 *     default: …                                       // text is the reason
 *     }
 *     lookup_stop(lookup, 250);
 *
 * Anybody who can open the page can ask, so the load on the database is limited: one statement at a time, of at most
 * LOOKUP_STATEMENT_MS, without parallel workers, and after a slow one a pause as long as it took. The session has the privileges of
 * orders_reader, is read-only, and is closed when nobody has asked for a while. It is not the session of postgres_observer.h, so a
 * slow answer delays no look.
 *
 * All functions but the thread's own belong to one thread, that of http.h.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stddef.h>

enum {
    LOOKUP_QUESTIONS = 8, /* that wait or are being answered */
    LOOKUP_ID_MAX = 64,
    LOOKUP_STATEMENT_MS = 2000, /* the statement_timeout in lookup.c is the same */
    LOOKUP_TOTAL_MS = 6000,     /* after that a question has failed, whatever the thread does */
};

enum lookup_kind {
    LOOKUP_ORDER,      /* the events of one order: sql/lookup/order.sql */
    LOOKUP_QUARANTINE, /* the newest quarantined records: sql/lookup/quarantine.sql */
    LOOKUP_CONFLICTS,  /* the newest conflicts: sql/lookup/conflicts.sql */
};

enum lookup_result {
    LOOKUP_PENDING,
    LOOKUP_FOUND,
    LOOKUP_SLOW,     /* the statement took too long */
    LOOKUP_OUTDATED, /* the database has no such view */
    LOOKUP_AWAY,     /* Postgres does not answer, or refuses */
    LOOKUP_BUSY,     /* other questions took too long */
};

struct lookup;
struct lookup_question;

/* Borrows the strings until lookup_stop. The password file, if not NULL, is read for each connection. */
struct lookup *lookup_start(const char *topic, const char *group, const char *password_file);

/* Whether this can be the id of an order: 1 to LOOKUP_ID_MAX bytes of printable ASCII without spaces. */
bool lookup_is_id(const char *id, size_t length);

/* `id` is copied; it is ignored unless the kind is LOOKUP_ORDER. NULL: LOOKUP_QUESTIONS are waiting. */
struct lookup_question *lookup_ask(struct lookup *lookup, enum lookup_kind kind, const char *id);

/* Whether lookup_take would return a result. */
bool lookup_is_answered(struct lookup_question *question);

/* Ends the question, unless the result is PENDING. The caller frees the text. */
enum lookup_result lookup_take(struct lookup_question *question, char **text);

/* Ends the question without a result. */
void lookup_drop(struct lookup_question *question);

/* Ends the thread and frees everything. False if that takes longer than timeout_ms: then the thread is left running. */
bool lookup_stop(struct lookup *lookup, int timeout_ms);

#endif
