/*
 * stop.h - the one flag that ends a program cleanly.
 *
 * SIGINT, SIGTERM and SIGHUP set it; every wait of the programs is bounded by a
 * second and looks at it. SIGPIPE is ignored: writing reports the error. A
 * second signal of the same kind ends the process at once, as it would by default.
 * SIGHUP stays ignored where it is so at the start: that is what nohup(1) is for.
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
