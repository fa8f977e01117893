/*
 * lookup.h - answers questions of the page from Postgres.
 *
 *     struct questions *lookup = lookup_start(topic, group, password_file);
 *     struct question *question = questions_ask(lookup, LOOKUP_ORDER, "4711");
 *     …                                                // questions.h says how to take the answer
 *     questions_stop(lookup, 250);
 *
 * A statement takes LOOKUP_STATEMENT_MS at most, and has no parallel workers. The session has the privileges of orders_reader, is
 * read-only, and is closed when nobody has asked for a while. It is not the session of postgres_observer.h, so a slow answer delays no
 * look.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include "questions.h"

#include <stddef.h>

enum { LOOKUP_STATEMENT_MS = 2000 /* the statement_timeout in lookup.c is the same */ };

enum lookup_kind {
    LOOKUP_ORDER,      /* the events of the order with this id: sql/lookup/order.sql */
    LOOKUP_QUARANTINE, /* the newest quarantined records: sql/lookup/quarantine.sql */
    LOOKUP_CONFLICTS,  /* the newest conflicts: sql/lookup/conflicts.sql */
};

/* Borrows the strings until questions_stop. The password file, if not NULL, is read for each connection. */
struct questions *lookup_start(const char *topic, const char *group, const char *password_file);

/* Whether this can be the id of an order: 1 to QUESTION_ID_MAX bytes of printable ASCII without spaces. */
bool lookup_is_id(const char *id, size_t length);

#endif
