/*
 * kafka_end.h - destroys a librdkafka handle within a bounded time.
 *
 *     kafka_end(kafka);
 *
 * In librdkafka 2.0.2 a thread may never end if the topic was deleted. After a second, the rest of the handle is left until
 * the process ends.
 */
#ifndef KAFKA_END_H
#define KAFKA_END_H

#include <librdkafka/rdkafka.h>

void kafka_end(rd_kafka_t *kafka);

#endif
