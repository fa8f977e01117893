/*
 * continuity.h - whether records still come from where the log was compared.
 *
 *     struct continuity continuity = { 0 };
 *     continuity_watch(&continuity, conf);                    // before rd_kafka_new
 *     continuity_begin(&continuity);                          // before the logs are compared
 *     continuity_expect(&continuity, partition, broker);      // the broker that was compared
 *     if (!continuity_holds(&continuity) || !continuity_is_of(&continuity, partition, broker))
 *         … compare again before this record is used
 *
 * A broker that comes back may have lost the last records of its logs, and another that takes over may never have had them;
 * either may have new ones at their offsets, and librdkafka reads on without a word. So a record counts only while no connection to
 * a broker has come up since the comparison, and it comes from the same broker. (A connection is counted before anything
 * is fetched by it, so a record that was fetched by a new one never passes.)
 */
#ifndef CONTINUITY_H
#define CONTINUITY_H

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct continuity {
    atomic_int connections; /* that came up; counted in librdkafka's threads */
    int compared_at;        /* how many there were at the comparison */
    int32_t *brokers;       /* by partition; -1: any, the first one counts */
    size_t partitions;
};

/* Counts until the handle that is made of `conf` is destroyed. */
void continuity_watch(struct continuity *continuity, rd_kafka_conf_t *conf);

void continuity_release(struct continuity *continuity);

/* From now on. Forgets which brokers were expected. */
void continuity_begin(struct continuity *continuity);

/* A broker of -1 is not known. */
void continuity_expect(struct continuity *continuity, int32_t partition, int32_t broker);

/* No connection came up since continuity_begin. */
bool continuity_holds(const struct continuity *continuity);

/* A record of this partition may come from this broker. */
bool continuity_is_of(struct continuity *continuity, int32_t partition, int32_t broker);

#endif
