/*
 * bench-apply RECORDS [CONNECTIONS [BATCH_SIZE]] - what the database takes, without Kafka and without decoding.
 *
 * Decodes all records into batches, and then sends them three times over each
 * connection, as the consumer does: new events, the same records redelivered,
 * and the same events again in records behind the first ones: duplicates.
 * Prints one line for each, "new EVENTS_A_SECOND"; fails where a single
 * record does not come out as it should. Each connection has its partitions.
 *
 * RECORDS is a file as records.h has it. The database is that of the PG* variables; it has to be empty.
 */
#define _XOPEN_SOURCE 700 /* pthread_barrier_t */
#include "batch.h"
#include "memory.h"
#include "monotonic.h"
#include "records.h"
#include "store.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PARTITIONS_MAX = 256, ANSWER_MS = 1000 };

static const struct pass {
    const char *name;
    enum outcome outcome;
    bool is_behind; /* the records are new ones, behind the first */
} PASSES[] = {
    { "new", OUTCOME_APPLIED, false },
    { "redelivered", OUTCOME_REDELIVERED, false },
    { "duplicate", OUTCOME_DUPLICATE, true },
};

enum { PASS_COUNT = sizeof(PASSES) / sizeof(PASSES[0]) };

struct connection {
    pthread_t thread;
    struct store *store;
    struct batch *batches;
    size_t count;
    pthread_barrier_t *together;
};

static int64_t next_offsets[PARTITIONS_MAX];

static void die(const char *what, const char *why)
{
    fprintf(stderr, "bench-apply: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static struct event_form form; /* what the database knows of events */

static struct batch *begin_batch(struct connection *connection, size_t size)
{
    struct batch *batch;

    connection->batches = checked(realloc(connection->batches, (connection->count + 1) * sizeof(*connection->batches)));
    batch = &connection->batches[connection->count++];
    batch_init(batch, size, &form);
    return batch;
}

static void add(struct connection *connection, const struct record *record, size_t size)
{
    struct batch *last = &connection->batches[connection->count - 1];

    if (!batch_add(last, record)) {
        struct batch *next = begin_batch(connection, size);

        batch_start_after(next, next - 1);
        if (!batch_add(next, record))
            die("records", "one does not fit into a batch");
        last = next;
    }
    if (last->rows[last->count - 1].reason)
        die("records", last->rows[last->count - 1].reason);
    next_offsets[record->partition] = record->offset + 1;
}

static void load(const char *path, struct connection *connections, int count, size_t size)
{
    struct records records = records_read(path);

    for (int i = 0; i < count; i++) {
        struct start starts[PARTITIONS_MAX];
        size_t owned = 0;

        for (int32_t partition = i; partition < PARTITIONS_MAX; partition += count)
            starts[owned++] =
                (struct start){ .partition = partition, .log = 1, .is_new = true, .after = OFFSET_EARLIEST };
        batch_start_at(begin_batch(&connections[i], size), starts, owned);
    }
    for (size_t i = 0; i < records.count; i++) {
        const struct record *record = &records.records[i];

        if (record->partition < 0 || record->partition >= PARTITIONS_MAX)
            die("records", "a partition's number is too high");
        add(&connections[record->partition % count], record, size);
    }
    records_release(&records);
}

/* Partitions that hold nothing have no place in a batch's positions. */
static void drop_unused_positions(struct batch *batch)
{
    size_t kept = 0;

    for (size_t i = 0; i < batch->position_count; i++) {
        if (next_offsets[batch->positions[i].partition] > 0) {
            batch->positions[kept] = batch->positions[i];
            batch->positions[kept++].end_offset = OFFSET_UNKNOWN;
        }
    }
    batch->position_count = kept;
}

static void move_behind(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        batch->rows[i].offset += next_offsets[batch->rows[i].partition];
    for (size_t i = 0; i < batch->position_count; i++) {
        struct batch_position *position = &batch->positions[i];

        position->read_from = next_offsets[position->partition] + (position->read_from > 0 ? position->read_from : 0);
        position->next += next_offsets[position->partition];
        position->first_offset = OFFSET_UNKNOWN;
    }
}

static void must(struct store *store, enum store_result result)
{
    if (result != STORE_DONE)
        die("database", store_error(store));
}

static void apply(struct store *store, struct batch *batch, enum outcome expected)
{
    static const struct store_place PLACE = { .group = "bench", .topic = "bench" };
    struct store_counts counts;
    enum store_result result;

    must(store, store_send(store, &PLACE, batch, 0, batch->count));
    do
        result = store_finish(store, ANSWER_MS, batch, 0, batch->count, &counts);
    while (result == STORE_BUSY);
    must(store, result);
    batch_note_applied(batch, 0, batch->count); /* the same batch comes again, and begins no log then */
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].outcome != expected)
            die("a record came out in another way than it should", outcome_name(batch->rows[i].outcome));
    }
}

static void *run(void *argument)
{
    struct connection *connection = argument;

    for (int pass = 0; pass < PASS_COUNT; pass++) {
        for (size_t i = 0; PASSES[pass].is_behind && i < connection->count; i++)
            move_behind(&connection->batches[i]);
        pthread_barrier_wait(connection->together);
        for (size_t i = 0; i < connection->count; i++)
            apply(connection->store, &connection->batches[i], PASSES[pass].outcome);
        pthread_barrier_wait(connection->together);
    }
    return NULL;
}

static void connect_all(struct connection *connections, int count)
{
    for (int i = 0; i < count; i++) {
        enum store_result result;

        connections[i].store = store_new(NULL, NULL);
        while ((result = store_connect(connections[i].store)) == STORE_BUSY)
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
        must(connections[i].store, result);
    }
}

static size_t prepare(struct connection *connections, int count)
{
    size_t events = 0;

    for (int i = 0; i < count; i++) {
        for (size_t j = 0; j < connections[i].count; j++) {
            drop_unused_positions(&connections[i].batches[j]);
            events += connections[i].batches[j].count;
        }
    }
    return events;
}

int main(int argc, char **argv)
{
    int count = argc > 2 ? atoi(argv[2]) : 1;
    size_t size = argc > 3 ? (size_t)atoi(argv[3]) : 5000, events;
    struct connection *connections;
    pthread_barrier_t together;

    if (argc < 2 || count < 1 || count > PARTITIONS_MAX || size < 1)
        die("usage", "bench-apply RECORDS [CONNECTIONS [BATCH_SIZE]]");
    connections = checked(calloc((size_t)count, sizeof(*connections)));
    connect_all(connections, count);
    if (store_read_form(connections[0].store, &form) != STORE_DONE)
        die("database", store_error(connections[0].store));
    load(argv[1], connections, count, size);
    events = prepare(connections, count);
    pthread_barrier_init(&together, NULL, (unsigned)count + 1);
    for (int i = 0; i < count; i++) {
        connections[i].together = &together;
        if (pthread_create(&connections[i].thread, NULL, run, &connections[i]) != 0)
            die("thread", "cannot be started");
    }
    for (int pass = 0; pass < PASS_COUNT; pass++) {
        int64_t began;

        pthread_barrier_wait(&together);
        began = monotonic_ns();
        pthread_barrier_wait(&together);
        printf("%s %.0f\n", PASSES[pass].name, 1e9 * (double)events / (double)(monotonic_ns() - began));
    }
    return EXIT_SUCCESS;
}
