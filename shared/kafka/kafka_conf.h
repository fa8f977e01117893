/*
 * kafka_conf.h - librdkafka configuration, the same way for all programs.
 *
 * The program's own settings come first, then the user's -X property=value.
 * Settings that the guarantees rest on are fixed: a -X that changes one of
 * them, by whatever name librdkafka knows for it, is refused, and so is one that
 * changes the brokers or the group, which have options of their own. A -X that
 * repeats a fixed value is taken, so that one file of properties may serve other
 * programs too: it may name the brokers, where no option does, and the group.
 * librdkafka's own log lines go to log.h.
 *
 *     static const struct kafka_setting SETTINGS[] = {
 *         { "acks", "all", KAFKA_FIXED },
 *         { "linger.ms", "20", KAFKA_DEFAULT },
 *         { 0 },
 *     };
 *     rd_kafka_conf_t *conf = kafka_conf_new("localhost:9092", NULL, SETTINGS, &properties, error);
 *
 * The caller owns the result: rd_kafka_new takes it, or rd_kafka_conf_destroy.
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
    KAFKA_CLASSIC_DEFAULT, /* a default, and left out there too */
    KAFKA_IF_KNOWN,        /* a default, which older versions of librdkafka do not have */
};

struct kafka_setting {
    const char *name;
    const char *value;
    enum kafka_setting_kind kind;
};

/* What the option --brokers holds where it is not given; told by its address. */
extern const char kafka_default_brokers[];

/* The brokers that the option gives, and where it is not given those that a property names, the last one. Borrowed. */
const char *kafka_conf_brokers(const char *brokers, const struct option_values *properties);

/* Whether a property has this value. */
bool kafka_conf_is(const rd_kafka_conf_t *conf, const char *name, const char *value);

/*
 * `group` is NULL for a client without one: then the property is ignored. `settings` end with a zeroed row. NULL, with the
 * reason in `error`, when one is refused: exit 78.
 */
rd_kafka_conf_t *kafka_conf_new(const char *brokers, const char *group, const struct kafka_setting *settings,
                                const struct option_values *properties, char error[REASON_SIZE]);

#endif
