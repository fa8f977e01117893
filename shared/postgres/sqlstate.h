/*
 * sqlstate.h - what an error of the database means for a batch.
 *
 *     switch (sqlstate_classify(session_sqlstate(session), session_table(session))) { … }
 *
 * Codes are those of PostgreSQL's manual, appendix A, and OR001 of
 * orders.apply_batch. The one place where errors are classified.
 */
#ifndef SQLSTATE_H
#define SQLSTATE_H

enum sqlstate_class {
    SQLSTATE_AWAY,  /* will pass: the same batch can be applied again later */
    SQLSTATE_DATA,  /* some record in the batch cannot be stored */
    SQLSTATE_GAP,   /* the database lacks what was read before: it was emptied or restored */
    SQLSTATE_FATAL, /* an operator must correct something first */
};

/*
 * NULL and "" stand for a lost connection, whose outcome is unknown: AWAY. The
 * table is the one whose constraint is violated, "" where there is none: those of
 * partition_progress hold whatever the records are.
 */
enum sqlstate_class sqlstate_classify(const char *sqlstate, const char *table);

/* What to do about it, as a sentence; "" where waiting is all. Never NULL. */
const char *sqlstate_advice(const char *sqlstate, const char *table);

#endif
