/*
 * lookout.h - a thread that observes something at regular intervals, and passes on the results.
 *
 *     static const struct lookout_task TASK = { look, forget, leave };
 *     struct lookout *lookout = lookout_start(&TASK, observer, 1000);
 *     void *seen = lookout_take(lookout);            // the newest result, now owned by the caller; NULL: nothing new
 *     bool ended = lookout_stop(lookout, 500);
 *
 * All lookouts with the same interval look at the same time, so that their results match.
 * A look that takes longer than the interval delays the next one, and is followed by a
 * pause of the same length, so as not to add load to a slow server.
 */
#ifndef LOOKOUT_H
#define LOOKOUT_H

#include <stdbool.h>

struct lookout_task {
    void *(*look)(void *subject); /* returns the result, never NULL */
    void (*forget)(void *seen);   /* frees a result that nobody took */
    void (*leave)(void *subject); /* the last call of the thread */
};

/* The thread owns `subject` from here on. */
struct lookout *lookout_start(const struct lookout_task *task, void *subject, int interval_ms);

void *lookout_take(struct lookout *lookout);

/* Ends the thread and frees everything. False if a look takes longer than timeout_ms: then the thread is left running. */
bool lookout_stop(struct lookout *lookout, int timeout_ms);

#endif
