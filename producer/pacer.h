/*
 * pacer.h - computes when each event is due: by scaled event time, by a rate, or by both.
 *
 * Due times are counted from the start on the monotonic clock, never from the time at
 * which the previous event was sent, so small delays do not add up. With both a speed
 * and a rate, the later due time is used. After a delay, scaled time catches up at
 * once. A rate is a limit, so at most one second's events are caught up.
 *
 *     struct pacer pacer;
 *
 *     pacer_init(&pacer, 60.0, 0);               // one minute of event time per second
 *     pacer_next(&pacer, event.at);
 *     while ((wait = pacer_wait_ms(&pacer)) > 0)
 *         serve_kafka(wait);
 *     pacer_sent(&pacer);
 */
#ifndef PACER_H
#define PACER_H

#include <stdbool.h>
#include <stdint.h>

struct pacer {
    double speed; /* seconds of event time per second, or 0 */
    double rate;  /* events per second, or 0 */
    bool is_started;
    int64_t start;                   /* of the clock, in nanoseconds */
    int64_t first_at;                /* event time */
    int64_t last_at, at;             /* of the previous event, and of the current one */
    int64_t due;                     /* of the current event, in nanoseconds since the start */
    double rate_due;                 /* the same, only by the rate; fractions of a nanosecond matter at high rates */
    int64_t worst_drift, last_drift; /* how late events were sent, in nanoseconds */
};

/* A speed or rate of 0 means none. */
void pacer_init(struct pacer *pacer, double speed, double rate);

/* Sets when the next event is due. `now` is in nanoseconds since the start. Pure: pacer_next does the same by the clock. */
void pacer_schedule(struct pacer *pacer, int64_t at, int64_t now);

/* Sets when the next event is due, by the monotonic clock. The start is the first call. */
void pacer_next(struct pacer *pacer, int64_t at);

/* Milliseconds until the current event is due, at most 200, rounded up; 0 when it is due. */
int pacer_wait_ms(const struct pacer *pacer);

/* The same without the limit. */
int64_t pacer_left_ms(const struct pacer *pacer);

/* Notes that the current event was sent. */
void pacer_sent(struct pacer *pacer);

/* Nanoseconds since the start. */
int64_t pacer_elapsed(const struct pacer *pacer);

#endif
