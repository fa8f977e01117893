#define _POSIX_C_SOURCE 200809L
#include "batch.h"

#include "decode.h"
#include "kafka_record.h"
#include "memory.h"
#include "reason.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RAW_MAX = 16 << 20 };

static void clear_rows(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        free(batch->rows[i].reason);
    memset(batch->rows, 0, batch->count * sizeof(*batch->rows));
    batch->count = 0;
    batch->raw_length = 0;
    batch->is_applied = false;
}

void batch_init(struct batch *batch, size_t capacity, const struct event_form *form)
{
    *batch = (struct batch){ .capacity = capacity, .form = form };
    batch->rows = checked(calloc(capacity, sizeof(*batch->rows)));
}

void batch_release(struct batch *batch)
{
    clear_rows(batch);
    free(batch->rows);
    free(batch->raw);
    free(batch->positions);
    *batch = (struct batch){ 0 };
}

static void resize_positions(struct batch *batch, size_t count)
{
    batch->positions = checked(realloc(batch->positions, (count + 1) * sizeof(*batch->positions)));
    batch->position_count = count;
}

void batch_start_at(struct batch *batch, const struct start *starts, size_t count)
{
    clear_rows(batch);
    resize_positions(batch, count);
    batch->is_compared = count > 0;
    for (size_t i = 0; i < count; i++) {
        batch->positions[i] = (struct batch_position){
            .partition = starts[i].partition,
            .log = starts[i].log,
            .first_offset = starts[i].is_new ? starts[i].offset : OFFSET_UNKNOWN,
            .read_from = starts[i].after,
            .readable_from = starts[i].is_new ? OFFSET_UNKNOWN : starts[i].offset,
            .next = starts[i].offset,
            .end_offset = OFFSET_UNKNOWN,
            .has_moved = starts[i].deleted > 0 && !starts[i].is_new,
        };
    }
}

void batch_start_after(struct batch *batch, const struct batch *previous)
{
    clear_rows(batch);
    resize_positions(batch, previous->position_count);
    batch->is_compared = false;
    for (size_t i = 0; i < previous->position_count; i++) {
        const struct batch_position *before = &previous->positions[i];
        struct batch_position *position = &batch->positions[i];

        *position = *before;
        if (before->first_offset == OFFSET_UNKNOWN || before->has_moved) {
            position->first_offset = OFFSET_UNKNOWN;
            position->readable_from = OFFSET_UNKNOWN;
            position->read_from = before->next;
        }
        position->has_moved = false;
    }
}

bool batch_is_full(const struct batch *batch)
{
    return batch->count == batch->capacity || batch->raw_length >= RAW_MAX;
}

static struct batch_position *find_position(const struct batch *batch, int32_t partition)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        if (batch->positions[i].partition == partition)
            return &batch->positions[i];
    }
    return NULL;
}

static struct bytes keep_bytes(struct batch *batch, const char *bytes, size_t length)
{
    struct bytes kept = { .at = batch->raw_length, .length = length, .present = bytes != NULL };

    if (!bytes)
        return kept;
    if (batch->raw_length + length > batch->raw_capacity) {
        batch->raw_capacity = 2 * batch->raw_capacity + length;
        batch->raw = checked(realloc(batch->raw, batch->raw_capacity));
    }
    memcpy(batch->raw + kept.at, bytes, length);
    batch->raw_length += length;
    return kept;
}

const char *batch_bytes(const struct batch *batch, const struct bytes *bytes)
{
    return bytes->present ? batch->raw + bytes->at : NULL;
}

/* Another partition may be another node's, which has not seen the order's other events. */
static bool is_in_place(const struct batch *batch, const struct record *record, char reason[REASON_SIZE])
{
    int32_t partition = record->partition;

    if (batch->partitions > 0)
        partition = kafka_partition_of(record->key, record->key_length, batch->partitions);
    if (partition == record->partition)
        return true;
    reason_set(reason, "the record's key belongs to partition %" PRId32 " of %" PRId32 ", by murmur2", partition,
               batch->partitions);
    return false;
}

static void fill_row(struct batch *batch, struct batch_row *row, const struct record *record)
{
    char reason[REASON_SIZE];

    row->partition = record->partition;
    row->offset = record->offset;
    row->append_time = record->append_time;
    row->key = keep_bytes(batch, record->key, record->key_length);
    row->value = keep_bytes(batch, record->value, record->value_length);
    if (!decode_record(record, batch->form, &row->event, &row->summary, reason) || !is_in_place(batch, record, reason))
        batch_row_refuse(row, reason);
}

bool batch_add(struct batch *batch, const struct record *record)
{
    struct batch_position *position = find_position(batch, record->partition);

    if (batch_is_full(batch) || !position)
        return false;
    if (record->offset < position->next)
        return true;
    position->next = record->offset + 1;
    position->has_moved = true;
    fill_row(batch, &batch->rows[batch->count++], record);
    return true;
}

void batch_reach(struct batch *batch, int32_t partition, int64_t offset)
{
    struct batch_position *position = find_position(batch, partition);

    if (!position || offset <= position->next)
        return;
    position->next = offset;
    position->has_moved = true;
}

bool batch_has_news(const struct batch *batch)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        if (batch->positions[i].has_moved)
            return true;
    }
    return false;
}

void batch_cover(const struct batch *batch, size_t first, size_t count, struct batch_span *spans)
{
    const struct batch_position *position = NULL;

    memset(spans, 0, batch->position_count * sizeof(*spans));
    for (size_t i = first; i < first + count; i++) {
        const struct batch_row *row = &batch->rows[i];

        if (!position || position->partition != row->partition)
            position = find_position(batch, row->partition);
        spans[position - batch->positions] = (struct batch_span){ row->offset + 1, row };
    }
    for (size_t i = 0; first + count == batch->count && i < batch->position_count; i++)
        spans[i].next = batch->positions[i].next;
}

void batch_note_applied(struct batch *batch, size_t first, size_t count)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        struct batch_position *position = &batch->positions[i];

        for (size_t j = first; j < first + count && position->first_offset != OFFSET_UNKNOWN; j++) {
            if (batch->rows[j].partition == position->partition)
                position->first_offset = OFFSET_UNKNOWN;
        }
    }
    batch->is_compared = false;
    batch->is_applied = first + count == batch->count;
}

size_t batch_next_offsets(const struct batch *batch, struct partition_offset *offsets)
{
    size_t count = 0;

    for (size_t i = 0; batch->is_applied && i < batch->position_count; i++) {
        const struct batch_position *position = &batch->positions[i];

        if (position->first_offset == OFFSET_UNKNOWN || position->has_moved)
            offsets[count++] = (struct partition_offset){ position->partition, position->next };
    }
    return count;
}

bool batch_has_unknown_type(const struct batch *batch)
{
    static const char UNKNOWN[] = EVENT_TYPE_UNKNOWN;

    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].reason && strncmp(batch->rows[i].reason, UNKNOWN, strlen(UNKNOWN)) == 0)
            return true;
    }
    return false;
}

static void decode_again(const struct batch *batch, struct batch_row *row)
{
    struct record record = {
        .partition = row->partition,
        .key = batch_bytes(batch, &row->key),
        .key_length = row->key.length,
        .value = batch_bytes(batch, &row->value),
        .value_length = row->value.length,
    };
    char reason[REASON_SIZE];

    free(row->reason);
    row->reason = NULL;
    if (!decode_record(&record, batch->form, &row->event, &row->summary, reason) ||
        !is_in_place(batch, &record, reason))
        batch_row_refuse(row, reason);
}

void batch_decode_again(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].reason)
            decode_again(batch, &batch->rows[i]);
    }
}

void batch_row_refuse(struct batch_row *row, const char *reason)
{
    row->reason = checked(strdup(reason));
    text_clean(row->reason); /* it quotes the record, and may have been cut in the middle of a character */
}
