/*
 * check_topic.h - whether a topic is fit for a replay, given what Kafka says of it.
 *
 *     struct check_topic place = { "localhost:9092", "order-events", check_topic_replication(metadata), 3 };
 *
 *     check_topic_replicas(metadata, 3, findings);
 *     check_topic_config(&place, &config, 1000000, findings);
 *
 * Pure: asks nobody.
 */
#ifndef CHECK_TOPIC_H
#define CHECK_TOPIC_H

#include "findings.h"
#include "topic_config.h"

#include <librdkafka/rdkafka.h>
#include <stdint.h>

struct check_topic {
    const char *brokers, *topic; /* for the commands that correct something */
    int replication;             /* the smallest number of replicas of a partition */
    int broker_count;
};

/* Leaders, replicas that are in sync, and their number. */
void check_topic_replicas(const struct rd_kafka_metadata_topic *metadata, int broker_count, struct findings *findings);

int check_topic_replication(const struct rd_kafka_metadata_topic *metadata);

/* The producer sends up to `largest_batch` bytes at once. */
void check_topic_config(const struct check_topic *place, const struct topic_config *config, int64_t largest_batch,
                        struct findings *findings);

/* The names under which check_topic_config adds findings, for whoever cannot know the configuration. Ends with NULL. */
extern const char *const CHECK_TOPIC_CONFIG_NAMES[];

#endif
