#include "topic_config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Takes one setting of a topic or a broker. */
typedef void take_setting(void *into, const char *name, const char *value);

static enum config_result take(rd_kafka_event_t *answer, take_setting *take_one, void *into)
{
    const rd_kafka_DescribeConfigs_result_t *result = rd_kafka_event_DescribeConfigs_result(answer);
    const rd_kafka_ConfigResource_t **resources;
    const rd_kafka_ConfigEntry_t **entries;
    rd_kafka_resp_err_t error;
    size_t count = 0;

    if (!result || rd_kafka_event_error(answer))
        return CONFIG_NO_ANSWER;
    resources = rd_kafka_DescribeConfigs_result_resources(result, &count);
    if (count != 1)
        return CONFIG_NO_ANSWER;
    error = rd_kafka_ConfigResource_error(resources[0]);
    if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED ||
        error == RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED)
        return CONFIG_FORBIDDEN;
    if (error)
        return CONFIG_NO_ANSWER;
    entries = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (size_t i = 0; i < count; i++) {
        const char *value = rd_kafka_ConfigEntry_value(entries[i]);

        take_one(into, rd_kafka_ConfigEntry_name(entries[i]), value ? value : "");
    }
    return CONFIG_KNOWN;
}

/* librdkafka sends the request to the controller. Without a controller it would wait for the whole timeout. */
static bool has_controller(rd_kafka_t *kafka, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    bool is_there = false;

    if (rd_kafka_metadata(kafka, 0, NULL, &metadata, timeout_ms) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return false;
    for (int i = 0; i < metadata->broker_cnt; i++)
        is_there = is_there || metadata->brokers[i].id == rd_kafka_controllerid(kafka, 0);
    rd_kafka_metadata_destroy(metadata);
    return is_there;
}

static enum config_result ask(rd_kafka_t *kafka, rd_kafka_ResourceType_t type, const char *name, int timeout_ms,
                              take_setting *take_one, void *into)
{
    rd_kafka_ConfigResource_t *resource = rd_kafka_ConfigResource_new(type, name);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);
    enum config_result result = CONFIG_NO_ANSWER;

    if (resource && has_controller(kafka, timeout_ms)) {
        rd_kafka_event_t *answer;

        rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, NULL, 0);
        rd_kafka_DescribeConfigs(kafka, &resource, 1, options, queue);
        answer = rd_kafka_queue_poll(queue, timeout_ms);
        if (answer) {
            result = take(answer, take_one, into);
            rd_kafka_event_destroy(answer);
        }
    }
    if (resource)
        rd_kafka_ConfigResource_destroy(resource);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    return result;
}

static void take_of_topic(void *into, const char *name, const char *value)
{
    struct topic_config *config = into;
    const struct {
        const char *name;
        int64_t *number;
    } numbers[] = {
        { "retention.ms", &config->retention_ms },
        { "retention.bytes", &config->retention_bytes },
        { "max.message.bytes", &config->max_message_bytes },
        { "min.insync.replicas", &config->min_insync_replicas },
    };

    if (strcmp(name, "cleanup.policy") == 0)
        config->is_compacted = strstr(value, "compact") != NULL;
    if (strcmp(name, "message.timestamp.type") == 0)
        config->is_append_time = strcmp(value, "LogAppendTime") == 0;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        if (strcmp(name, numbers[i].name) == 0)
            *numbers[i].number = strtoll(value, NULL, 10);
    }
}

enum config_result topic_config_ask(rd_kafka_t *kafka, const char *topic, int timeout_ms, struct topic_config *config)
{
    struct topic_config found = { .retention_ms = -1, .retention_bytes = -1 };
    enum config_result result = ask(kafka, RD_KAFKA_RESOURCE_TOPIC, topic, timeout_ms, take_of_topic, &found);

    if (result == CONFIG_KNOWN)
        *config = found;
    return result;
}

static void take_authorizer(void *into, const char *name, const char *value)
{
    if (strcmp(name, "authorizer.class.name") == 0)
        *(bool *)into = value[0] != '\0';
}

enum config_result broker_config_has_authorizer(rd_kafka_t *kafka, int broker, int timeout_ms, bool *has_authorizer)
{
    char name[16];
    bool found = true;
    enum config_result result;

    snprintf(name, sizeof(name), "%d", broker);
    result = ask(kafka, RD_KAFKA_RESOURCE_BROKER, name, timeout_ms, take_authorizer, &found);
    if (result == CONFIG_KNOWN)
        *has_authorizer = found;
    return result;
}
