/*
 * log_search.h - answers questions of the page from the log: which records have this key?
 *
 *     struct questions *search = log_search_start(brokers, "order-events", "order-aggregator", &properties);
 *     struct question *question = questions_ask(search, 0, "4711");
 *     …                                                // questions.h says how to take the answer
 *     questions_stop(search, 250);
 *
 *     {"topic":"order-events","order":"4711","found":1,"searched":8030,"held":8030,
 *      "records":[{"partition":3,"offset":1042,"timestamp":1732960000000,"eventId":"…","eventType":"DELIVERED"}]}
 *
 * Kafka has no index of keys, so this reads the log: from its end to its beginning, in chunks that have an equal number of offsets of each
 * partition, until it has read LOG_SEARCH_OFFSETS, or LOG_SEARCH_MS are over. "searched" is how many offsets it has read, of "held" that
 * the log has. "records" has the first LOG_SEARCH_RECORDS that it found, by partition and offset. eventId and eventType are null if the
 * record is no JSON object with such members; nothing checks that they are right.
 *
 * The client reads as no member of a group, and commits nothing. It needs the permission Read on the topic. It has the group's id only
 * because librdkafka demands one. It is closed when nobody has asked for a while.
 */
#ifndef LOG_SEARCH_H
#define LOG_SEARCH_H

#include "options.h"
#include "questions.h"

enum { LOG_SEARCH_OFFSETS = 1000000, LOG_SEARCH_MS = 3000, LOG_SEARCH_RECORDS = 500 };

/* Borrows all arguments until questions_stop. */
struct questions *log_search_start(const char *brokers, const char *topic, const char *group,
                                   const struct option_values *properties);

#endif
