/*
 * librdkafka accepts a property under several names: aliases, and topic properties
 * also with the prefix "topic.". So fixed properties are compared by value: each -X
 * is applied, and then refused if it has changed a fixed value.
 */
#include "kafka_conf.h"

#include "log.h"
#include "memory.h"
#include "reason.h"

#include <stdlib.h>
#include <string.h>

enum { KNOWS_CONSUMER_PROTOCOL = 0x020a0000 };

/* Properties that the programs' own options set. */
static const struct {
    const char *name, *advice;
} OPTIONS[] = {
    { "bootstrap.servers", "--brokers or KAFKA_BROKERS names other ones; leave one of the two out" },
    { "group.id", "the group comes from --group or ORDER_GROUP" },
};

static void forward_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    enum { SYSLOG_WARNING = 4, SYSLOG_INFO = 6 };

    (void)rk;
    if (level <= SYSLOG_WARNING) /* librdkafka retries after its "errors" */
        log_warn("librdkafka", "%s: %s", facility, text);
    else if (level <= SYSLOG_INFO)
        log_info("librdkafka", "%s: %s", facility, text);
    else
        log_debug("librdkafka", "%s: %s", facility, text);
}

/* On the heap; empty if the property has no value. */
static char *value_of(const rd_kafka_conf_t *conf, const char *name)
{
    size_t size = 0;
    char *value;

    if (rd_kafka_conf_get(conf, name, NULL, &size) != RD_KAFKA_CONF_OK)
        size = 0;
    value = checked(calloc(1, size + 1));
    if (size > 0)
        rd_kafka_conf_get(conf, name, value, &size);
    return value;
}

static bool differs(const rd_kafka_conf_t *one, const rd_kafka_conf_t *other, const char *name)
{
    char *value = value_of(one, name), *other_value = value_of(other, name);
    bool different = strcmp(value, other_value) != 0;

    free(value);
    free(other_value);
    return different;
}

/* Why `conf` conflicts with the program's own settings, or NULL. */
static const char *find_change(const rd_kafka_conf_t *conf, const rd_kafka_conf_t *own,
                               const struct kafka_setting *settings)
{
    for (size_t i = 0; i < sizeof(OPTIONS) / sizeof(OPTIONS[0]); i++) {
        if (differs(conf, own, OPTIONS[i].name))
            return OPTIONS[i].advice;
    }
    for (; settings->name; settings++) {
        if ((settings->kind == KAFKA_FIXED || settings->kind == KAFKA_CLASSIC) && differs(conf, own, settings->name))
            return "the guarantees depend on it";
    }
    return NULL;
}

static bool set(rd_kafka_conf_t *conf, const char *name, const char *value, char error[REASON_SIZE])
{
    return rd_kafka_conf_set(conf, name, value, error, REASON_SIZE) == RD_KAFKA_CONF_OK;
}

static bool set_property(rd_kafka_conf_t *conf, const rd_kafka_conf_t *own, const struct kafka_setting *settings,
                         const char *property, char error[REASON_SIZE])
{
    const char *equals = strchr(property, '='), *reason;
    char name[128];

    if (!equals || equals == property || (size_t)(equals - property) >= sizeof(name))
        return reason_set(error, "-X needs property=value, not '%.100s'", property);
    snprintf(name, sizeof(name), "%.*s", (int)(equals - property), property);
    if (strcmp(property, "group.protocol=consumer") == 0 && rd_kafka_version() < KNOWS_CONSUMER_PROTOCOL)
        return reason_set(error, "%s needs librdkafka 2.10 or later; this is %s", property, rd_kafka_version_str());
    if (!set(conf, name, equals + 1, error))
        return false;
    reason = find_change(conf, own, settings);
    return !reason || reason_set(error, "property %s cannot be changed: %s", name, reason);
}

/* The value, if this is the property. */
static const char *value_for(const char *property, const char *name)
{
    size_t length = strlen(name);

    return strncmp(property, name, length) == 0 && property[length] == '=' ? property + length + 1 : NULL;
}

static bool set_properties(rd_kafka_conf_t *conf, bool has_group, const struct kafka_setting *settings,
                           const struct option_values *properties, char error[REASON_SIZE])
{
    rd_kafka_conf_t *own = rd_kafka_conf_dup(conf);
    bool good = true;

    for (size_t i = 0; i < properties->count && good; i++) {
        if (has_group || !value_for(properties->values[i], "group.id"))
            good = set_property(conf, own, settings, properties->values[i], error);
    }
    rd_kafka_conf_destroy(own);
    return good;
}

bool kafka_conf_is(const rd_kafka_conf_t *conf, const char *name, const char *value)
{
    char *now = value_of(conf, name);
    bool is = strcmp(now, value) == 0;

    free(now);
    return is;
}

bool kafka_conf_uses_consumer_protocol(const struct option_values *properties)
{
    bool uses = false;

    for (size_t i = 0; i < properties->count; i++) {
        const char *value = value_for(properties->values[i], "group.protocol");

        if (value)
            uses = strcmp(value, "consumer") == 0;
    }
    return uses;
}

static bool is_classic(const struct kafka_setting *setting)
{
    return setting->kind == KAFKA_CLASSIC || setting->kind == KAFKA_CLASSIC_DEFAULT;
}

static bool fill(rd_kafka_conf_t *conf, const char *brokers, const char *group, const struct kafka_setting *settings,
                 bool is_consumer_protocol, char error[REASON_SIZE])
{
    if (!set(conf, "bootstrap.servers", brokers, error) || (group && !set(conf, "group.id", group, error)))
        return false;
    for (const struct kafka_setting *setting = settings; setting->name; setting++) {
        rd_kafka_conf_res_t result;

        if (is_consumer_protocol && is_classic(setting))
            continue;
        result = rd_kafka_conf_set(conf, setting->name, setting->value, error, REASON_SIZE);
        if (result != RD_KAFKA_CONF_OK && !(result == RD_KAFKA_CONF_UNKNOWN && setting->kind == KAFKA_IF_KNOWN))
            return false;
    }
    return true;
}

const char kafka_default_brokers[] = "localhost:9092";

const char *kafka_conf_brokers(const char *brokers, const struct option_values *properties)
{
    static const char *const NAMES[] = { "bootstrap.servers", "metadata.broker.list" };

    if (brokers != kafka_default_brokers)
        return brokers;
    for (size_t i = 0; i < properties->count; i++) {
        for (size_t j = 0; j < sizeof(NAMES) / sizeof(NAMES[0]); j++) {
            const char *value = value_for(properties->values[i], NAMES[j]);

            if (value && *value)
                brokers = value;
        }
    }
    return brokers;
}

rd_kafka_conf_t *kafka_conf_new(const char *brokers, const char *group, const struct kafka_setting *settings,
                                const struct option_values *properties, char error[REASON_SIZE])
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set_log_cb(conf, forward_log);
    if (fill(conf, brokers, group, settings, kafka_conf_uses_consumer_protocol(properties), error) &&
        set_properties(conf, group, settings, properties, error))
        return conf;
    rd_kafka_conf_destroy(conf);
    return NULL;
}
