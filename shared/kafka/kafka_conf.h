/*
 * kafka_conf.h - builds the librdkafka configuration of all programs.
 *
 * The program's own settings come first, then the user's -X property=value.
 * Settings that the guarantees depend on are fixed: a -X that changes one of them,
 * under any of its names, is refused. So is one that changes the brokers or the
 * group, which have their own options. A -X that repeats a fixed value is accepted,
 * so that other programs can use the same file of properties. The file may also
 * name the brokers, if no option does, and the group. librdkafka's log lines go to
 * log.h.
 *
 *     static const struct kafka_setting SETTINGS[] = {
 *         { "acks", "all", KAFKA_FIXED },
 *         { "linger.ms", "20", KAFKA_DEFAULT },
 *         { 0 },
 *     };
 *     rd_kafka_conf_t *conf = kafka_conf_new("localhost:9092", NULL, SETTINGS, &properties, error);
 *
 * The caller owns the result, and passes it to rd_kafka_new or rd_kafka_conf_destroy.
 */
#ifndef KAFKA_CONF_H
#define KAFKA_CONF_H

#include "options.h"
#include "reason.h"

#include <librdkafka/rdkafka.h>

enum kafka_setting_kind {
    KAFKA_DEFAULT,
    KAFKA_FIXED,
    KAFKA_CLASSIC,         /* fixed, and left out with group.protocol=consumer, which does not allow it */
    KAFKA_CLASSIC_DEFAULT, /* a default, also left out with group.protocol=consumer */
    KAFKA_IF_KNOWN,        /* a default, left out if this version of librdkafka does not have the property */
};

struct kafka_setting {
    const char *name;
    const char *value;
    enum kafka_setting_kind kind;
};

/* The value of --brokers if the option is not given. It is recognised by its address in memory. */
extern const char kafka_default_brokers[];

/* The brokers of the option or, if it is not given, of the last property that names them. Borrowed. */
const char *kafka_conf_brokers(const char *brokers, const struct option_values *properties);

/* Whether the last property group.protocol is "consumer". */
bool kafka_conf_uses_consumer_protocol(const struct option_values *properties);

/* Whether a property has this value. */
bool kafka_conf_is(const rd_kafka_conf_t *conf, const char *name, const char *value);

/*
 * `group` is NULL for a client without a group: then the property group.id is ignored. `settings` end with a zeroed row.
 * NULL, with the reason in `error`, if a setting or property is refused: exit 78.
 */
rd_kafka_conf_t *kafka_conf_new(const char *brokers, const char *group, const struct kafka_setting *settings,
                                const struct option_values *properties, char error[REASON_SIZE]);

#endif
