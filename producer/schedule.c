/*
 * Texts go into blocks that never move, so that growing copies nothing; event
 * ids are not kept, because making one again is cheaper than 16 bytes each.
 */
#include "schedule.h"

#include "event_id.h"
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_SIZE = 1024 * 1024 };

struct block {
    struct block *previous;
    size_t used, size;
    char bytes[];
};

struct entry {
    int64_t at;
    uint32_t order; /* index into orders: its order of arrival */
    uint32_t type;  /* its number */
};

struct schedule {
    const struct event_form *form;
    struct block *block;
    size_t block_memory;
    const char **orders; /* order id, NUL, payload, NUL */
    size_t order_count, order_capacity;
    struct entry *entries;
    size_t entry_count, entry_capacity;
    size_t next;
};

struct schedule *schedule_new(const struct event_form *form)
{
    struct schedule *schedule = checked(calloc(1, sizeof(*schedule)));

    schedule->form = form;
    return schedule;
}

static char *take_bytes(struct schedule *schedule, size_t length)
{
    struct block *block = schedule->block;

    if (!block || block->size - block->used < length) {
        size_t size = length > BLOCK_SIZE ? length : BLOCK_SIZE;

        block = checked(malloc(sizeof(*block) + size));
        *block = (struct block){ .previous = schedule->block, .size = size };
        schedule->block = block;
        schedule->block_memory += sizeof(*block) + size;
    }
    block->used += length;
    return block->bytes + block->used - length;
}

static const char *keep_texts(struct schedule *schedule, const char *order_id, const char *payload)
{
    size_t id_size = strlen(order_id) + 1, payload_size = strlen(payload) + 1;
    char *bytes = take_bytes(schedule, id_size + payload_size);

    memcpy(bytes, order_id, id_size);
    memcpy(bytes + id_size, payload, payload_size);
    return bytes;
}

void schedule_add(struct schedule *schedule, const struct event *events, size_t count, const char *payload)
{
    if (count == 0)
        return;
    if (schedule->order_count == UINT32_MAX)
        abort();
    if (schedule->order_count == schedule->order_capacity) {
        schedule->order_capacity = schedule->order_capacity ? schedule->order_capacity * 2 : 1024;
        schedule->orders = checked(realloc(schedule->orders, schedule->order_capacity * sizeof(*schedule->orders)));
    }
    if (schedule->entry_count + count > schedule->entry_capacity) {
        schedule->entry_capacity = schedule->entry_capacity ? schedule->entry_capacity * 2 : 4096;
        schedule->entries = checked(realloc(schedule->entries, schedule->entry_capacity * sizeof(*schedule->entries)));
    }
    for (size_t i = 0; i < count; i++)
        schedule->entries[schedule->entry_count++] = (struct entry){ .at = events[i].at,
                                                                     .order = (uint32_t)schedule->order_count,
                                                                     .type = (uint32_t)events[i].type->number };
    schedule->orders[schedule->order_count++] = keep_texts(schedule, events[0].order_id, payload);
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->type > y->type) - (x->type < y->type);
}

void schedule_sort(struct schedule *schedule)
{
    if (schedule->entry_count > 0)
        qsort(schedule->entries, schedule->entry_count, sizeof(*schedule->entries), compare_entries);
}

const char *schedule_next(struct schedule *schedule, struct event *event)
{
    const struct entry *entry = &schedule->entries[schedule->next];
    const char *order_id;
    size_t id_size;

    if (schedule->next == schedule->entry_count)
        return NULL;
    schedule->next++;
    order_id = schedule->orders[entry->order];
    id_size = strlen(order_id) + 1;
    event->type = &schedule->form->types[entry->type];
    event->at = entry->at;
    event->id = event_id_make(order_id, event->type, event->at);
    memcpy(event->order_id, order_id, id_size);
    return order_id + id_size;
}

size_t schedule_count(const struct schedule *schedule)
{
    return schedule->entry_count;
}

size_t schedule_memory(const struct schedule *schedule)
{
    return schedule->block_memory + schedule->order_capacity * sizeof(*schedule->orders) +
           schedule->entry_capacity * sizeof(*schedule->entries);
}

void schedule_free(struct schedule *schedule)
{
    struct block *block;

    if (!schedule)
        return;
    while ((block = schedule->block)) {
        schedule->block = block->previous;
        free(block);
    }
    free(schedule->orders);
    free(schedule->entries);
    free(schedule);
}
