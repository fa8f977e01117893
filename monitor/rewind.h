/*
 * rewind.h - sets the offsets of a group back, in a thread of its own.
 *
 *     const struct rewind_request request = { brokers, "order-events", "order-aggregator", &properties, 6, 1000, 30000 };
 *     struct rewind *rewind = rewind_start(&request);
 *
 *     while (!rewind_result(rewind))        // never waits
 *         serve();
 *     puts(rewind_result(rewind)->text);
 *     rewind_free(rewind);
 *
 * Kafka accepts this only while the group has no members. A member that was killed is still one until its session
 * times out, so the thread tries again until limit_ms is over. The members that start afterwards begin at these offsets.
 * order-consumer starts from the smaller of the group's and the database's offset: the records between the two are
 * redelivered.
 */
#ifndef REWIND_H
#define REWIND_H

#include "kafka_trouble.h"
#include "options.h"

#include <stdbool.h>
#include <stdint.h>

enum { REWIND_TEXT_SIZE = 1536 };

struct rewind_request {
    const char *brokers, *topic, *group; /* all borrowed until rewind_free */
    const struct option_values *properties;
    int partitions;  /* of the topic */
    int64_t records; /* in each partition; 0: all */
    int limit_ms;
};

struct rewind_result {
    bool is_done;
    int64_t records;             /* over all partitions */
    char text[REWIND_TEXT_SIZE]; /* what was done, or why nothing was: one line of clean text */
};

struct rewind *rewind_start(const struct rewind_request *request);

/* NULL while the thread works. */
const struct rewind_result *rewind_result(const struct rewind *rewind);

/* Ends the thread, and frees everything. False if it has not ended in 3 s: then it is left running. */
bool rewind_free(struct rewind *rewind);

/* Where a partition starts again. -1: it is not set back, because its offset is not beyond that, or unknown (negative). */
int64_t rewind_target(int64_t committed, int64_t low, int64_t records);

#endif
