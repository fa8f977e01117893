/*
 * kafka_end.h - destroys a librdkafka handle, and does not wait for ever.
 *
 *     kafka_end(kafka);
 *
 * In librdkafka 2.0.2 a thread may never end when the topic was deleted meanwhile. After a second what is left of the handle
 * ends with the process.
 */
#ifndef KAFKA_END_H
#define KAFKA_END_H

#include <librdkafka/rdkafka.h>

void kafka_end(rd_kafka_t *kafka);

#endif
