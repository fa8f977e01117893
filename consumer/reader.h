/*
 * reader.h - fills batches with the records of the source, and tracks whether it may continue reading.
 *
 *     struct reader reader;
 *
 *     reader_init(&reader, &settings);
 *     switch (reader_poll(&reader, 100)) {           // records go into reader.filling
 *     case SOURCE_ASSIGNED: … reader_start(&reader); break;
 *     case SOURCE_REVOKED:  … reader_give_up(&reader); break;
 *     …
 *     }
 *     if (batch_has_news(reader.filling) && reader_wait_left(&reader) == 0)
 *         sent = reader_hand_over(&reader);          // now the other batch is filled, from where this one ends
 *     …                                              // apply it
 *     reader_commit(&reader, sent);
 *     reader_release(&reader);
 *
 * There are two batches, so that one is filled while the database applies the other. The caller may use the batch that was
 * handed over until the next reader_hand_over.
 *
 *     state     partitions                          becomes
 *     IDLE      none                                HELD when some are assigned
 *     HELD      assigned, but not read: the start   READING by reader_start; IDLE if there are none after all; UNFIT
 *               positions are not known
 *     READING   read                                STALE, by itself; HELD by reader_hold, or by reader_compare
 *     STALE     read up to here; the next record    HELD by reader_hold, after the records read so far are applied
 *               may be of a different log
 *     UNFIT     the database is a cluster for a     nothing: the program must end
 *               topic of a different size
 *     any                                           IDLE by reader_give_up; HELD when more partitions are assigned
 *
 * There is only one way to recover: discard what was read, and find the start positions again. It is used after a new
 * assignment, if the database was unavailable or emptied, and if an outcome is not known.
 */
#ifndef READER_H
#define READER_H

#include "batch.h"
#include "source.h"
#include "store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum reader_state { READER_IDLE, READER_HELD, READER_READING, READER_STALE, READER_UNFIT };

struct reader_settings {
    struct source *source; /* borrowed, like all the others */
    struct store *store;
    const char *group, *topic;
    size_t batch_size; /* records */
    int batch_wait_ms; /* how long a batch that is not full waits for more records */
};

struct reader {
    struct source *source;
    struct store *store;
    struct store_place place; /* whose progress the database stores */
    struct event_form form;   /* the event types and payload fields of the database */
    enum reader_state state;
    struct batch batches[2];
    struct batch *filling;
    struct record held;    /* read, but `filling` has no room for it; none if its handle is NULL */
    int64_t filling_since; /* monotonic ms when `filling` got its first offset to count */
    int64_t compared_at;   /* monotonic ms of the last comparison of the logs */
    int batch_wait_ms;
};

void reader_init(struct reader *reader, const struct reader_settings *settings);
void reader_release(struct reader *reader);

/*
 * Like source_poll. RECORD and END are already in the batch, and ASSIGNED and POSITIONS_STALE are noted. The caller must answer
 * REVOKED and LOST with reader_give_up.
 */
enum source_event reader_poll(struct reader *reader, int timeout_ms);

/* Whether partitions are read: READING or STALE. */
bool reader_is_reading(const struct reader *reader);

/* Whether no more records are added to `filling`. */
bool reader_is_closed(const struct reader *reader);

/* How many ms until `filling` must be handed over: 0 if it is closed or has waited long enough. It must have offsets to count. */
int reader_wait_left(const struct reader *reader);

/*
 * Asks the database and the group for their positions, discards what was read before, and begins to read from there. DONE or
 * the store's error. If it is DONE but the state is still HELD, no broker gave the start positions: try again.
 */
enum store_result reader_start(struct reader *reader);

/* Discards what was read. The partitions stay assigned, but are not read. */
void reader_hold(struct reader *reader);

/* Discards what was read, and gives the partitions up. */
void reader_give_up(struct reader *reader);

struct batch *reader_hand_over(struct reader *reader);

/* Commits the offsets of a batch that was handed over; nothing if it is not applied completely. See source_commit. */
void reader_commit(const struct reader *reader, const struct batch *batch);
void reader_commit_wait(const struct reader *reader, const struct batch *batch);

/* Whether it is time to compare the logs that are read with those that were counted. */
bool reader_comparison_is_due(const struct reader *reader);

/*
 * Compares them. DONE or the store's error. If the partitions contain logs other than those being read, the reader becomes
 * HELD. If no broker answers, the next comparison decides.
 */
enum store_result reader_compare(struct reader *reader);

#endif
