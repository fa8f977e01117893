/*
 * outage.h - whether brokers can be reached, and what the user is told of it.
 *
 *     struct outage outage = { 0 };
 *
 *     outage_note_error(&outage, error, reason);    // in librdkafka's error callback
 *     outage_note_success(&outage);                 // a record has come, or the answer to a commit
 *     outage_look(&outage, kafka, reading);         // now and then, as often as you like
 *
 * An error alone says little: one broker of several can be down without harm, and
 * librdkafka reports the same error only once in 30 s. When everything has been
 * read, there is no record and no commit to show that the brokers are back. So
 * the brokers are asked if nothing arrives for 5 s after an error, or if
 * librdkafka has lost all of them. Logs each change once.
 */
#ifndef OUTAGE_H
#define OUTAGE_H

#include "kafka_trouble.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct outage {
    struct kafka_trouble trouble; /* the latest error of a connection */
    bool is_away, is_stuck; /* what the user was told: no broker answers; a broker answers, but nothing can be read */
    int64_t failed_at;      /* monotonic time in ms of the latest error; 0: there was none */
    int64_t failing_since;  /* monotonic time in ms of the first error after a success; 0: there was none */
    int64_t looked_at;
};

/* What the error callback is given. Errors that are not of a connection do not count. */
void outage_note_error(struct outage *outage, int error, const char *reason);

void outage_note_success(struct outage *outage);

/*
 * While there is something to find out, asks at most once a second, and waits at
 * most three seconds for the answers. `reading` has the partitions that are read,
 * each with the offset where reading started; NULL while nothing is read.
 */
void outage_look(struct outage *outage, rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *reading);

#endif
