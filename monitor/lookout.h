/*
 * lookout.h - a thread that looks at something again and again, and hands over what it saw.
 *
 *     static const struct lookout_task TASK = { look, forget, leave };
 *     struct lookout *lookout = lookout_start(&TASK, observer, 1000);
 *     void *seen = lookout_take(lookout);            // the newest, the caller's now; NULL: nothing new
 *     bool ended = lookout_stop(lookout, 500);
 *
 * All lookouts with one interval look at the same time, so that what they saw
 * fits together. A look that takes longer than the interval delays the next, and
 * is followed by a pause as long as itself: a server in trouble is not asked more.
 */
#ifndef LOOKOUT_H
#define LOOKOUT_H

#include <stdbool.h>

struct lookout_task {
    void *(*look)(void *subject); /* what it saw, never NULL */
    void (*forget)(void *seen);   /* frees what nobody took */
    void (*leave)(void *subject); /* the last that the thread does */
};

/* `subject` is the thread's from here on. */
struct lookout *lookout_start(const struct lookout_task *task, void *subject, int interval_ms);

void *lookout_take(struct lookout *lookout);

/* Ends the thread and frees all. False where it is still in a look after timeout_ms: then it is left alone, until the process ends. */
bool lookout_stop(struct lookout *lookout, int timeout_ms);

#endif
