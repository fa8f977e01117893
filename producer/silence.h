/*
 * silence.h - how long brokers have not acknowledged what waits for them, and what the user is told of it.
 *
 *     struct silence silence = { .topic = "order-events", .trouble = &trouble };
 *
 *     silence_note_error(&silence);                   // in librdkafka's error callback, after kafka_trouble_note
 *     silence_end(&silence);                          // an event was acknowledged
 *     silence_watch(&silence, events_wait);           // often, as long as the replay waits
 *     if (silence_ms(&silence) > 1000)
 *         …                                           // is the topic still there?
 *     silence_report(&silence);
 *
 * A connection that breaks while no event waits is no outage. What a broker refuses
 * for a while (too few replicas, no leader) librdkafka sends again and again without
 * an error: then only the time shows it. Logs the start and the end of each outage once.
 */
#ifndef SILENCE_H
#define SILENCE_H

#include "kafka_trouble.h"

#include <stdbool.h>
#include <stdint.h>

struct silence {
    const char *topic;
    const struct kafka_trouble *trouble;
    int64_t since;  /* monotonic time in ms since which events wait, and none was acknowledged; 0: none wait */
    bool has_error; /* one was noted, and no event was acknowledged since */
    bool is_told;   /* the user was told of this outage */
    bool was_ended; /* an event was acknowledged before: the settings are right, and the log gives no advice */
};

void silence_note_error(struct silence *silence);

void silence_end(struct silence *silence);

/* To be told again and again whether events wait for their acknowledgement. */
void silence_watch(struct silence *silence, bool events_wait);

/* For how long events wait and none was acknowledged; 0 when none wait. */
int64_t silence_ms(const struct silence *silence);

/* Logs the outage, if it is one and was not logged yet. */
void silence_report(struct silence *silence);

#endif
