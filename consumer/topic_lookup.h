/*
 * topic_lookup.h - asks a broker whether the topic exists, and how many partitions it has.
 *
 *     struct topic_lookup lookup = { .kafka = kafka, .brokers = brokers, .topic = topic,
 *                                    .refusals = &refusals, .trouble = &outage.trouble };
 *
 *     if (topic_lookup_find(&lookup, error) == SOURCE_FOUND && !topic_lookup_count(&lookup, kafka, &partitions))
 *         …
 *
 * Logs nothing. `error` contains the message.
 */
#ifndef TOPIC_LOOKUP_H
#define TOPIC_LOOKUP_H

#include "kafka_trouble.h"
#include "refusals.h"
#include "source.h"

#include <librdkafka/rdkafka.h>

struct topic_lookup {
    rd_kafka_t *kafka;
    const char *brokers, *topic;
    const struct refusals *refusals;
    const struct kafka_trouble *trouble; /* where the handle's error callback notes why no broker answers */
};

/* Call it before anything is read. */
enum source_lookup topic_lookup_find(const struct topic_lookup *lookup, char error[SOURCE_ERROR_SIZE]);

/* Uses the connections of `kafka`. *partitions is 0 on an error. */
rd_kafka_resp_err_t topic_lookup_count(const struct topic_lookup *lookup, rd_kafka_t *kafka, int *partitions);

#endif
