/*
 * start.h - where to begin in a log, given what the group, the database and the broker say.
 *
 *     struct start start = start_find(committed, counted, low);
 *
 * Too early costs time, too late loses records: where anything is missing it is the earliest.
 */
#ifndef START_H
#define START_H

#include <stdint.h>

struct start {
    int64_t after;   /* what the database must hold all records before; OFFSET_EARLIEST: none */
    int64_t offset;  /* the first to read */
    int64_t deleted; /* records directly before `offset` that nobody can read, and the database does not have */
};

/*
 * `committed` is the group's offset in Kafka, negative where there is none, and `counted` the next one of this log in
 * the database, OFFSET_UNKNOWN for a log that it does not have. The partition begins at `low`.
 */
struct start start_find(int64_t committed, int64_t counted, int64_t low);

#endif
