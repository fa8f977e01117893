/*
 * kafka_record.h - converts a message of librdkafka to a record.
 *
 *     struct record record = kafka_record(message);
 */
#ifndef KAFKA_RECORD_H
#define KAFKA_RECORD_H

#include "record.h"

#include <librdkafka/rdkafka.h>

/* Borrows the message, which is the record's handle. */
struct record kafka_record(rd_kafka_message_t *message);

/* The partition of a key in a topic with this many partitions, by murmur2: the default of Kafka and order-producer. */
int32_t kafka_partition_of(const char *key, size_t length, int32_t partitions);

#endif
