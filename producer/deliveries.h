/*
 * deliveries.h - counts the results of all events that a publisher has passed to librdkafka.
 *
 * An event is on its way until its delivery report arrives. Then it is counted once,
 * as acknowledged, failed, not sent or unknown.
 *
 *     struct deliveries deliveries;
 *
 *     deliveries_init(&deliveries, form, false);
 *     rd_kafka_produce(…, deliveries_opaque(&event));
 *     deliveries.on_its_way++;
 *     …                                              // in the delivery report callback:
 *     if (deliveries_settle(&deliveries, message, &event) == DELIVERY_FAILED)
 *         explain(message->err, &event);
 *     deliveries_give_up(&deliveries);               // at the end: events still on their way are unknown
 *
 * The message's opaque pointer contains the time and the type of the event for the delivery report. The
 * key is the order id. The event id is computed from these three. There is nothing to release.
 */
#ifndef DELIVERIES_H
#define DELIVERIES_H

#include "event.h"
#include "publisher.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct deliveries {
    const struct event_form *form; /* has the types of the events; borrowed */
    struct publisher_counts counts;
    int64_t on_its_way;
    bool prints_events; /* prints each event on standard output when it is acknowledged */
    bool output_failed; /* standard output cannot be written; it was logged */
};

enum delivery {
    DELIVERY_ACKNOWLEDGED,
    DELIVERY_FAILED,  /* refused permanently */
    DELIVERY_DROPPED, /* purged: not sent, or unknown */
};

void deliveries_init(struct deliveries *deliveries, const struct event_form *form, bool prints_events);

/* The opaque pointer for the event's message. */
void *deliveries_opaque(const struct event *event);

/* Counts the event of a delivery report, and prints it if that is wanted. Fills `event`; its id is set only if it was printed. */
enum delivery deliveries_settle(struct deliveries *deliveries, const rd_kafka_message_t *message, struct event *event);

/* Flushes standard output. Call it after some events were settled. */
void deliveries_flush(struct deliveries *deliveries);

/* Counts the events that are still on their way as unknown, and logs the number of unknown events. */
void deliveries_give_up(struct deliveries *deliveries);

#endif
