/*
 * timed_join.h - waits for the end of a thread, but not for longer than a limit.
 *
 *     if (!timed_join(thread, 500))
 *         …                                // it is left running, with everything that it uses
 */
#ifndef TIMED_JOIN_H
#define TIMED_JOIN_H

#include <pthread.h>
#include <stdbool.h>

/* False if the thread has not ended within timeout_ms. */
bool timed_join(pthread_t thread, int timeout_ms);

#endif
