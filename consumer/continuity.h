/*
 * continuity.h - checks whether records still come from the broker whose log was compared.
 *
 *     struct continuity continuity = { 0 };
 *     continuity_watch(&continuity, conf);                    // before rd_kafka_new
 *     continuity_begin(&continuity);                          // before the logs are compared
 *     continuity_expect(&continuity, partition, broker);      // the broker that was compared
 *     if (!continuity_holds(&continuity) || !continuity_is_of(&continuity, partition, broker))
 *         … compare again before this record is used
 *
 * A broker that restarts may have lost the last records of its logs, and a broker that becomes the leader may never have had
 * them. Either may hold new records at those offsets, and librdkafka does not notice. So a record is accepted only if it comes
 * from the broker that was compared, and if no connection has been made since. (A connection is counted before anything is
 * fetched over it, so a record from a new connection is never accepted.)
 */
#ifndef CONTINUITY_H
#define CONTINUITY_H

#include <librdkafka/rdkafka.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct continuity {
    atomic_int connections; /* made so far; counted in librdkafka's threads */
    int compared_at;        /* the number of connections at the comparison */
    int32_t *brokers;       /* by partition; -1: not known, so the first one is accepted */
    size_t partitions;
};

/* Counts connections until the handle that is created with `conf` is destroyed. */
void continuity_watch(struct continuity *continuity, rd_kafka_conf_t *conf);

void continuity_release(struct continuity *continuity);

/* Starts again, without expected brokers. */
void continuity_begin(struct continuity *continuity);

/* Sets the broker that is expected for the partition; -1: not known. */
void continuity_expect(struct continuity *continuity, int32_t partition, int32_t broker);

/* Whether no connection was made since continuity_begin. */
bool continuity_holds(const struct continuity *continuity);

/* Whether this broker is the one that is expected for the partition. */
bool continuity_is_of(struct continuity *continuity, int32_t partition, int32_t broker);

#endif
