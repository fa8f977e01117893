/*
 * topic_config.h - reads the configuration of topics and brokers from the cluster.
 *
 *     struct topic_config config;
 *
 *     if (topic_config_ask(kafka, "order-events", 5000, &config) == CONFIG_KNOWN && config.is_compacted)
 *         … Kafka keeps only one event of each order
 *
 * Any client can ask, a producer as well as a consumer. The user needs the permission
 * DescribeConfigs on the topic or, for the configuration of a broker, on the cluster. Never logs.
 */
#ifndef TOPIC_CONFIG_H
#define TOPIC_CONFIG_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

enum config_result {
    CONFIG_KNOWN,
    CONFIG_FORBIDDEN, /* the user lacks DescribeConfigs */
    CONFIG_NO_ANSWER, /* no answer in time, or one without the value; also when the topic does not exist */
};

/* Kafka's names, with "_" for ".". A retention of -1 means no limit. */
struct topic_config {
    bool is_compacted;   /* cleanup.policy contains "compact" */
    bool is_append_time; /* message.timestamp.type */
    int64_t retention_ms, retention_bytes;
    int64_t max_message_bytes, min_insync_replicas;
};

/*
 * These two functions wait for at most twice `timeout_ms`: first until the cluster names its controller, then for the
 * answer. They fill the last argument only if the result is CONFIG_KNOWN.
 */
enum config_result topic_config_ask(rd_kafka_t *kafka, const char *topic, int timeout_ms, struct topic_config *config);

/* Whether the cluster checks permissions, according to one of its brokers. */
enum config_result broker_config_has_authorizer(rd_kafka_t *kafka, int broker, int timeout_ms, bool *has_authorizer);

#endif
