/*
 * compaction.h - refuses a topic that Kafka compacts.
 *
 *     if (!compaction_permits(kafka, "publisher", brokers, topic, settings->allow_compacted))
 *         return EX_CONFIG;
 *
 * The key of a record is the order id. Compaction keeps the newest record of a
 * key, so one event an order, and removes the others without a word.
 */
#ifndef COMPACTION_H
#define COMPACTION_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>

/*
 * False when the topic is compacted and that is not allowed. Logs why. True when the cluster
 * does not tell: that is logged too. Waits for 10 s at most: 5 s for each of two questions.
 */
bool compaction_permits(rd_kafka_t *kafka, const char *component, const char *brokers, const char *topic,
                        bool is_allowed);

#endif
