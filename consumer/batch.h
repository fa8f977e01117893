/*
 * batch.h - the records that one transaction applies, and the offsets it covers.
 *
 * A batch knows, for every partition that the consumer owns, where reading
 * began (read_from) and where it goes on (next). Batches form a chain: one
 * begins where the batch before it ended, so that the database can tell when
 * records between the two never reached it.
 *
 *     batch_start_at(&batch, starts, count);         // on assignment
 *     while (batch_add(&batch, &record)) …           // false: full, or of a partition that is not owned
 *     batch_reach(&batch, partition, offset);        // there is no record before this offset that was not added
 *     …                                              // apply it: batch_note_applied
 *     count = batch_next_offsets(&batch, offsets);   // commit these
 *     batch_start_after(&other, &batch);             // go on
 *
 * Within a batch the offsets of a partition ascend. What batch_add was given is copied and may be released at once.
 */
#ifndef BATCH_H
#define BATCH_H

#include "event.h"
#include "outcome.h"
#include "record.h"
#include "start.h"

#include <stdbool.h>

/* A place in the batch's own memory, see batch_bytes. */
struct bytes {
    size_t at, length;
    bool present; /* Kafka tells a missing key or value from an empty one */
};

struct batch_row {
    int32_t partition;
    int64_t offset;
    int64_t append_time;
    struct event event;             /* where reason is NULL */
    struct payload_summary summary; /* where reason is NULL */
    char *reason;                   /* why the record is not an event, or NULL; owned */
    struct bytes key, value;        /* as they came */
    enum outcome outcome;
};

struct batch_position {
    int32_t partition;
    int32_t log;
    int64_t first_offset; /* where the log begins, if this batch or one behind it begins it; otherwise OFFSET_UNKNOWN */
    int64_t read_from;    /* the first offset not read before this batch, or OFFSET_EARLIEST */
    int64_t readable_from; /* of the first batch: offsets missing before it were deleted; otherwise OFFSET_UNKNOWN */
    int64_t next;          /* the first offset not read when it ended */
    int64_t end_offset;    /* one past the partition's last offset as last seen, or OFFSET_UNKNOWN */
    bool has_moved;        /* there are offsets to count, be they of records or not */
};

/* What a part of a batch is to a partition. */
struct batch_span {
    int64_t next;                 /* up to there its offsets are counted, 0 where there are none */
    const struct batch_row *last; /* its last record, or NULL */
};

struct batch {
    const struct event_form *form; /* what an event looks like */
    struct batch_row *rows;
    size_t count, capacity;
    char *raw; /* keys and values of all rows, so that what is refused can be kept as it came */
    size_t raw_length, raw_capacity;
    struct batch_position *positions;
    size_t position_count;
    int32_t partitions; /* of the topic, where an event must be in the partition of its key; 0: it may be anywhere */
    bool is_compared;   /* the logs were compared with what the database has of them since the last batch */
    bool is_applied;    /* all of it is in the database */
};

/* Borrows the form, which may grow. */
void batch_init(struct batch *batch, size_t capacity, const struct event_form *form);
void batch_release(struct batch *batch);

/* Empties the batch, to begin at these positions: the ones of a new assignment, whose logs were just compared. */
void batch_start_at(struct batch *batch, const struct start *starts, size_t count);

/* Empties the batch, to begin where `previous` ended. */
void batch_start_after(struct batch *batch, const struct batch *previous);

/* As many rows as it was made for, or so many bytes that memory stays bounded. */
bool batch_is_full(const struct batch *batch);

/*
 * Decodes a record and adds it, as an event or with the reason why it is not one. A record before the partition's position
 * was counted already, and is skipped. False, and nothing was added, if the batch is full or the partition is not owned.
 */
bool batch_add(struct batch *batch, const struct record *record);

/* The client has read up to `offset`: offsets before it that were not added have no record. */
void batch_reach(struct batch *batch, int32_t partition, int64_t offset);

/* There is something to count. */
bool batch_has_news(const struct batch *batch);

/* What rows first … first + count - 1 cover, for each position; all of the offsets where they are the last rows. */
void batch_cover(const struct batch *batch, size_t first, size_t count, struct batch_span *spans);

/* These rows were applied: the logs that they begin have begun. With the last rows all of the batch is applied. */
void batch_note_applied(struct batch *batch, size_t first, size_t count);

/*
 * The offsets to commit to Kafka, one past the last that was counted: none before all of the batch is applied. Fills
 * offsets[0 …], of which there are position_count, and returns how many it filled.
 */
size_t batch_next_offsets(const struct batch *batch, struct partition_offset *offsets);

/* Whether one of its records is not an event because the form lacks its type. */
bool batch_has_unknown_type(const struct batch *batch);

/* Decodes the records that are no events once more, for the form has grown. */
void batch_decode_again(struct batch *batch);

/* Makes a row one to quarantine. The reason is copied, and made clean text: the database must not refuse it too. */
void batch_row_refuse(struct batch_row *row, const char *reason);

/* The bytes, borrowed until the batch changes. NULL where they are not present. */
const char *batch_bytes(const struct batch *batch, const struct bytes *bytes);

#endif
