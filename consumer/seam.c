#include "seam.h"

#include <xxhash.h>

enum { OF_NULL = 1, OF_BYTES = 2 };

static uint64_t hash_part(const char *bytes, size_t length, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes ? bytes : "", length, seed + (bytes ? OF_BYTES : OF_NULL));
}

int64_t seam_hash(const char *key, size_t key_length, const char *value, size_t value_length)
{
    return (int64_t)hash_part(value, value_length, hash_part(key, key_length, 0));
}

struct seam seam_of(const struct record *record)
{
    return (struct seam){ record->offset, record->append_time,
                          seam_hash(record->key, record->key_length, record->value, record->value_length) };
}

bool seam_equal(const struct seam *one, const struct seam *other)
{
    return one->offset == other->offset && one->append_time == other->append_time && one->hash == other->hash;
}
