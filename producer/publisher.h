/*
 * publisher.h - sends events to a Kafka topic, in order, and counts the result of each one.
 *
 * An event is acknowledged once all in-sync replicas have it. While the brokers are
 * unavailable the publisher waits for them, without limit. A retry may write an event
 * twice, but never writes an order's event before the one that precedes it. At the end
 * each event that the publisher was given is acknowledged, failed, not sent or unknown.
 *
 *     struct publisher *publisher = publisher_open(&config, &end);
 *
 *     if (publisher_send(publisher, &event, payload) != PUBLISHER_OK)
 *         …
 *     publisher_finish(publisher);                 // or publisher_abandon(publisher)
 *     publisher_counts(publisher)->failed;
 *     publisher_free(publisher);
 *
 * Only one thread may use it. It logs errors itself.
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
    const struct event_form *form; /* has the types of the events */
    const char *brokers, *topic;
    const struct option_values *properties; /* -X */
    int64_t create_partitions;              /* create a missing topic with this many; 0: do not create it */
    bool allow_compacted;                   /* use the topic even if Kafka compacts it */
    bool prints_events;                     /* print each event on standard output when it is acknowledged */
};

struct publisher_counts {
    struct tally acknowledged;
    uint64_t failed;   /* refused permanently */
    uint64_t not_sent; /* dropped before they were sent */
    uint64_t unknown;  /* sent, but the answer had not arrived when the wait for it ended */
};

enum publisher_result {
    PUBLISHER_OK,
    PUBLISHER_STOPPED,  /* stop_requested, or standard output cannot be written: call publisher_abandon */
    PUBLISHER_NO_TOPIC, /* the topic no longer exists, which was logged: call publisher_abandon */
    PUBLISHER_FATAL,    /* librdkafka cannot continue: call publisher_abandon */
};

struct publisher;

/* Connects, and finds or creates the topic. Returns NULL on failure, and sets `end`. */
struct publisher *publisher_open(const struct publisher_config *config, enum replay_end *end);

int publisher_partitions(const struct publisher *publisher);

/* Adds a copy of the event to the next round. Waits if that round is full and the previous one is still on its way. */
enum publisher_result publisher_send(struct publisher *publisher, const struct event *event, const char *payload);

/* Serves delivery reports for up to timeout_ms. Like publisher_send, it sends a round that has waited 5 ms for more events. */
enum publisher_result publisher_serve(struct publisher *publisher, int timeout_ms);

/* Waits until every event is acknowledged or failed. Errors are those of publisher_send. */
enum publisher_result publisher_finish(struct publisher *publisher);

/* Discards events that were not sent yet, and waits for up to 5 seconds for the answers to those that were. */
void publisher_abandon(struct publisher *publisher);

const struct publisher_counts *publisher_counts(const struct publisher *publisher);

/* False if standard output could not be written, which was logged. */
bool publisher_printed(const struct publisher *publisher);

void publisher_free(struct publisher *publisher);

#endif
