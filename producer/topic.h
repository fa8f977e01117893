/*
 * topic.h - the topic that events go to: found, or made.
 *
 *     struct topic topic = { .rk = rk, .brokers = brokers, .name = "order-events", .trouble = &trouble };
 *
 *     if (!topic_prepare(&topic, &status) || !topic_await(&topic, &status))
 *         return status;
 *     printf("%d partitions\n", topic.partitions);
 *
 * No topic is created by asking for it, also where brokers would do that. Logs
 * what is wrong. `*status` is then the exit status: 69 no broker or no topic, 75
 * stopped or too slow, 78 a password or a certificate is refused.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "kafka_trouble.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct topic {
    rd_kafka_t *rk;
    const char *brokers, *name;
    int64_t create_partitions;           /* create it with so many when it is missing; 0: do not */
    const struct kafka_trouble *trouble; /* where the error callback of `rk` notes what it is told */
    int partitions;                      /* when it was asked for last; 0: there is no such topic */
};

/* Finds it, or has it created. */
bool topic_prepare(struct topic *topic, int *status);

/* Waits until it is there: brokers hear of a new one in turn. */
bool topic_await(struct topic *topic, int *status);

/* How many partitions it has now, 0: there is no such topic. False when there is no answer, for which it waits 0.2 s. */
bool topic_count_partitions(const struct topic *topic, int *partitions);

#endif
