/*
 * placement.h - where to read in partitions, after their logs were recognised.
 *
 *     struct placement placement;
 *     placement_init(&placement, kafka, peek, topic);
 *     failed = placement_find_starts(&placement, list, &known, starts, &continuity);   // list has the committed offsets, then the starts
 *
 * Logs what the user has to know: another log, records that were deleted.
 */
#ifndef PLACEMENT_H
#define PLACEMENT_H

#include "continuity.h"
#include "known_log.h"
#include "peek.h"
#include "recognise.h"
#include "start.h"

#include <librdkafka/rdkafka.h>

struct placement {
    rd_kafka_t *kafka;
    struct peek *peek;
    const char *topic;
    struct log_identity identity; /* as of the last call */
};

/*
 * logs[i] for list->elems[i], which says what partition. An error where no broker says it. Begins *continuity, if that
 * is not NULL, between the connection to the leaders and the comparison.
 */
rd_kafka_resp_err_t placement_find_logs(struct placement *placement, const rd_kafka_topic_partition_list_t *list,
                                        const struct known_logs *known, struct log_now *logs,
                                        struct continuity *continuity);

/*
 * starts[i] for list->elems[i], which comes with the committed offset and gets the one to read from. What is read from
 * there is to be held against *continuity.
 */
rd_kafka_resp_err_t placement_find_starts(struct placement *placement, rd_kafka_topic_partition_list_t *list,
                                          const struct known_logs *known, struct start *starts,
                                          struct continuity *continuity);

#endif
