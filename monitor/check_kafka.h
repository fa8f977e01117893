/*
 * check_kafka.h - whether a topic and a group are fit for a replay, as Kafka tells.
 *
 *     struct check_kafka_settings settings = { "localhost:9092", "order-events", "order-aggregator", &properties };
 *     int partitions = check_kafka(&settings, findings);
 *
 * Changes nothing: see may_commit in the .c for the one request that could. What the user may not ask is unknown.
 */
#ifndef CHECK_KAFKA_H
#define CHECK_KAFKA_H

#include "findings.h"
#include "options.h"

struct check_kafka_settings {
    const char *brokers, *topic, *group;
    const struct option_values *properties; /* -X */
};

enum {
    CHECK_KAFKA_AWAY = -2,    /* no broker answers, as the findings say */
    CHECK_KAFKA_REFUSED = -3, /* librdkafka refuses the configuration, as the findings say */
};

/* How many partitions the topic has; 0 when it is missing; -1 when the user may not know. Takes half a minute at most. */
int check_kafka(const struct check_kafka_settings *settings, struct findings *findings);

#endif
