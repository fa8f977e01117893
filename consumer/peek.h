/*
 * peek.h - reads single records of a topic by their offset, independently of the group.
 *
 *     struct peek *peek = peek_new(brokers, topic, &properties, error);
 *     struct peek_request requests[] = { { .partition = 3, .offset = 41 } };
 *     if (peek_read(peek, requests, 1, 5000) && requests[0].found) use(&requests[0].seam);
 *     peek_free(peek);
 *
 * It has its own connections and is not in a group. So it affects neither reading nor the group, and it can read partitions
 * that other members own.
 */
#ifndef PEEK_H
#define PEEK_H

#include "options.h"
#include "reason.h"
#include "seam.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peek;

struct peek_request {
    int32_t partition;
    int64_t offset;

    bool found;       /* there is a record at this offset */
    struct seam seam; /* of that record */
    int32_t broker;   /* that it came from; -1 if that is not known */
};

/* Does not wait for a broker. NULL, with the reason, if the configuration is refused. Borrows the topic's name. */
struct peek *peek_new(const char *brokers, const char *topic, const struct option_values *properties,
                      char error[REASON_SIZE]);
void peek_free(struct peek *peek);

/* The handle, for other requests: on the member's handle each would wait for its fetches, half a second. Borrowed. */
rd_kafka_t *peek_handle(struct peek *peek);

/* Each partition may be in only one request. False if some requests were not answered within timeout_ms. */
bool peek_read(struct peek *peek, struct peek_request *requests, size_t count, int timeout_ms);

#endif
