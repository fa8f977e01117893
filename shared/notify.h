/*
 * notify.h - reports the program's state to the service manager: sd_notify(3) and its watchdog.
 *
 *     struct notify notify;
 *     notify_init(&notify, COMPONENT);
 *     while (!stop_requested()) {
 *         notify_alive(&notify);                                   // in each turn of the main loop; sends only when due
 *         if (work() == FIRST_SUCCESS)
 *             notify_ready(&notify, "reading %d partitions", n);   // from now on other services may start
 *     }
 *     notify_stopping(&notify);
 *
 * Without NOTIFY_SOCKET in the environment all functions do nothing. A message that
 * cannot be delivered is lost, and logged once, as the program does not depend on it.
 *
 * With a watchdog, the loop asks for more time (EXTEND_TIMEOUT_USEC) until READY=1, and
 * sends WATCHDOG=1 from then on. So a program may wait for its servers without limit,
 * and the manager also detects one that hangs while it starts.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "log.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOTIFY_STATUS_SIZE = 256 };

struct notify {
    const char *component; /* for the log; borrowed */
    const char *path;      /* of the socket; NULL if there is no service manager */
    int64_t beat_ms;       /* time between two heartbeats; 0 without a watchdog */
    int64_t beat_at;       /* when the last one was sent, in monotonic ms */
    bool is_ready, has_failed;
    char status[NOTIFY_STATUS_SIZE]; /* the last one that was sent */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. There is nothing to release. */
void notify_init(struct notify *notify, const char *component);

/* Sends a heartbeat when half of the watchdog's time has passed. Cheap otherwise. */
void notify_alive(struct notify *notify);

/* The first call sends READY=1 and STATUS=. Later calls send the status if it has changed. */
void notify_ready(struct notify *notify, const char *format, ...) LOG_PRINTF(2, 3);

/* Sends only STATUS=, if it has changed. */
void notify_status(struct notify *notify, const char *format, ...) LOG_PRINTF(2, 3);

/* Sends STOPPING=1. From now on no heartbeat is due. */
void notify_stopping(struct notify *notify);

#endif
