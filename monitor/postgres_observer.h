/*
 * postgres_observer.h - reads the results and the progress in Postgres, with the privileges of orders_reader.
 *
 *     struct postgres_observer *observer = postgres_observer_new(topic, group, password_file);
 *     struct postgres_view *view = postgres_observer_look(observer);     // the caller owns it
 *     postgres_observer_free(observer);
 *
 * libpq's PG* variables determine the server. The connection stays open. If a look
 * loses it, the next look connects again. A look ends within POSTGRES_LOOK_MS, even if
 * the server hangs, or as soon as the program is asked to stop. If there is no answer,
 * `up` of the view is false, and `reason` is set. The session is read-only, and the
 * server also limits the time of its statements.
 */
#ifndef POSTGRES_OBSERVER_H
#define POSTGRES_OBSERVER_H

#include "snapshot.h"

enum { POSTGRES_LOOK_MS = 3000 };

/* Borrows the strings until postgres_observer_free. The password file, if not NULL, is read for each connection. */
struct postgres_observer *postgres_observer_new(const char *topic, const char *group, const char *password_file);
void postgres_observer_free(struct postgres_observer *observer);

struct postgres_view *postgres_observer_look(struct postgres_observer *observer);

#endif
