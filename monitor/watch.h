/*
 * watch.h - all that is known: the latest snapshot, the history, the moments, kept up to date.
 *
 *     struct watch *watch = watch_start(kafka_observer, postgres_observer, 1000);
 *     while (!stop_requested()) {
 *         watch_update(watch);                 // never waits
 *         serve(watch_snapshot(watch));
 *     }
 *     watch_stop(watch);
 *
 * Kafka and Postgres are looked at by a thread each. They hand over views; all
 * else happens in the thread that calls watch_update, so what watch_snapshot and
 * the others give is constant between two calls of it, and needs no lock.
 */
#ifndef WATCH_H
#define WATCH_H

#include "history.h"
#include "kafka_observer.h"
#include "moments.h"
#include "postgres_observer.h"
#include "snapshot.h"

/* Takes the observers: they are freed by it. */
struct watch *watch_start(struct kafka_observer *kafka, struct postgres_observer *postgres, int interval_ms);

/* Makes a snapshot where both views are new, or one is overdue. */
void watch_update(struct watch *watch);

/* The first, before any look, has number 0 and says that nobody answered yet. */
const struct snapshot *watch_snapshot(const struct watch *watch);
const struct history *watch_history(const struct watch *watch);
const struct moments *watch_moments(const struct watch *watch);

/* Takes half a second at most. False where a thread had to be left in its look: then nothing is freed, and the process is to end. */
bool watch_stop(struct watch *watch);

#endif
