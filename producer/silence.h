/*
 * silence.h - measures how long brokers have not acknowledged waiting events, and reports outages to the user.
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
 * A connection that breaks while no event waits is not an outage. If a broker refuses
 * events temporarily (too few replicas, no leader), librdkafka repeats the request without
 * reporting an error, so only the length of the wait shows that there is an outage. Logs the
 * start and the end of each outage once.
 */
#ifndef SILENCE_H
#define SILENCE_H

#include "kafka_trouble.h"

#include <stdbool.h>
#include <stdint.h>

struct silence {
    const char *topic;
    const struct kafka_trouble *trouble;
    int64_t since;  /* when events began to wait without an acknowledgement, in monotonic ms; 0: none wait */
    bool has_error; /* an error was noted, and no event was acknowledged since */
    bool is_told;   /* this outage was logged */
    bool was_ended; /* an event was acknowledged before: the settings are right, so no advice is logged */
};

void silence_note_error(struct silence *silence);

void silence_end(struct silence *silence);

/* Call it repeatedly, with whether events wait for their acknowledgement. */
void silence_watch(struct silence *silence, bool events_wait);

/* How long events have waited without an acknowledgement; 0 if none wait. */
int64_t silence_ms(const struct silence *silence);

/* Logs the outage, if it is one and was not logged yet. */
void silence_report(struct silence *silence);

#endif
