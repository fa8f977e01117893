/*
 * start_finder.h - finds which log each partition holds, and where to start reading it.
 *
 *     struct start_finder finder = { .kafka = kafka, .peek = peek, .topic = topic };
 *
 *     failed = start_finder_find(&finder, list, &known, starts, &continuity);
 *     // starts[i] and list->elems[i].offset say where to start in the partition list->elems[i]
 *     failed = start_finder_find_logs(&finder, list, &known, logs);
 *     // logs[i] is the log that the partition list->elems[i] holds
 *
 * `list` names the partitions. Logs what the user has to know before reading starts: that a partition holds another log, or
 * that records were deleted.
 */
#ifndef START_FINDER_H
#define START_FINDER_H

#include "continuity.h"
#include "known_log.h"
#include "peek.h"
#include "recognise.h"
#include "start.h"

#include <librdkafka/rdkafka.h>

struct start_finder {
    rd_kafka_t *kafka; /* the group's member */
    struct peek *peek;
    const char *topic;
    struct log_identity identity; /* as of the last call */
};

/*
 * Begins *continuity after the leaders were connected to and before the logs are compared: what is read from the start
 * positions counts only while *continuity holds. An error, and nothing is known, where no broker says what is needed.
 */
rd_kafka_resp_err_t start_finder_find(struct start_finder *finder, rd_kafka_topic_partition_list_t *list,
                                      const struct known_logs *known, struct start *starts,
                                      struct continuity *continuity);

/* Through connections that are not the member's, so it does not wait behind its fetches. Errors as above. */
rd_kafka_resp_err_t start_finder_find_logs(struct start_finder *finder, const rd_kafka_topic_partition_list_t *list,
                                           const struct known_logs *known, struct log_now *logs);

#endif
