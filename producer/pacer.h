/*
 * pacer.h - when each event is due: scaled event time, a rate, or both.
 *
 * Due times are counted from the start on the monotonic clock, never from when the
 * event before was sent, so small delays do not add up. With both a speed and a rate
 * the later due time wins. After a delay scaled time catches up at once; a rate is a
 * limit, and catches up with at most a second's worth of events.
 *
 *     struct pacer pacer;
 *
 *     pacer_init(&pacer, 60.0, 0);               // a minute of event time a second
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
    double speed; /* seconds of event time a second, or 0 */
    double rate;  /* events a second, or 0 */
    bool is_started;
    int64_t start;                   /* of the clock, in nanoseconds */
    int64_t first_at;                /* event time */
    int64_t last_at, at;             /* of the previous event, and of the current one */
    int64_t due;                     /* of the current event, in nanoseconds since the start */
    double rate_due;                 /* the same by the rate alone; a fraction of a nanosecond counts at high rates */
    int64_t worst_drift, last_drift; /* how late events went, in nanoseconds */
};

/* 0 for no speed, or no rate. */
void pacer_init(struct pacer *pacer, double speed, double rate);

/* Sets when the next event is due, `now` nanoseconds after the start. Pure: what pacer_next does, for any clock. */
void pacer_schedule(struct pacer *pacer, int64_t at, int64_t now);

/* Sets when the next event is due, by the monotonic clock, which starts with the first event. */
void pacer_next(struct pacer *pacer, int64_t at);

/* Milliseconds until the current event is due, at most 200, rounded up; 0 when it is due. */
int pacer_wait_ms(const struct pacer *pacer);

/* The same without the limit. */
int64_t pacer_left_ms(const struct pacer *pacer);

/* Notes that the current event was sent. */
void pacer_sent(struct pacer *pacer);

/* Nanoseconds since the first event. */
int64_t pacer_elapsed(const struct pacer *pacer);

#endif
