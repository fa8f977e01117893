#define _POSIX_C_SOURCE 200809L /* pthread_condattr_setclock */
#include "lookout.h"

#include "memory.h"
#include "monotonic.h"
#include "timed_join.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct lookout {
    const struct lookout_task *task;
    void *subject;
    int interval_ms;
    pthread_t thread;
    pthread_mutex_t mutex; /* protects the members below */
    pthread_cond_t stop_set;
    bool stop;
    void *seen;
};

/* Waits until a time of monotonic.h. True when it is time to look, false when the thread is to stop. */
static bool wait_until(struct lookout *lookout, int64_t at_ms)
{
    struct timespec at = { .tv_sec = at_ms / 1000, .tv_nsec = at_ms % 1000 * 1000000 };
    bool stop;

    pthread_mutex_lock(&lookout->mutex);
    while (!lookout->stop && monotonic_ms() < at_ms)
        pthread_cond_timedwait(&lookout->stop_set, &lookout->mutex, &at);
    stop = lookout->stop;
    pthread_mutex_unlock(&lookout->mutex);
    return !stop;
}

static void hand_over(struct lookout *lookout, void *seen)
{
    void *missed;

    pthread_mutex_lock(&lookout->mutex);
    missed = lookout->seen;
    lookout->seen = seen;
    pthread_mutex_unlock(&lookout->mutex);
    if (missed)
        lookout->task->forget(missed);
}

static void *run(void *opaque)
{
    struct lookout *lookout = opaque;
    int64_t next = 0;

    while (wait_until(lookout, next)) {
        int64_t began = monotonic_ms(), ended;

        hand_over(lookout, lookout->task->look(lookout->subject));
        ended = monotonic_ms();
        next = (began / lookout->interval_ms + 1) * lookout->interval_ms;
        if (next < ended)
            next = ended + (ended - began);
    }
    lookout->task->leave(lookout->subject);
    return NULL;
}

struct lookout *lookout_start(const struct lookout_task *task, void *subject, int interval_ms)
{
    struct lookout *lookout = checked(calloc(1, sizeof(*lookout)));
    pthread_condattr_t attributes;

    lookout->task = task;
    lookout->subject = subject;
    lookout->interval_ms = interval_ms;
    pthread_mutex_init(&lookout->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&lookout->stop_set, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&lookout->thread, NULL, run, lookout) != 0)
        OUT_OF_MEMORY();
    return lookout;
}

void *lookout_take(struct lookout *lookout)
{
    void *seen;

    pthread_mutex_lock(&lookout->mutex);
    seen = lookout->seen;
    lookout->seen = NULL;
    pthread_mutex_unlock(&lookout->mutex);
    return seen;
}

bool lookout_stop(struct lookout *lookout, int timeout_ms)
{
    pthread_mutex_lock(&lookout->mutex);
    lookout->stop = true;
    pthread_cond_signal(&lookout->stop_set);
    pthread_mutex_unlock(&lookout->mutex);
    if (!timed_join(lookout->thread, timeout_ms))
        return false;
    if (lookout->seen)
        lookout->task->forget(lookout->seen);
    pthread_cond_destroy(&lookout->stop_set);
    pthread_mutex_destroy(&lookout->mutex);
    free(lookout);
    return true;
}
