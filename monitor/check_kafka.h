/*
 * check_kafka.h - checks whether a topic and a group in Kafka are suitable for a replay.
 *
 *     struct check_kafka_settings settings = { "localhost:9092", "order-events", "order-aggregator", &properties };
 *     int partitions = check_kafka(&settings, findings);
 *
 * It changes nothing: may_commit in the .c explains the only request that could. If the user lacks the permission for a check,
 * its result is unknown.
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
    CHECK_KAFKA_AWAY = -2,    /* no broker answers; see the findings */
    CHECK_KAFKA_REFUSED = -3, /* librdkafka refuses the configuration; see the findings */
};

/*
 * The number of partitions of the topic; 0 if it is missing; -1 if the user may not see it, or on another error of the topic.
 * Takes at most half a minute.
 */
int check_kafka(const struct check_kafka_settings *settings, struct findings *findings);

#endif
