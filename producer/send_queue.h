/*
 * send_queue.h - passes one round after the other to librdkafka, such that no part of a round leaves early.
 *
 *     struct send_queue queue = { .kafka = rk, .handle = handle, .deliveries = &deliveries, .errors = &errors };
 *
 *     send_queue_open(&queue, topic, round_new(…));
 *     next = send_queue_take(&queue, next);          // the previous round has left: here it is, empty
 *     while (!send_queue_push(&queue))               // librdkafka has no room for all of it
 *         await_deliveries();
 *     send_queue_let_go(&queue);
 *     rd_kafka_destroy(rk);
 *     send_queue_close(&queue);
 *
 * All partitions are paused while a round is queued, and then resumed. If librdkafka has no room for the whole round, its first
 * part is sent, and the rest after the answers to that part.
 */
#ifndef SEND_QUEUE_H
#define SEND_QUEUE_H

#include "deliveries.h"
#include "round.h"
#include "send_errors.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>

struct send_queue {
    rd_kafka_t *kafka; /* borrowed, like the next three */
    rd_kafka_topic_t *handle;
    struct deliveries *deliveries;
    struct send_errors *errors;
    rd_kafka_topic_partition_list_t *partitions; /* all */
    struct round *round;
    size_t queued; /* how many events of the round librdkafka was given */
};

/* Takes over an empty round. */
void send_queue_open(struct send_queue *queue, const char *topic, struct round *round);

/* Call it before rd_kafka_destroy, which waits for everything that holds a partition. Afterwards nothing can be sent. */
void send_queue_let_go(struct send_queue *queue);

/* Call it after rd_kafka_destroy: until then librdkafka borrows the events. Nothing happens if it was not opened. */
void send_queue_close(struct send_queue *queue);

/* Takes over the round to send next, and returns the previous one, emptied. Call it when that one is acknowledged. */
struct round *send_queue_take(struct send_queue *queue, struct round *next);

/* Sends as much of the round as librdkafka has room for. True if this was all of it, and then if called again. */
bool send_queue_push(struct send_queue *queue);

bool send_queue_is_pushed(const struct send_queue *queue);

/* Drops what librdkafka was not given, and returns how many events these are. */
size_t send_queue_drop(struct send_queue *queue);

#endif
