/*
 * outage.h - checks whether brokers can be reached, and reports outages to the user.
 *
 *     struct outage outage = { 0 };
 *
 *     outage_note_error(&outage, error, reason);    // in librdkafka's error callback
 *     outage_note_success(&outage);                 // a record or the answer to a commit arrived
 *     outage_look(&outage, kafka, reading);         // from time to time, as often as you like
 *
 * An error alone is not enough to detect an outage: one broker of several can be down
 * without harm, and librdkafka reports the same error only once in 30 s. When
 * everything has been read, there is no record and no commit to show that the brokers
 * are back. So this module sends requests to the brokers if nothing arrives for 5 s
 * after an error, or if librdkafka has lost all connections. Logs each change once.
 */
#ifndef OUTAGE_H
#define OUTAGE_H

#include "kafka_trouble.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct outage {
    struct kafka_trouble trouble; /* the latest error of a connection */
    bool is_away, is_stuck; /* what was logged: that no broker answers; that one answers, but nothing can be read */
    int64_t failed_at;      /* monotonic time in ms of the latest error; 0: there was none */
    int64_t failing_since;  /* monotonic time in ms of the first error after a success; 0: there was none */
    int64_t looked_at;
};

/* Takes the arguments of the error callback. Only errors of a connection count. */
void outage_note_error(struct outage *outage, int error, const char *reason);

void outage_note_success(struct outage *outage);

/*
 * If the state of the brokers is in doubt, asks them at most once per second, and
 * waits for at most three seconds for the answers. `reading` contains the partitions
 * that are read, each with the offset where reading started; NULL while nothing is read.
 */
void outage_look(struct outage *outage, rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *reading);

#endif
