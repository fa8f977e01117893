/*
 * publisher.h - events to a Kafka topic, in order, each one accounted for.
 *
 * An event is acknowledged once all in-sync replicas have it. While the brokers
 * are away the publisher waits for them as long as it takes; a retry may write
 * an event twice, but never an order's event before the one that precedes it.
 * At the end each event that was handed over is acknowledged, failed, not sent or unknown.
 *
 *     struct publisher *publisher = publisher_open(&config, &end);
 *
 *     if (publisher_send(publisher, &event, payload) != PUBLISHER_OK)
 *         …
 *     publisher_finish(publisher);                 // or publisher_abandon(publisher)
 *     publisher_counts(publisher)->failed;
 *     publisher_free(publisher);
 *
 * One thread uses it. It logs what happens itself.
 */
#ifndef PUBLISHER_H
#define PUBLISHER_H

#include "end.h"
#include "event.h"
#include "options.h"
#include "tally.h"

#include <stdbool.h>
#include <stdint.h>

struct publisher_config {
    const struct event_form *form; /* whose types the events have */
    const char *brokers, *topic;
    const struct option_values *properties; /* -X */
    int64_t create_partitions;              /* create the topic with so many when it is missing; 0: do not */
    bool allow_compacted;                   /* use the topic although Kafka compacts it */
    bool prints_events;                     /* each one on standard output, as it is acknowledged */
};

struct publisher_counts {
    struct tally acknowledged;
    uint64_t failed;   /* refused for good */
    uint64_t not_sent; /* dropped before they left */
    uint64_t unknown;  /* sent, but the answer was not waited for any longer */
};

enum publisher_result {
    PUBLISHER_OK,
    PUBLISHER_STOPPED,  /* stop_requested, or standard output cannot be written: publisher_abandon comes next */
    PUBLISHER_NO_TOPIC, /* it does not exist any more; it was logged, and publisher_abandon comes next */
    PUBLISHER_FATAL,    /* librdkafka cannot go on: publisher_abandon comes next */
};

struct publisher;

/* Connects, and finds or creates the topic. NULL when that fails, with the `end` of the replay. */
struct publisher *publisher_open(const struct publisher_config *config, enum replay_end *end);

int publisher_partitions(const struct publisher *publisher);

/* Hands an event over, of which it keeps a copy; waits where the next round is full and the one before is still on its way. */
enum publisher_result publisher_send(struct publisher *publisher, const struct event *event, const char *payload);

/* Serves deliveries for at most so long. Sends a round that has waited for more events for 5 ms, as publisher_send does. */
enum publisher_result publisher_serve(struct publisher *publisher, int timeout_ms);

/* Waits until every event is acknowledged or failed, or as publisher_send. */
enum publisher_result publisher_finish(struct publisher *publisher);

/* Drops what has not left yet, and waits up to 5 seconds for answers to what has. */
void publisher_abandon(struct publisher *publisher);

const struct publisher_counts *publisher_counts(const struct publisher *publisher);

/* False when standard output could not be written; it was logged. */
bool publisher_printed(const struct publisher *publisher);

void publisher_free(struct publisher *publisher);

#endif
