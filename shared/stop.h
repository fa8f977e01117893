/*
 * stop.h - the one flag that ends a program cleanly.
 *
 * SIGINT, SIGTERM and SIGHUP set it. Loops that wait look at it twice a second or
 * more often. A single question to Kafka is not interrupted: it ends with its own
 * time limit, of up to 10 seconds where no broker answers. A second signal of the
 * same kind ends the process at once, as it does by default.
 *
 * SIGPIPE is ignored: writing reports the error. SIGHUP stays ignored if it was
 * ignored at the start, as nohup(1) wants it.
 *
 *     stop_on_signals();
 *     while (!stop_requested())
 *         work();
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* Installs the handlers. Call once, before threads are started. */
void stop_on_signals(void);

bool stop_requested(void);

#endif
