/*
 * postgres_observer.h - reads the results and the progress in Postgres, with the privileges of orders_reader.
 *
 *     struct postgres_observer *observer = postgres_observer_new(topic, group, password_file);
 *     struct postgres_view *view = postgres_observer_look(observer);     // the caller owns it
 *     postgres_observer_free(observer);
 *
 * libpq's PG* variables say where the server is. The connection is kept. After
 * a look that lost it, the next look connects again. A look ends within
 * POSTGRES_LOOK_MS, even when the server hangs, and as soon as the program is to
 * stop; if there is no answer, the view is not up and has the reason. The
 * session is read-only, and its statements time out in the server too.
 */
#ifndef POSTGRES_OBSERVER_H
#define POSTGRES_OBSERVER_H

#include "snapshot.h"

enum { POSTGRES_LOOK_MS = 3000 };

/* The strings are borrowed for as long as it lives. The password file, or NULL, is read for each connection. */
struct postgres_observer *postgres_observer_new(const char *topic, const char *group, const char *password_file);
void postgres_observer_free(struct postgres_observer *observer);

struct postgres_view *postgres_observer_look(struct postgres_observer *observer);

#endif
