/*
 * seam.h - the fingerprint of a record, by which a log is recognised.
 *
 *     struct seam seam = seam_of(&record);
 *     if (!seam_equal(&seam, &log->seam))
 *         … the partition contains a different log than the one that was read
 *
 * The seam of a log is the last record that was counted. An offset is meaningful only within one log: a topic that was
 * recreated, a partition that lost its last records, or another cluster may have any record at any offset.
 */
#ifndef SEAM_H
#define SEAM_H

#include "record.h"

#include <stdbool.h>
#include <stdint.h>

struct seam {
    int64_t offset;      /* OFFSET_UNKNOWN: no record */
    int64_t append_time; /* as of struct record */
    int64_t hash;        /* of key and value: XXH3-64 of the value, seeded with the hash of the key */
};

/* A key or value that is NULL hashes differently from an empty one. */
int64_t seam_hash(const char *key, size_t key_length, const char *value, size_t value_length);

struct seam seam_of(const struct record *record);
bool seam_equal(const struct seam *one, const struct seam *other);

#endif
