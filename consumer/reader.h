/*
 * reader.h - fills one batch after another with what the source reads, and knows whether it may go on reading.
 *
 *     struct reader reader;
 *
 *     reader_init(&reader, &settings);
 *     switch (reader_poll(&reader, 100)) {           // records go into reader.filling
 *     case SOURCE_ASSIGNED: … reader_start(&reader); break;
 *     case SOURCE_REVOKED:  … reader_give_up(&reader); break;
 *     …
 *     }
 *     if (batch_has_news(reader.filling) && …)
 *         sent = reader_hand_over(&reader);          // the other batch is filled now, and begins where this one ends
 *     …                                              // apply it
 *     reader_commit(&reader, sent);
 *     reader_release(&reader);
 *
 * Two batches take turns, so that one is read while the database applies the other. The batch that was handed over is the
 * caller's until the next reader_hand_over.
 *
 *     state     partitions                          becomes
 *     IDLE      none                                HELD when some are assigned
 *     HELD      assigned, and not read: it is not   READING by reader_start; IDLE if there are none after all; UNFIT
 *               known where to start
 *     READING   read                                STALE, by itself; HELD by reader_hold, or by reader_compare
 *     STALE     read up to here; what comes next    HELD by reader_hold, after what was read is applied
 *               may be of another log
 *     UNFIT     the database is a cluster for a     the program has to end
 *               topic of another size
 *     any                                           IDLE by reader_give_up; HELD when more partitions are assigned
 *
 * There is one way to recover, whatever happened: drop what was read, and find where to start again. It serves a new
 * assignment, a database that was away or emptied, and an outcome that is not known.
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
    struct source *source; /* borrowed, as all of them */
    struct store *store;
    const char *group, *topic;
    size_t batch_size; /* records */
};

struct reader {
    struct source *source;
    struct store *store;
    struct store_place place; /* whose progress the database keeps */
    struct event_form form;   /* what the database knows of events */
    enum reader_state state;
    struct batch batches[2];
    struct batch *filling;
    struct record held;    /* read, but the batch that is filling has no room for it. None if handle is NULL */
    int64_t filling_since; /* monotonic ms of the first news in it */
    int64_t compared_at;   /* monotonic ms of the last comparison of the logs */
};

void reader_init(struct reader *reader, const struct reader_settings *settings);
void reader_release(struct reader *reader);

/*
 * As source_poll. A RECORD or an END is in the batch already, and ASSIGNED and POSITIONS_STALE are noted; REVOKED and LOST are
 * to be answered by reader_give_up.
 */
enum source_event reader_poll(struct reader *reader, int timeout_ms);

/* Partitions are read: READING or STALE. */
bool reader_is_reading(const struct reader *reader);

/* Nothing more goes into the batch that is filling. */
bool reader_is_closed(const struct reader *reader);

/*
 * Asks the database and the group how far they came, drops what was read before, and begins to read from there. DONE or the
 * store's error. DONE, and the state stays HELD: no broker says where to start, try again.
 */
enum store_result reader_start(struct reader *reader);

/* Drops what was read. Partitions stay assigned, and are held. */
void reader_hold(struct reader *reader);

/* Drops what was read, and gives the partitions up. */
void reader_give_up(struct reader *reader);

struct batch *reader_hand_over(struct reader *reader);

/* Commits the offsets of a batch that was handed over; nothing unless all of it is applied. See source_commit. */
void reader_commit(const struct reader *reader, const struct batch *batch);
void reader_commit_wait(const struct reader *reader, const struct batch *batch);

/* It is time to compare the logs that are read with those that were counted. */
bool reader_comparison_is_due(const struct reader *reader);

/*
 * DONE or the store's error. If the partitions hold logs other than those being read, the reader becomes HELD. If no broker answers,
 * the next comparison finds out.
 */
enum store_result reader_compare(struct reader *reader);

#endif
