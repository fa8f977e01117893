/*
 * check_kafka.h - checks with Kafka whether a topic and a group are fit for a replay.
 *
 *     struct check_kafka_settings settings = { "localhost:9092", "order-events", "order-aggregator", &properties };
 *     int partitions = check_kafka(&settings, findings);
 *
 * It changes nothing: may_commit in the .c explains the only request that could. A check that the user may not make is unknown.
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

/* The number of partitions of the topic; 0 if it is missing; -1 if the user may not see it. Takes half a minute at most. */
int check_kafka(const struct check_kafka_settings *settings, struct findings *findings);

#endif
