/*
 * stop.h - the flag that makes a program end cleanly.
 *
 * SIGINT, SIGTERM and SIGHUP set it, and the loops of the programs check it. A
 * single request to a broker, or the consumer's statement in flight, is not
 * interrupted: it has its own time limit of a few seconds. A second signal of the
 * same kind ends the process at once, by the default action. SIGPIPE is ignored, so
 * writes report the error. SIGHUP remains ignored if it was ignored at the start,
 * for example by nohup(1).
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
