/*
 * kafka_record.h - a message of librdkafka as a record.
 *
 *     struct record record = kafka_record(message);
 */
#ifndef KAFKA_RECORD_H
#define KAFKA_RECORD_H

#include "record.h"

#include <librdkafka/rdkafka.h>

/* Borrows the message, which is the record's handle. */
struct record kafka_record(rd_kafka_message_t *message);

#endif
