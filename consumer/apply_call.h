/*
 * apply_call.h - one call of orders.apply_batch: turns a batch into its parameters, and its result into outcomes of rows.
 *
 *     struct apply_call call = { .share = { 0, 1 } };
 *
 *     parameters = apply_call_fill(&call, &place, &batch, 0, batch.count);
 *     session_send(session, apply_call_statement(&call), parameters);
 *     …
 *     if (apply_call_take(&call, session, batch.rows, batch.count, &counts))
 *         …                                        // every row of the share has its outcome
 *     apply_call_release(&call);
 *
 * Arrays are sent in binary form, see pg_array.h. Their memory is reused by the next call.
 */
#ifndef APPLY_CALL_H
#define APPLY_CALL_H

#include "pg_array.h"
#include "session.h"
#include "store.h"

enum { APPLY_ARRAYS = 25, APPLY_TEXTS = 5, APPLY_PARAMETERS = APPLY_TEXTS + APPLY_ARRAYS };

/* The partitions of database `number` of `count`: those with partition % count == number. */
struct partition_share {
    int32_t number, count;
};

struct apply_call {
    struct partition_share share; /* set by the caller */
    struct pg_array arrays[APPLY_ARRAYS];
    struct batch_span *spans;      /* one for each position of the batch */
    size_t row_count, event_count; /* the rows that were sent, and how many of them are events */
    const char *values[APPLY_PARAMETERS];
    int lengths[APPLY_PARAMETERS], formats[APPLY_PARAMETERS];
    struct session_parameters parameters;
    char *statement;
};

bool partition_share_holds(const struct partition_share *share, int32_t partition);

/* The statement that the parameters belong to. Borrowed until release. */
const char *apply_call_statement(struct apply_call *call);

/* The parameters for those rows of first … first + count - 1 that belong to the share. Borrowed until the next call. */
const struct session_parameters *apply_call_fill(struct apply_call *call, const struct store_place *place,
                                                 const struct batch *batch, size_t first, size_t count);

/*
 * Reads the outcomes of the rows from the session's answer, and adds to the counts. False if the answer does not match the
 * rows that were sent: then function and program have different versions.
 */
bool apply_call_take(const struct apply_call *call, const struct session *session, struct batch_row *rows, size_t count,
                     struct store_counts *counts);

void apply_call_release(struct apply_call *call);

#endif
