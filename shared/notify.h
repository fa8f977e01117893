/*
 * notify.h - tells the service manager how the program is: sd_notify(3), and its watchdog.
 *
 *     struct notify notify;
 *     notify_init(&notify, COMPONENT);
 *     while (!stop_requested()) {
 *         notify_alive(&notify);                                   // each turn of the main loop; sends now and then
 *         if (work() == FIRST_SUCCESS)
 *             notify_ready(&notify, "reading %d partitions", n);   // from now on others may count on it
 *     }
 *     notify_stopping(&notify);
 *
 * Without NOTIFY_SOCKET in the environment all of it does nothing. A message
 * that cannot be delivered is lost, and logged once: the work does not depend on it.
 *
 * With a watchdog the loop asks for more time (EXTEND_TIMEOUT_USEC) until READY=1,
 * and sends WATCHDOG=1 from then on. So a program may wait for its servers for as
 * long as it likes, and the manager also notices one that hangs at its start.
 */
#ifndef NOTIFY_H
#define NOTIFY_H

#include "log.h"

#include <stdbool.h>
#include <stdint.h>

enum { NOTIFY_STATUS_SIZE = 256 };

struct notify {
    const char *component; /* borrowed; of the log */
    const char *path;      /* of the socket; NULL where nobody asks */
    int64_t beat_ms;       /* time between two signs of life; 0 where nobody waits for one */
    int64_t beat_at;       /* monotonic ms of the last one */
    bool is_ready, has_failed;
    char status[NOTIFY_STATUS_SIZE]; /* as sent last */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Nothing is to be released. */
void notify_init(struct notify *notify, const char *component);

/* A sign of life, every half of the time that the watchdog waits; cheap in between. */
void notify_alive(struct notify *notify);

/* READY=1, the first time, and STATUS=. Called again, it sends a status that has changed. */
void notify_ready(struct notify *notify, const char *format, ...) LOG_PRINTF(2, 3);

/* STATUS= alone, where it has changed. */
void notify_status(struct notify *notify, const char *format, ...) LOG_PRINTF(2, 3);

/* STOPPING=1. From now on no sign of life is due. */
void notify_stopping(struct notify *notify);

#endif
