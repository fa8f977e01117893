/*
 * topic_id.h - the id that a cluster gave to a topic when it was created.
 *
 *     char id[KAFKA_ID_SIZE];
 *     topic_id_find(kafka, "order-events", 5000, id);
 *
 * A topic that was recreated has a different id (KIP-516; in base64, as Kafka's tools print it).
 */
#ifndef TOPIC_ID_H
#define TOPIC_ID_H

#include "known_log.h"

#include <librdkafka/rdkafka.h>

/*
 * "" if it is not known: librdkafka is older than 2.12 (before 2.3 it has no such call, and the versions in between were not
 * tried), Kafka is older than 2.8 and has no ids, or no broker answers in time.
 */
void topic_id_find(rd_kafka_t *kafka, const char *topic, int timeout_ms, char id[KAFKA_ID_SIZE]);

#endif
