#include "pacer.h"

#include "monotonic.h"

#define SECOND INT64_C(1000000000)
#define MILLISECOND INT64_C(1000000)

#define DUE_MAX 4e18 /* 126 years, in nanoseconds: a slow replay of a long time would not fit into the number */

enum { WAIT_MAX_MS = 200 };

void pacer_init(struct pacer *pacer, double speed, double rate)
{
    *pacer = (struct pacer){ .speed = speed, .rate = rate };
}

void pacer_schedule(struct pacer *pacer, int64_t at, int64_t now)
{
    bool is_first = !pacer->is_started;
    double due = 0;

    if (is_first) {
        pacer->is_started = true;
        pacer->first_at = pacer->at = at;
    }
    pacer->last_at = pacer->at;
    pacer->at = at;
    if (pacer->speed > 0)
        due = (double)(at - pacer->first_at) * (double)MILLISECOND / pacer->speed;
    if (pacer->rate > 0 && !is_first) {
        pacer->rate_due += (double)SECOND / pacer->rate;
        if (pacer->rate_due < (double)(now - SECOND))
            pacer->rate_due = (double)(now - SECOND);
    }
    if (pacer->rate > 0 && pacer->rate_due < due)
        pacer->rate_due = due; /* an event that scaled time holds back moves those after it */
    if (pacer->rate > 0)
        due = pacer->rate_due;
    pacer->due = due < DUE_MAX ? (int64_t)due : (int64_t)DUE_MAX;
}

static bool is_paced(const struct pacer *pacer)
{
    return pacer->speed > 0 || pacer->rate > 0;
}

void pacer_next(struct pacer *pacer, int64_t at)
{
    if (!pacer->is_started)
        pacer->start = monotonic_ns();
    pacer_schedule(pacer, at, is_paced(pacer) ? pacer_elapsed(pacer) : 0);
}

int64_t pacer_left_ms(const struct pacer *pacer)
{
    int64_t left;

    if (!is_paced(pacer))
        return 0;
    left = (pacer->due - pacer_elapsed(pacer) + MILLISECOND - 1) / MILLISECOND;
    return left > 0 ? left : 0;
}

int pacer_wait_ms(const struct pacer *pacer)
{
    int64_t left = pacer_left_ms(pacer);

    return left > WAIT_MAX_MS ? WAIT_MAX_MS : (int)left;
}

void pacer_sent(struct pacer *pacer)
{
    if (!is_paced(pacer))
        return;
    pacer->last_drift = pacer_elapsed(pacer) - pacer->due;
    if (pacer->last_drift > pacer->worst_drift)
        pacer->worst_drift = pacer->last_drift;
}

int64_t pacer_elapsed(const struct pacer *pacer)
{
    return monotonic_ns() - pacer->start;
}
