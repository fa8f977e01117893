#include "silence.h"

#include "log.h"
#include "monotonic.h"

enum { REPORTED_AFTER_MS = 10000 };

void silence_note_error(struct silence *silence)
{
    silence->has_error = true;
}

void silence_end(struct silence *silence)
{
    if (silence->is_told)
        log_info("publisher", "the broker answers again, the replay continues");
    silence->is_told = silence->has_error = false;
    silence->was_ended = true;
    silence->since = 0;
}

void silence_watch(struct silence *silence, bool events_wait)
{
    if (!events_wait)
        silence->since = 0;
    else if (silence->since == 0)
        silence->since = monotonic_ms();
}

int64_t silence_ms(const struct silence *silence)
{
    return silence->since > 0 ? monotonic_ms() - silence->since : 0;
}

void silence_report(struct silence *silence)
{
    const struct kafka_trouble *trouble = silence->trouble;

    if (silence->since == 0 || silence->is_told)
        return;
    if (silence->has_error && !silence->was_ended)
        log_warn("publisher", "the broker does not answer, waiting for it: %s; %s", trouble->reason,
                 kafka_trouble_advice(trouble));
    else if (silence->has_error)
        log_warn("publisher", "the broker does not answer, waiting for it: %s", trouble->reason);
    else if (silence_ms(silence) > REPORTED_AFTER_MS)
        log_warn("publisher",
                 "no event was acknowledged for %d s, still resending: are there enough replicas, "
                 "and a leader? topic=%s",
                 REPORTED_AFTER_MS / 1000, silence->topic);
    else
        return;
    silence->is_told = true;
}
