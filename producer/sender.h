/*
 * sender.h - sends events at their pace to Kafka. A dry run prints them, or only counts them.
 *
 *     struct sender sender;
 *
 *     sender_init(&sender, &settings);
 *     status = sender_connect(&sender, lifecycle);
 *     if (status == EX_OK)
 *         status = sender_send(&sender, &event, payload);
 *     if (status == EX_OK)
 *         status = sender_finish(&sender);
 *     if (status != EX_OK)
 *         sender_abandon(&sender);
 *     sender_release(&sender);
 *
 * All that can fail returns an exit status of sysexits.h, and logs why: EX_OK; 69 no broker or no topic, or the
 * topic is gone; 70 librdkafka cannot go on; 74 standard output cannot be written; 75 stopped; 78 configuration.
 */
#ifndef SENDER_H
#define SENDER_H

#include "event.h"
#include "lifecycle.h"
#include "pacer.h"
#include "publisher.h"
#include "settings.h"
#include "tally.h"

#include <stdint.h>

struct sender {
    const struct settings *settings;
    struct publisher *publisher; /* NULL in a dry run, and before sender_connect */
    struct pacer pacer;
    unsigned short random[3];
    struct tally handed_over; /* with the duplicates */
    uint64_t duplicates;      /* events that were sent twice on purpose */
};

/* Borrows the settings. */
void sender_init(struct sender *sender, const struct settings *settings);

/* Opens the publisher, unless the run is dry. Refuses a topic that holds events of another lifecycle. */
int sender_connect(struct sender *sender, const struct lifecycle *lifecycle);

/* Waits until the event is due, then hands it over: once, or by chance twice. */
int sender_send(struct sender *sender, const struct event *event, const char *payload);

/* Looks after what was handed over. To be called now and then where no event is at hand. */
int sender_serve(struct sender *sender);

/* Waits until all that was handed over is acknowledged or failed. */
int sender_finish(struct sender *sender);

/* Drops what has not left yet: see publisher_abandon. */
void sender_abandon(struct sender *sender);

void sender_release(struct sender *sender);

#endif
