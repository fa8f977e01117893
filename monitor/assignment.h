/*
 * assignment.h - decodes the assignment of a group member: the partitions of a topic that it has.
 *
 *     struct assignment assignment;
 *     int partition;
 *
 *     assignment_read(&assignment, bytes, size, "order-events");
 *     while ((partition = assignment_next(&assignment)) >= 0)
 *         own(partition);
 *
 * The bytes are Kafka's ConsumerProtocolAssignment: version, number of topics,
 * each with its name and its partitions. Any client may have written them.
 * Truncated or invalid bytes end the list. Pure; the bytes and the topic are
 * borrowed while the assignment is read.
 */
#ifndef ASSIGNMENT_H
#define ASSIGNMENT_H

#include <stdbool.h>
#include <stdint.h>

struct assignment {
    const unsigned char *at, *end;
    const char *topic;
    int64_t topics, partitions; /* topics that are left to read; partitions that are left of the current topic */
    bool is_wanted;             /* whether the current topic is `topic` */
};

/* A member without an assignment has no bytes. Then the list is empty. */
void assignment_read(struct assignment *assignment, const void *bytes, int size, const char *topic);

/* The next partition, or -1. */
int assignment_next(struct assignment *assignment);

#endif
