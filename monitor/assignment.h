/*
 * assignment.h - reads which partitions of a topic a member of a group has, out of the bytes that Kafka keeps for it.
 *
 *     struct assignment assignment;
 *     int partition;
 *
 *     assignment_read(&assignment, bytes, size, "order-events");
 *     while ((partition = assignment_next(&assignment)) >= 0)
 *         own(partition);
 *
 * The bytes are Kafka's ConsumerProtocolAssignment, which any client may have
 * written: version, number of topics, each with its name and its partitions.
 * What is cut short or makes no sense ends the list. Pure; the bytes and the
 * topic are borrowed while it is read.
 */
#ifndef ASSIGNMENT_H
#define ASSIGNMENT_H

#include <stdbool.h>
#include <stdint.h>

struct assignment {
    const unsigned char *at, *end;
    const char *topic;
    int64_t topics, partitions; /* left to read; partitions of the current topic */
    bool is_wanted;             /* the current topic */
};

/* Without bytes, of a member that has none yet, the list is empty. */
void assignment_read(struct assignment *assignment, const void *bytes, int size, const char *topic);

/* The next partition, or -1. */
int assignment_next(struct assignment *assignment);

#endif
