#include "kafka_conf.h"

#include "log.h"

#include <string.h>

static void forward_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    enum { SYSLOG_WARNING = 4, SYSLOG_INFO = 6 };

    (void)rk;
    if (level <= SYSLOG_WARNING) /* what librdkafka calls errors, it retries */
        log_warn("librdkafka", "%s: %s", facility, text);
    else if (level <= SYSLOG_INFO)
        log_info("librdkafka", "%s: %s", facility, text);
    else
        log_debug("librdkafka", "%s: %s", facility, text);
}

static bool is_fixed(const struct kafka_setting *settings, const char *name)
{
    for (; settings->name; settings++) {
        if (settings->kind == KAFKA_FIXED && strcmp(settings->name, name) == 0)
            return true;
    }
    return false;
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, char *error)
{
    return rd_kafka_conf_set(conf, name, value, error, KAFKA_ERROR_SIZE) == RD_KAFKA_CONF_OK;
}

static bool set_property(rd_kafka_conf_t *conf, const struct kafka_setting *settings, const char *property, char *error)
{
    const char *equals = strchr(property, '=');
    char name[128];

    if (!equals || equals == property || (size_t)(equals - property) >= sizeof(name)) {
        snprintf(error, KAFKA_ERROR_SIZE, "-X needs property=value, not '%.100s'", property);
        return false;
    }
    snprintf(name, sizeof(name), "%.*s", (int)(equals - property), property);
    if (is_fixed(settings, name)) {
        snprintf(error, KAFKA_ERROR_SIZE, "property %s cannot be changed: the guarantees rest on it", name);
        return false;
    }
    return set(conf, name, equals + 1, error);
}

static bool fill(rd_kafka_conf_t *conf, const char *brokers, const struct kafka_setting *settings,
                 const struct option_values *properties, char *error)
{
    if (!set(conf, "bootstrap.servers", brokers, error))
        return false;
    for (const struct kafka_setting *setting = settings; setting->name; setting++) {
        rd_kafka_conf_res_t result = rd_kafka_conf_set(conf, setting->name, setting->value, error, KAFKA_ERROR_SIZE);

        if (result != RD_KAFKA_CONF_OK && !(result == RD_KAFKA_CONF_UNKNOWN && setting->kind == KAFKA_IF_KNOWN))
            return false;
    }
    for (size_t i = 0; i < properties->count; i++) {
        if (!set_property(conf, settings, properties->values[i], error))
            return false;
    }
    return true;
}

rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting *settings,
                                const struct option_values *properties, char error[KAFKA_ERROR_SIZE])
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, forward_log);
    if (fill(conf, brokers, settings, properties, error))
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}
