/*
 * start_finder.h - finds which log each partition contains, and where to start reading it.
 *
 *     struct start_finder finder = { .kafka = kafka, .peek = peek, .topic = topic };
 *
 *     failed = start_finder_find(&finder, list, &known, starts, &continuity);
 *     // starts[i] and list->elems[i].offset are where to start in the partition list->elems[i]
 *     failed = start_finder_find_logs(&finder, list, &known, logs);
 *     // logs[i] is the log that the partition list->elems[i] contains
 *
 * `list` contains the partitions. Logs what the user must know before reading starts: that a partition contains a different
 * log, or that records were deleted.
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
 * Begins *continuity after connecting to the leaders and before comparing the logs: records read from the start positions are
 * valid only while *continuity holds. Returns an error, and the results are undefined, if the brokers do not answer.
 */
rd_kafka_resp_err_t start_finder_find(struct start_finder *finder, rd_kafka_topic_partition_list_t *list,
                                      const struct known_logs *known, struct start *starts,
                                      struct continuity *continuity);

/* Uses connections other than the member's, so it does not wait for the member's fetches. Errors as above. */
rd_kafka_resp_err_t start_finder_find_logs(struct start_finder *finder, const rd_kafka_topic_partition_list_t *list,
                                           const struct known_logs *known, struct log_now *logs);

#endif
