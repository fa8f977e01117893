/*
 * compaction.h - refuses a topic that Kafka compacts.
 *
 *     if (!compaction_permits(kafka, "publisher", brokers, topic, settings->allow_compacted))
 *         return EX_CONFIG;
 *
 * The key of a record is the order id. Compaction keeps only the newest record of
 * each key: one event of each order. It silently removes the others.
 */
#ifndef COMPACTION_H
#define COMPACTION_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/*
 * False if the topic is compacted and that is not allowed; logs the reason. True if the
 * cluster does not answer the question, which is also logged. Makes two requests of at most 5 s each.
 */
bool compaction_permits(rd_kafka_t *kafka, const char *component, const char *brokers, const char *topic,
                        bool is_allowed);

#endif
