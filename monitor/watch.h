/*
 * watch.h - keeps the latest snapshot, the history and the moments up to date.
 *
 *     struct watch *watch = watch_start(kafka_observer, postgres_observer, 1000);
 *     while (!stop_requested()) {
 *         watch_update(watch);                 // never waits
 *         serve(watch_snapshot(watch));
 *     }
 *     watch_stop(watch);
 *
 * Two threads, one for Kafka and one for Postgres, produce the views. Everything else
 * happens in the thread that calls watch_update. So the results of watch_snapshot and
 * the other functions do not change between two calls of it, and need no lock.
 */
#ifndef WATCH_H
#define WATCH_H

#include "history.h"
#include "kafka_observer.h"
#include "moments.h"
#include "postgres_observer.h"
#include "snapshot.h"

/* Takes ownership of the observers, and frees them. */
struct watch *watch_start(struct kafka_observer *kafka, struct postgres_observer *postgres, int interval_ms);

/* Makes a snapshot if both views are new, or if one is overdue. */
void watch_update(struct watch *watch);

/* Before any look the snapshot has number 0, and no server has answered. */
const struct snapshot *watch_snapshot(const struct watch *watch);
const struct history *watch_history(const struct watch *watch);
const struct moments *watch_moments(const struct watch *watch);

/* Takes at most half a second. False if a look has not ended by then: then nothing is freed, and the process must end. */
bool watch_stop(struct watch *watch);

#endif
