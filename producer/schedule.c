/*
 * An event refers to its order's texts by their position in memory, which also gives
 * the order of arrival. That takes one read of memory outside the cache. With an array
 * of orders in between, it would take two. Event ids are not stored, because computing
 * an id again is cheaper than 16 bytes for each event.
 */
#include "schedule.h"

#include "event_id.h"
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { TYPE_BITS = 6 };

_Static_assert(EVENT_TYPES_MAX <= 1 << TYPE_BITS, "a type's number has a place beside that of the texts");

struct entry {
    int64_t at;
    uint64_t place; /* of the order's texts, and the type's number in its lowest bits */
};

_Static_assert(sizeof(struct entry) == 16, "schedule.h promises 16 bytes an event");

struct schedule {
    const struct event_form *form;
    char *texts; /* of each order: its id, NUL, payload, NUL */
    size_t texts_length, texts_size;
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

/* Returns their place. */
static uint64_t keep_texts(struct schedule *schedule, const char *order_id, const char *payload)
{
    size_t id_size = strlen(order_id) + 1, payload_size = strlen(payload) + 1, place = schedule->texts_length;

    while (schedule->texts_size < place + id_size + payload_size) {
        schedule->texts_size = schedule->texts_size ? schedule->texts_size * 2 : (size_t)1024 * 1024;
        schedule->texts = checked(realloc(schedule->texts, schedule->texts_size));
    }
    memcpy(schedule->texts + place, order_id, id_size);
    memcpy(schedule->texts + place + id_size, payload, payload_size);
    schedule->texts_length += id_size + payload_size;
    return place;
}

void schedule_add(struct schedule *schedule, const struct event *events, size_t count, const char *payload)
{
    uint64_t place;

    if (count == 0)
        return;
    if (schedule->entry_count + count > schedule->entry_capacity) {
        schedule->entry_capacity = schedule->entry_capacity ? schedule->entry_capacity * 2 : 4096;
        schedule->entries = checked(realloc(schedule->entries, schedule->entry_capacity * sizeof(*schedule->entries)));
    }
    place = keep_texts(schedule, events[0].order_id, payload);
    for (size_t i = 0; i < count; i++)
        schedule->entries[schedule->entry_count++] =
            (struct entry){ .at = events[i].at, .place = place << TYPE_BITS | (uint64_t)events[i].type->number };
}

static int compare_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

void schedule_sort(struct schedule *schedule)
{
    if (schedule->entry_count > 0)
        qsort(schedule->entries, schedule->entry_count, sizeof(*schedule->entries), compare_entries);
}

static const char *texts_of(const struct schedule *schedule, const struct entry *entry)
{
    return schedule->texts + (entry->place >> TYPE_BITS);
}

const char *schedule_next(struct schedule *schedule, struct event *event)
{
    const struct entry *entry = &schedule->entries[schedule->next];
    const char *order_id;
    size_t id_size;

    if (schedule->next == schedule->entry_count)
        return NULL;
    schedule->next++;
    order_id = texts_of(schedule, entry);
    id_size = strlen(order_id) + 1;
    event->type = &schedule->form->types[entry->place & ((1 << TYPE_BITS) - 1)];
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
    return schedule->texts_length + schedule->entry_count * sizeof(*schedule->entries);
}

int64_t schedule_span(const struct schedule *schedule)
{
    size_t count = schedule->entry_count;

    return count > 0 ? schedule->entries[count - 1].at - schedule->entries[0].at : 0;
}

void schedule_free(struct schedule *schedule)
{
    if (!schedule)
        return;
    free(schedule->texts);
    free(schedule->entries);
    free(schedule);
}
