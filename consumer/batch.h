/*
 * batch.h - the records that one transaction applies, and the offsets it covers.
 *
 * For every partition that the consumer owns, a batch contains the offset where reading
 * began (read_from) and where it continues (next). Batches form a chain: each begins
 * where the previous one ended, so that the database can detect records between the two
 * that it never received.
 *
 *     batch_start_at(&batch, starts, count);         // on assignment
 *     while (batch_add(&batch, &record)) …           // false: it is full, or the partition is not owned
 *     batch_reach(&batch, partition, offset);        // all records before this offset were added
 *     …                                              // apply it: batch_note_applied
 *     count = batch_next_offsets(&batch, offsets);   // commit these
 *     batch_start_after(&other, &batch);             // continue
 *
 * Within a batch the offsets of a partition ascend. batch_add copies the record, which may be released at once.
 */
#ifndef BATCH_H
#define BATCH_H

#include "event.h"
#include "outcome.h"
#include "record.h"
#include "start.h"

#include <stdbool.h>

/* A range in `raw` of the batch, see batch_bytes. */
struct bytes {
    size_t at, length;
    bool present; /* Kafka distinguishes a missing key or value from an empty one */
};

struct batch_row {
    int32_t partition;
    int64_t offset;
    int64_t append_time;
    struct event event;             /* only if reason is NULL */
    struct payload_summary summary; /* only if reason is NULL */
    char *reason;                   /* why the record is not an event, or NULL; owned */
    struct bytes key, value;        /* unchanged */
    enum outcome outcome;
};

struct batch_position {
    int32_t partition;
    int32_t log;
    int64_t first_offset; /* where the log begins, if this batch or a later batch begins it; otherwise OFFSET_UNKNOWN */
    int64_t read_from;    /* the first offset not read before this batch, or OFFSET_EARLIEST */
    int64_t readable_from; /* of the first batch: offsets missing before it were deleted; otherwise OFFSET_UNKNOWN */
    int64_t next;          /* the first offset not read when the batch ended */
    int64_t end_offset;    /* one past the partition's last offset as last seen, or OFFSET_UNKNOWN */
    bool has_moved;        /* there are offsets to count, with records or without */
};

/* The offsets of a partition that a part of a batch covers. */
struct batch_span {
    int64_t next;                 /* offsets before this one are counted; 0 if there are none */
    const struct batch_row *last; /* its last record, or NULL */
};

struct batch {
    const struct event_form *form; /* of the events */
    struct batch_row *rows;
    size_t count, capacity;
    char *raw; /* keys and values of all rows, so that refused records can be stored unchanged */
    size_t raw_length, raw_capacity;
    struct batch_position *positions;
    size_t position_count;
    int32_t partitions; /* of the topic, if an event must be in the partition of its key; 0: it may be in any */
    bool is_compared;   /* the logs were compared with those in the database since the last batch */
    bool is_applied;    /* the whole batch is in the database */
};

/* Borrows the form. Types and fields may be added to it later. */
void batch_init(struct batch *batch, size_t capacity, const struct event_form *form);
void batch_release(struct batch *batch);

/* Empties the batch. It begins at these positions of a new assignment, whose logs were just compared. */
void batch_start_at(struct batch *batch, const struct start *starts, size_t count);

/* Empties the batch. It begins where `previous` ended. */
void batch_start_after(struct batch *batch, const struct batch *previous);

/* Whether it has reached its capacity of rows, or the limit of bytes that bounds its memory. */
bool batch_is_full(const struct batch *batch);

/*
 * Decodes a record and adds it, as an event or with the reason why it is not one. A record before the partition's position
 * was already counted, and is skipped. False, without adding anything, if the batch is full or the partition is not owned.
 */
bool batch_add(struct batch *batch, const struct record *record);

/* Notes that the client has read up to `offset`: offsets before it that were not added have no record. */
void batch_reach(struct batch *batch, int32_t partition, int64_t offset);

/* Whether there are offsets to count. */
bool batch_has_news(const struct batch *batch);

/* The offsets that rows first … first + count - 1 cover, for each position. The last rows cover all remaining offsets. */
void batch_cover(const struct batch *batch, size_t first, size_t count, struct batch_span *spans);

/* Notes that these rows were applied. Logs that begin with them now exist. After the last rows the whole batch is applied. */
void batch_note_applied(struct batch *batch, size_t first, size_t count);

/*
 * The offsets to commit to Kafka, one past the last that was counted. There are no such offsets before the whole batch is
 * applied. Fills the array `offsets`, which has position_count elements, and returns how many it filled.
 */
size_t batch_next_offsets(const struct batch *batch, struct partition_offset *offsets);

/* Whether there is a record that is not an event because the form lacks its type. */
bool batch_has_unknown_type(const struct batch *batch);

/* Decodes again the records that are not events, because the form has grown. */
void batch_decode_again(struct batch *batch);

/* Marks a row to be quarantined. The reason is copied and made clean text, so that the database does not refuse it too. */
void batch_row_refuse(struct batch_row *row, const char *reason);

/* The bytes, borrowed until the batch changes. NULL if they are not present. */
const char *batch_bytes(const struct batch *batch, const struct bytes *bytes);

#endif
