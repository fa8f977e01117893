/*
 * sender.h - sends events to Kafka when they are due. A dry run prints them, or only counts them.
 *
 *     struct sender sender;
 *
 *     sender_init(&sender, &settings);
 *     end = sender_connect(&sender, lifecycle);
 *     if (end == REPLAY_OK)
 *         end = sender_send(&sender, &event, payload);
 *     if (end == REPLAY_OK)
 *         end = sender_finish(&sender);
 *     if (end != REPLAY_OK)
 *         sender_abandon(&sender);
 *     sender_release(&sender);
 *
 * end.h describes the results.
 */
#ifndef SENDER_H
#define SENDER_H

#include "end.h"
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
    struct tally handed_over; /* includes duplicates */
    uint64_t duplicates;      /* events that were sent twice on purpose */
};

/* Borrows the settings. */
void sender_init(struct sender *sender, const struct settings *settings);

/* Opens the publisher, except in a dry run. Refuses a topic that contains events of a different lifecycle. */
enum replay_end sender_connect(struct sender *sender, const struct lifecycle *lifecycle);

/* Waits until the event is due, then passes it to the publisher: once, or twice if it is chosen as a duplicate. */
enum replay_end sender_send(struct sender *sender, const struct event *event, const char *payload);

/* Serves the publisher. Call it from time to time while there is no event to send. */
enum replay_end sender_serve(struct sender *sender);

/* Waits until all events that were passed to the publisher are acknowledged or failed. */
enum replay_end sender_finish(struct sender *sender);

/* Discards events that were not sent yet: see publisher_abandon. */
void sender_abandon(struct sender *sender);

void sender_release(struct sender *sender);

#endif
