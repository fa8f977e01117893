/*
 * deliveries.h - the accounts of a publisher: what became of each event that librdkafka was given.
 *
 * An event is on its way until its delivery report comes. Then it counts as one of
 * acknowledged, failed, not sent or unknown: none counts twice.
 *
 *     struct deliveries deliveries;
 *
 *     deliveries_init(&deliveries, form, false);
 *     rd_kafka_produce(…, deliveries_opaque(&event));
 *     deliveries.on_its_way++;
 *     …                                              // in the delivery report callback:
 *     if (deliveries_settle(&deliveries, message, &event) == DELIVERY_FAILED)
 *         explain(message->err, &event);
 *     deliveries_give_up(&deliveries);               // at the end: what is still on its way is unknown
 *
 * What a delivery report needs of its event travels in the message's opaque pointer: the time and the
 * type. The key is the order id, and the three make the event id. Holds nothing to be released.
 */
#ifndef DELIVERIES_H
#define DELIVERIES_H

#include "event.h"
#include "publisher.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct deliveries {
    const struct event_form *form; /* borrowed: whose types the events have */
    struct publisher_counts counts;
    int64_t on_its_way;
    bool prints_events; /* each one on standard output, as it is acknowledged */
    bool output_failed; /* standard output cannot be written; it was logged */
};

enum delivery {
    DELIVERY_ACKNOWLEDGED,
    DELIVERY_FAILED,  /* refused for good */
    DELIVERY_DROPPED, /* purged: not sent, or unknown */
};

void deliveries_init(struct deliveries *deliveries, const struct event_form *form, bool prints_events);

/* For the message of the event. */
void *deliveries_opaque(const struct event *event);

/* Counts the event of a delivery report, prints it if it is to be, and gives it back in `event`; its id is set where it is printed. */
enum delivery deliveries_settle(struct deliveries *deliveries, const rd_kafka_message_t *message, struct event *event);

/* Standard output, after some were settled. */
void deliveries_flush(struct deliveries *deliveries);

/* What is on its way is unknown from here on, and it is logged. */
void deliveries_give_up(struct deliveries *deliveries);

#endif
