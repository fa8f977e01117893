/*
 * check_topic.h - checks whether a topic is suitable for a replay, from its metadata and configuration.
 *
 *     struct check_topic place = { "localhost:9092", "order-events", check_topic_replication(metadata), 3 };
 *
 *     check_topic_replicas(metadata, 3, findings);
 *     check_topic_config(&place, &config, 1000000, findings);
 *
 * Pure: no I/O.
 */
#ifndef CHECK_TOPIC_H
#define CHECK_TOPIC_H

#include "findings.h"
#include "topic_config.h"

#include <librdkafka/rdkafka.h>
#include <stdint.h>

struct check_topic {
    const char *brokers, *topic; /* for the commands that fix a problem */
    int replication;             /* the smallest number of replicas of a partition */
    int broker_count;
};

/* Checks the leaders, the in-sync replicas, and the number of replicas. */
void check_topic_replicas(const struct rd_kafka_metadata_topic *metadata, int broker_count, struct findings *findings);

int check_topic_replication(const struct rd_kafka_metadata_topic *metadata);

/* Checks the configuration. The producer sends up to `largest_batch` bytes at once. */
void check_topic_config(const struct check_topic *place, const struct topic_config *config, int64_t largest_batch,
                        struct findings *findings);

/* The names of check_topic_config's findings, for a caller that cannot read the configuration. Ends with NULL. */
extern const char *const CHECK_TOPIC_CONFIG_NAMES[];

#endif
