#define _POSIX_C_SOURCE 200809L /* open_memstream */
#include "apply_call.h"

#include "memory.h"
#include "seam.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const TEXTS[APPLY_TEXTS] = { "consumer_group", "topic", "cluster_id", "topic_id", "is_compared" };

/* The parameters of orders.apply_batch, by name. The runs are those of the events, the bad records are no events. */
// clang-format off
#define ARRAYS(ROW) \
    ROW(RUN_PARTITIONS, "run_partitions", PG_INT4)          \
    ROW(RUN_OFFSETS, "run_offsets", PG_INT8)                \
    ROW(RUN_LENGTHS, "run_lengths", PG_INT4)                \
    ROW(EVENT_IDS, "event_ids", PG_UUID)                    \
    ROW(TYPE_NAMES, "type_names", PG_TEXT)                  \
    ROW(EVENT_TYPES, "event_types", PG_INT2)                \
    ROW(EVENT_ATS, "event_ats", PG_TIMESTAMP)               \
    ROW(ORDER_IDS, "order_ids", PG_TEXT)                    \
    ROW(REGIONS, "regions", PG_TEXT)                        \
    ROW(PAYLOAD_HASHES, "payload_hashes", PG_INT8)          \
    ROW(BAD_PARTITIONS, "bad_partitions", PG_INT4)          \
    ROW(BAD_OFFSETS, "bad_offsets", PG_INT8)                \
    ROW(APPEND_TIMES, "append_times", PG_TIMESTAMPTZ)       \
    ROW(REASONS, "reasons", PG_TEXT)                        \
    ROW(KEYS, "keys", PG_BYTEA)                             \
    ROW(PAYLOADS, "payloads", PG_BYTEA)                     \
    ROW(OWNED_PARTITIONS, "owned_partitions", PG_INT4)      \
    ROW(LOGS, "logs", PG_INT4)                              \
    ROW(FIRST_OFFSETS, "first_offsets", PG_INT8)            \
    ROW(READ_FROM, "read_from", PG_INT8)                    \
    ROW(READABLE_FROM, "readable_from", PG_INT8)            \
    ROW(NEXT_OFFSETS, "next_offsets", PG_INT8)              \
    ROW(END_OFFSETS, "end_offsets", PG_INT8)                \
    ROW(SEAM_TIMES, "seam_times", PG_TIMESTAMPTZ)           \
    ROW(SEAM_HASHES, "seam_hashes", PG_INT8)
// clang-format on

#define IN_ENUM(array, name, type) array,
#define IN_TABLE(array, name, type) { name, type },

enum array { ARRAYS(IN_ENUM) ARRAY_COUNT };

static const struct {
    const char *name;
    enum pg_type type;
} PARAMETERS[] = { ARRAYS(IN_TABLE) };

_Static_assert(ARRAY_COUNT == (int)APPLY_ARRAYS, "apply_call.h has room for each array");

bool partition_share_holds(const struct partition_share *share, int32_t partition)
{
    return share->count == 1 || partition % share->count == share->number;
}

void apply_call_release(struct apply_call *call)
{
    for (size_t i = 0; i < ARRAY_COUNT; i++)
        pg_array_release(&call->arrays[i]);
    free(call->spans);
    free(call->statement);
}

static void add_run(struct pg_array *arrays, const struct batch_row *first, int32_t length)
{
    pg_array_add_int32(&arrays[RUN_PARTITIONS], first->partition);
    pg_array_add_int64(&arrays[RUN_OFFSETS], first->offset);
    pg_array_add_int32(&arrays[RUN_LENGTHS], length);
}

/* The events' partitions and offsets. */
static void add_runs(struct apply_call *call, const struct batch_row *rows, size_t count)
{
    struct pg_array *arrays = call->arrays;
    const struct batch_row *first = NULL;
    int32_t length = 0;

    for (const struct batch_row *row = rows; row < rows + count; row++) {
        if (row->reason || !partition_share_holds(&call->share, row->partition))
            continue;
        if (first && row->partition == first->partition && row->offset == first->offset + length) {
            length++;
            continue;
        }
        if (first)
            add_run(arrays, first, length);
        first = row;
        length = 1;
    }
    if (first)
        add_run(arrays, first, length);
}

static void add_event(struct pg_array *arrays, const struct batch_row *row)
{
    const struct event *event = &row->event;
    size_t region_length = strlen(row->summary.region);

    pg_array_add_bytes(&arrays[EVENT_IDS], event->id.bytes, sizeof(event->id.bytes));
    pg_array_add_int16(&arrays[EVENT_TYPES], (int16_t)(event->type->number + 1));
    pg_array_add_time(&arrays[EVENT_ATS], event->at);
    pg_array_add_bytes(&arrays[ORDER_IDS], event->order_id, strlen(event->order_id));
    pg_array_add_bytes(&arrays[REGIONS], region_length > 0 ? row->summary.region : NULL, region_length);
    pg_array_add_int64(&arrays[PAYLOAD_HASHES], row->summary.hash);
}

/* A record that is not an event. */
static void add_bad(struct pg_array *arrays, const struct batch *batch, const struct batch_row *row)
{
    pg_array_add_int32(&arrays[BAD_PARTITIONS], row->partition);
    pg_array_add_int64(&arrays[BAD_OFFSETS], row->offset);
    pg_array_add_time(&arrays[APPEND_TIMES], row->append_time);
    pg_array_add_bytes(&arrays[REASONS], row->reason, strlen(row->reason));
    pg_array_add_bytes(&arrays[KEYS], batch_bytes(batch, &row->key), row->key.length);
    pg_array_add_bytes(&arrays[PAYLOADS], batch_bytes(batch, &row->value), row->value.length);
}

static void add_offset(struct pg_array *array, int64_t offset)
{
    if (offset < 0)
        pg_array_add_null(array);
    else
        pg_array_add_int64(array, offset);
}

static void add_position(struct pg_array *arrays, const struct batch *batch, const struct batch_position *position,
                         const struct batch_span *span)
{
    const struct batch_row *last = span->last;

    pg_array_add_int32(&arrays[OWNED_PARTITIONS], position->partition);
    pg_array_add_int32(&arrays[LOGS], position->log);
    add_offset(&arrays[FIRST_OFFSETS], position->first_offset);
    add_offset(&arrays[READ_FROM], position->read_from);
    add_offset(&arrays[READABLE_FROM], position->readable_from);
    pg_array_add_int64(&arrays[NEXT_OFFSETS], span->next);
    add_offset(&arrays[END_OFFSETS], position->end_offset);
    if (last) {
        pg_array_add_time(&arrays[SEAM_TIMES], last->append_time);
        pg_array_add_int64(&arrays[SEAM_HASHES], seam_hash(batch_bytes(batch, &last->key), last->key.length,
                                                           batch_bytes(batch, &last->value), last->value.length));
    } else {
        pg_array_add_null(&arrays[SEAM_TIMES]);
        pg_array_add_null(&arrays[SEAM_HASHES]);
    }
}

static void fill_arrays(struct apply_call *call, const struct batch *batch, size_t first, size_t count)
{
    for (size_t i = 0; i < ARRAY_COUNT; i++)
        pg_array_start(&call->arrays[i], PARAMETERS[i].type);
    for (int i = 0; i < batch->form->type_count; i++)
        pg_array_add_bytes(&call->arrays[TYPE_NAMES], batch->form->types[i].name, strlen(batch->form->types[i].name));
    add_runs(call, batch->rows + first, count);
    call->row_count = call->event_count = 0;
    for (size_t i = first; i < first + count; i++) {
        if (!partition_share_holds(&call->share, batch->rows[i].partition))
            continue;
        call->row_count++;
        call->event_count += !batch->rows[i].reason;
        if (batch->rows[i].reason)
            add_bad(call->arrays, batch, &batch->rows[i]);
        else
            add_event(call->arrays, &batch->rows[i]);
    }
    call->spans = checked(realloc(call->spans, (batch->position_count + 1) * sizeof(*call->spans)));
    batch_cover(batch, first, count, call->spans);
    for (size_t i = 0; i < batch->position_count; i++) {
        if (partition_share_holds(&call->share, batch->positions[i].partition))
            add_position(call->arrays, batch, &batch->positions[i], &call->spans[i]);
    }
}

static const char *null_if_empty(const char *text)
{
    return text[0] ? text : NULL;
}

const struct session_parameters *apply_call_fill(struct apply_call *call, const struct store_place *place,
                                                 const struct batch *batch, size_t first, size_t count)
{
    const char *const texts[APPLY_TEXTS] = { place->group, place->topic, null_if_empty(place->identity.cluster_id),
                                             null_if_empty(place->identity.topic_id), batch->is_compared ? "t" : "f" };

    fill_arrays(call, batch, first, count);
    memcpy(call->values, texts, sizeof(texts));
    for (size_t i = 0; i < ARRAY_COUNT; i++) {
        call->values[APPLY_TEXTS + i] = pg_array_finish(&call->arrays[i]);
        call->lengths[APPLY_TEXTS + i] = (int)call->arrays[i].length;
        call->formats[APPLY_TEXTS + i] = 1;
    }
    call->parameters = (struct session_parameters){ APPLY_PARAMETERS, call->values, call->lengths, call->formats };
    return &call->parameters;
}

const char *apply_call_statement(struct apply_call *call)
{
    size_t size = 0;
    FILE *out;

    if (call->statement)
        return call->statement;
    out = checked(open_memstream(&call->statement, &size));
    fputs("SELECT outcomes, absent, deleted, conflicts FROM orders.apply_batch(", out);
    for (int i = 0; i < APPLY_TEXTS; i++)
        fprintf(out, "%s%s => $%d", i > 0 ? ", " : "", TEXTS[i], i + 1);
    for (int i = 0; i < ARRAY_COUNT; i++)
        fprintf(out, ", %s => $%d::%s[]", PARAMETERS[i].name, APPLY_TEXTS + i + 1, pg_type_name(PARAMETERS[i].type));
    fputs(")", out);
    if (fclose(out) != 0)
        OUT_OF_MEMORY();
    return call->statement;
}

/* A letter a record, the events first; one letter where all are alike. */
bool apply_call_take(const struct apply_call *call, const struct session *session, struct batch_row *rows, size_t count,
                     struct store_counts *counts)
{
    enum { OUTCOMES_CELL, ABSENT, DELETED, CONFLICTS };
    const char *outcomes = session_row_count(session) == 1 ? session_cell(session, 0, OUTCOMES_CELL) : "";
    const size_t length = strlen(outcomes);
    const bool are_alike = length == 1 && call->row_count > 0;
    const char *event = outcomes, *bad = outcomes + (are_alike ? 0 : call->event_count);

    if (length != call->row_count && !are_alike)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (outcome_of(outcomes[i]) == OUTCOME_UNKNOWN)
            return false;
    }
    for (size_t i = 0; i < count; i++) {
        const char **outcome = rows[i].reason ? &bad : &event;

        if (!partition_share_holds(&call->share, rows[i].partition))
            continue;
        rows[i].outcome = outcome_of(**outcome);
        *outcome += !are_alike;
    }
    counts->absent += (uint64_t)session_number(session, 0, ABSENT);
    counts->deleted += (uint64_t)session_number(session, 0, DELETED);
    counts->conflicts += (uint64_t)session_number(session, 0, CONFLICTS);
    return true;
}
