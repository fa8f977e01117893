#include "compaction.h"

#include "log.h"
#include "topic_config.h"

enum { ANSWER_MS = 5000 };

static bool judge(const char *component, const char *brokers, const char *topic, bool is_allowed)
{
    if (is_allowed) {
        log_warn(component, "topic %s is compacted: Kafka keeps only one event of each order and removes the others",
                 topic);
        return true;
    }
    log_error(
        component,
        "topic %s is compacted: Kafka keeps only one event of each order and removes the others; change that with "
        "kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config "
        "cleanup.policy=delete, or use the topic as it is with --allow-compacted",
        topic, brokers, topic);
    return false;
}

bool compaction_permits(rd_kafka_t *kafka, const char *component, const char *brokers, const char *topic,
                        bool is_allowed)
{
    struct topic_config config;

    switch (topic_config_ask(kafka, topic, ANSWER_MS, &config)) {
    case CONFIG_KNOWN:
        return !config.is_compacted || judge(component, brokers, topic, is_allowed);
    case CONFIG_FORBIDDEN:
        log_info(component, "cannot tell whether topic %s is compacted: no permission for DescribeConfigs", topic);
        break;
    case CONFIG_NO_ANSWER:
        log_info(component, "cannot tell whether topic %s is compacted: Kafka does not say", topic);
        break;
    }
    return true;
}
