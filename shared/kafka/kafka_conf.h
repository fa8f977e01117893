/*
 * kafka_conf.h - librdkafka configuration, the same way for all programs.
 *
 * The program's own settings come first, then the user's -X property=value.
 * Settings that the guarantees rest on are fixed: a -X that changes one of
 * them, by whatever name librdkafka knows for it, is refused, and so is one that
 * changes the brokers or the group, which have options of their own. A -X that
 * repeats a fixed value is taken. librdkafka's own log lines go to log.h.
 *
 *     static const struct kafka_setting SETTINGS[] = {
 *         { "acks", "all", KAFKA_FIXED },
 *         { "linger.ms", "20", KAFKA_DEFAULT },
 *         { 0 },
 *     };
 *     rd_kafka_conf_t *conf = kafka_conf_new("localhost:9092", SETTINGS, &properties, error);
 *
 * The caller owns the result: rd_kafka_new takes it, or rd_kafka_conf_destroy.
 */
#ifndef KAFKA_CONF_H
#define KAFKA_CONF_H

#include "options.h"

#include <librdkafka/rdkafka.h>

enum kafka_setting_kind {
    KAFKA_DEFAULT,
    KAFKA_FIXED,
    KAFKA_IF_KNOWN, /* a default, which older versions of librdkafka do not have */
};

struct kafka_setting {
    const char *name;
    const char *value;
    enum kafka_setting_kind kind;
};

enum { KAFKA_ERROR_SIZE = 512 };

/* `settings` end with a zeroed row. NULL, with the reason in `error`, when one is refused: exit 78. */
rd_kafka_conf_t *kafka_conf_new(const char *brokers, const struct kafka_setting *settings,
                                const struct option_values *properties, char error[KAFKA_ERROR_SIZE]);

#endif
