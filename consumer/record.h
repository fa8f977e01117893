/*
 * record.h - one record as received from Kafka, and special values of offsets.
 *
 * The memory that a record points to is borrowed from the source until source_release.
 */
#ifndef RECORD_H
#define RECORD_H

#include <stddef.h>
#include <stdint.h>

/* Instead of an offset: the beginning of the partition. */
#define OFFSET_EARLIEST INT64_C(-1)

/* Instead of an offset: not known. */
#define OFFSET_UNKNOWN INT64_C(-2)

struct partition_offset {
    int32_t partition;
    int64_t offset;
};

struct record {
    int32_t partition;
    int64_t offset;
    int64_t append_time; /* milliseconds since 1970-01-01 UTC, in the years 1970 to 9999 */
    const char *key;     /* NULL: the record has no key */
    size_t key_length;
    const char *value; /* NULL: a tombstone */
    size_t value_length;
    void *handle; /* used by the source */
};

#endif
