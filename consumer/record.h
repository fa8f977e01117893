/*
 * record.h - one record as it came from Kafka, and where one may read on.
 *
 * Everything is borrowed from the source until source_release.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

/* In place of an offset: as early as the partition goes. */
#define OFFSET_EARLIEST INT64_C(-1)

/* In place of an offset: not known. */
#define OFFSET_UNKNOWN INT64_C(-2)

struct record {
    int32_t partition;
    int64_t offset;
    int64_t append_time; /* milliseconds since 1970-01-01 UTC, see record_time */
    const char *key;     /* NULL: the record has none */
    size_t key_length;
    const char *value; /* NULL: a tombstone */
    size_t value_length;
    void *handle; /* the source's own */
};

/* Where the topic takes a producer's word for the time it may be anything: then one that the database does not refuse. */
static inline int64_t record_time(int64_t milliseconds)
{
    const int64_t year_10000 = INT64_C(253402300800000);

    return milliseconds < 0 ? 0 : milliseconds < year_10000 ? milliseconds : year_10000 - 1;
}

#endif
