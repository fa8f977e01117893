#include "reader.h"

#include "failpoint.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"

#include <inttypes.h>
#include <stdlib.h>

enum { COMPARE_MS = 10000 };

void reader_init(struct reader *reader, const struct reader_settings *settings)
{
    *reader = (struct reader){
        .source = settings->source,
        .store = settings->store,
        .place = { .group = settings->group, .topic = settings->topic },
        .batch_wait_ms = settings->batch_wait_ms,
    };
    for (int i = 0; i < 2; i++)
        batch_init(&reader->batches[i], settings->batch_size, &reader->form);
    reader->filling = &reader->batches[0];
}

static void release_held(struct reader *reader)
{
    if (reader->held.handle)
        source_release(&reader->held);
}

void reader_release(struct reader *reader)
{
    release_held(reader);
    for (int i = 0; i < 2; i++)
        batch_release(&reader->batches[i]);
}

/* Also the batch that was handed over: the positions of both are not to be used any more. */
static void drop_all(struct reader *reader)
{
    release_held(reader);
    for (int i = 0; i < 2; i++)
        batch_start_at(&reader->batches[i], NULL, 0);
}

bool reader_is_reading(const struct reader *reader)
{
    return reader->state == READER_READING || reader->state == READER_STALE;
}

bool reader_is_closed(const struct reader *reader)
{
    return batch_is_full(reader->filling) || reader->held.handle || reader->state == READER_STALE;
}

int reader_wait_left(const struct reader *reader)
{
    int64_t left = reader->filling_since + reader->batch_wait_ms - monotonic_ms();

    return reader_is_closed(reader) || left < 0 ? 0 : (int)left;
}

/* --- what comes from the source */

/* A batch waits for more from its first news on. */
static void note_news(struct reader *reader)
{
    if (!batch_has_news(reader->filling))
        reader->filling_since = monotonic_ms();
}

static void take_record(struct reader *reader, struct record *record)
{
    FAILPOINT("polled, not decoded");
    if (reader->filling->count == 0)
        note_news(reader);
    if (!batch_add(reader->filling, record) && reader->filling->count > 0)
        reader->held = *record;
    else
        source_release(record); /* copied, or of a partition that another member owns now */
}

enum source_event reader_poll(struct reader *reader, int timeout_ms)
{
    struct record record;
    enum source_event event = source_poll(reader->source, timeout_ms, &record);

    if (event == SOURCE_RECORD) {
        take_record(reader, &record);
    } else if (event == SOURCE_END) {
        note_news(reader);
        batch_reach(reader->filling, record.partition, record.offset);
    } else if (event == SOURCE_ASSIGNED) {
        reader->state = READER_HELD;
    } else if (event == SOURCE_POSITIONS_STALE && reader->state == READER_READING) {
        reader->state = READER_STALE;
    }
    return event;
}

struct batch *reader_hand_over(struct reader *reader)
{
    struct batch *full = reader->filling;

    for (size_t i = 0; i < full->position_count; i++)
        full->positions[i].end_offset = source_end_offset(reader->source, full->positions[i].partition);
    reader->filling = full == &reader->batches[0] ? &reader->batches[1] : &reader->batches[0];
    batch_start_after(reader->filling, full);
    if (reader->held.handle) {
        struct record record = reader->held;

        reader->held = (struct record){ 0 };
        take_record(reader, &record);
    }
    return full;
}

static void commit(const struct reader *reader, const struct batch *batch,
                   void (*by)(struct source *, const struct partition_offset *, size_t))
{
    struct partition_offset *offsets = checked(calloc(batch->position_count + 1, sizeof(*offsets)));

    by(reader->source, offsets, batch_next_offsets(batch, offsets));
    free(offsets);
}

void reader_commit(const struct reader *reader, const struct batch *batch)
{
    commit(reader, batch, source_commit);
}

void reader_commit_wait(const struct reader *reader, const struct batch *batch)
{
    commit(reader, batch, source_commit_wait);
}

/* --- where to read */

/*
 * The nodes of a cluster hold the keys of so many partitions. False: nothing can be read, now (no broker answers) or at all.
 */
static bool topic_fits(struct reader *reader)
{
    const int32_t wanted = store_partitions(reader->store);
    const int32_t partitions = wanted > 0 ? source_count_partitions(reader->source) : 0;

    for (int i = 0; i < 2; i++)
        reader->batches[i].partitions = wanted;
    if (partitions == wanted)
        return true;
    if (partitions == 0)
        return false;
    log_error(
        "worker",
        "topic %s has %" PRId32 " partitions, and the cluster was made for %" PRId32
        ": keys would belong to other nodes, and be counted there once more. Make a cluster for this topic, and replay into it",
        reader->place.topic, partitions, wanted);
    reader->state = READER_UNFIT;
    return false;
}

static void begin(struct reader *reader, const struct start *starts, size_t count)
{
    FAILPOINT("assigned, nothing read");
    drop_all(reader);
    batch_start_at(reader->filling, starts, count);
    reader->place.identity = *source_identity(reader->source);
    reader->state = count > 0 ? READER_READING : READER_IDLE;
    reader->filling_since = reader->compared_at = monotonic_ms();
}

enum store_result reader_start(struct reader *reader)
{
    struct known_logs known = { 0 };
    struct start *starts = NULL;
    size_t count = 0;
    enum store_result result = store_read_form(reader->store, &reader->form);

    if (result == STORE_DONE)
        result = store_read_logs(reader->store, &reader->place, &known);
    if (result == STORE_DONE && topic_fits(reader) && source_assign(reader->source, &known, &starts, &count))
        begin(reader, starts, count);
    free(known.logs);
    free(starts);
    return result;
}

void reader_hold(struct reader *reader)
{
    if (reader->state != READER_IDLE) {
        source_hold(reader->source);
        reader->state = READER_HELD;
    }
    drop_all(reader);
}

void reader_give_up(struct reader *reader)
{
    drop_all(reader);
    source_unassign(reader->source);
    reader->state = READER_IDLE;
}

/* --- whether it is still the same log */

bool reader_comparison_is_due(const struct reader *reader)
{
    return reader_is_reading(reader) && monotonic_ms() - reader->compared_at >= COMPARE_MS;
}

static const struct log_now *find_log(const struct log_now *logs, size_t count, int32_t partition)
{
    for (size_t i = 0; i < count; i++) {
        if (logs[i].partition == partition)
            return &logs[i];
    }
    return NULL;
}

/* The database does not know a log yet that this batch is about to begin. */
static bool logs_are_as_read(const struct batch *batch, const struct log_now *logs, size_t count)
{
    for (size_t i = 0; i < batch->position_count; i++) {
        const struct batch_position *position = &batch->positions[i];
        const struct log_now *log = find_log(logs, count, position->partition);

        if (position->first_offset == OFFSET_UNKNOWN && log && (log->is_new || log->log != position->log))
            return false;
    }
    return true;
}

/* When a topic is recreated no connection need break, and librdkafka may read on at the old offset. */
enum store_result reader_compare(struct reader *reader)
{
    struct known_logs known = { 0 };
    struct log_now *logs = NULL;
    size_t count = 0;
    enum store_result result = store_read_logs(reader->store, &reader->place, &known);

    reader->compared_at = monotonic_ms();
    if (result == STORE_DONE && source_find_logs(reader->source, &known, false, &logs, &count)) {
        reader->filling->is_compared = logs_are_as_read(reader->filling, logs, count);
        if (!reader->filling->is_compared)
            reader_hold(reader);
    }
    free(known.logs);
    free(logs);
    return result;
}
