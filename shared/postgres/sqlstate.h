/*
 * sqlstate.h - classifies the errors of the database by what they mean for a batch.
 *
 *     switch (sqlstate_classify(session_sqlstate(session), session_table(session))) { … }
 *
 * Codes are those of PostgreSQL's manual, appendix A, and OR001 of
 * orders.apply_batch. This is the only place that classifies errors.
 */
#ifndef SQLSTATE_H
#define SQLSTATE_H

enum sqlstate_class {
    SQLSTATE_AWAY,  /* temporary: the same batch can be applied later */
    SQLSTATE_DATA,  /* some record in the batch cannot be stored */
    SQLSTATE_GAP,   /* the database lacks records that were read before: it was emptied or restored */
    SQLSTATE_FATAL, /* an operator must correct something first */
};

/*
 * NULL and "" mean a lost connection, whose outcome is unknown: AWAY. The table is
 * the one whose constraint is violated, or "". No record can violate a constraint
 * of partition_progress.
 */
enum sqlstate_class sqlstate_classify(const char *sqlstate, const char *table);

/* What to do about it, as a sentence; "" if waiting is enough. Never NULL. */
const char *sqlstate_advice(const char *sqlstate, const char *table);

#endif
