/*
 * start.h - where to begin in a partition, given what the group, the database and the broker say.
 *
 *     struct start start = start_find(committed, applied, low, high);
 *
 * Too early costs time, too late loses records: where anything is missing, or
 * does not fit the partition as it is now, it is the earliest.
 */
#ifndef START_H
#define START_H

#include <stdbool.h>
#include <stdint.h>

struct start {
    int64_t after;   /* what the database must hold all records before; OFFSET_EARLIEST: none */
    int64_t offset;  /* the first to read; one that exists, or the end */
    int64_t deleted; /* records directly before `offset` that nobody can read, and the database does not have */
    bool is_anew;    /* the partition ends before what was read: it is not the one that it was */
};

/*
 * `committed` is the group's offset in Kafka, `applied` its next one in the
 * database; negative where there is none. The partition holds low … high - 1.
 */
struct start start_find(int64_t committed, int64_t applied, int64_t low, int64_t high);

#endif
