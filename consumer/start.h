/*
 * start.h - computes where to start reading a partition, from the offsets of the group, the database and the broker.
 *
 *     struct start start = start_find(committed, counted, low);
 *
 * Starting too early costs time, starting too late loses records. So if one of the offsets is missing, reading starts at the
 * first record that is left.
 */
#ifndef START_H
#define START_H

#include <stdbool.h>
#include <stdint.h>

struct start {
    int32_t partition;
    int32_t log;     /* the number of the log that the partition contains */
    bool is_new;     /* the database does not have that log yet */
    int64_t after;   /* the database must have all records before this offset; OFFSET_EARLIEST: none */
    int64_t offset;  /* the first to read */
    int64_t deleted; /* how many offsets directly before `offset` were never counted, and can no longer be read */
};

/*
 * Fills in after, offset and deleted. `committed` is the group's offset in Kafka, negative if there is none. `counted` is
 * the next offset of this log in the database, OFFSET_UNKNOWN if the database does not have the log. `low` is the first
 * offset that can be read.
 */
struct start start_find(int64_t committed, int64_t counted, int64_t low);

#endif
