#include "text_set.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* The hash spares a look at most texts that are others, and at all of them when the slots grow. */
struct slot {
    uint32_t hash;
    uint32_t number; /* 0: free */
};

static const char *text_numbered(const struct text_set *set, uint32_t number)
{
    return set->bytes + set->offsets[number - 1];
}

const char *text_set_at(const struct text_set *set, uint32_t number)
{
    return number ? text_numbered(set, number) : NULL;
}

static uint32_t hash_of(const char *text, size_t length)
{
    return (uint32_t)XXH3_64bits(text, length);
}

/* The slot that holds the text, or the free one where it belongs. */
static struct slot *find_slot(const struct text_set *set, const char *text, uint32_t hash)
{
    size_t mask = set->slot_count - 1, i = hash & mask;

    while (set->slots[i].number &&
           (set->slots[i].hash != hash || strcmp(text_numbered(set, set->slots[i].number), text) != 0))
        i = (i + 1) & mask;
    return &set->slots[i];
}

static void grow_slots(struct text_set *set)
{
    struct slot *former = set->slots;
    size_t former_count = set->slot_count, mask;

    set->slot_count = former_count ? former_count * 2 : 1024;
    set->slots = checked(calloc(set->slot_count, sizeof(*set->slots)));
    mask = set->slot_count - 1;
    for (size_t i = 0; i < former_count; i++) {
        size_t to = former[i].hash & mask;

        if (!former[i].number)
            continue;
        while (set->slots[to].number)
            to = (to + 1) & mask;
        set->slots[to] = former[i];
    }
    free(former);
}

uint32_t text_set_find(const struct text_set *set, const char *text)
{
    return set->slot_count ? find_slot(set, text, hash_of(text, strlen(text)))->number : 0;
}

uint32_t text_set_add(struct text_set *set, const char *text)
{
    size_t length = strlen(text) + 1;
    uint32_t hash = hash_of(text, length - 1);
    struct slot *slot;

    if (*text == '\0')
        return 0;
    if ((set->count + 1) * 4 > set->slot_count * 3)
        grow_slots(set);
    slot = find_slot(set, text, hash);
    if (slot->number)
        return slot->number;
    if (set->count == UINT32_MAX)
        OUT_OF_MEMORY();
    while (set->length + length > set->size) {
        set->size = set->size ? set->size * 2 : (size_t)64 * 1024;
        set->bytes = checked(realloc(set->bytes, set->size));
    }
    if (set->count == set->offset_capacity) {
        set->offset_capacity = set->offset_capacity ? set->offset_capacity * 2 : 1024;
        set->offsets = checked(realloc(set->offsets, set->offset_capacity * sizeof(*set->offsets)));
    }
    memcpy(set->bytes + set->length, text, length);
    set->offsets[set->count++] = set->length;
    set->length += length;
    *slot = (struct slot){ .hash = hash, .number = (uint32_t)set->count };
    return slot->number;
}

void text_set_release(struct text_set *set)
{
    free(set->bytes);
    free(set->offsets);
    free(set->slots);
}
