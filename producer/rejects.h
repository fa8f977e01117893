/*
 * rejects.h - reports the rows that were not replayed, and the reasons.
 *
 * The first ten are logged with reason, file and line, and the others are counted. If
 * there is a file, all are written to it as CSV: file, line, reason, and row. The caller
 * passes the row: its first line, truncated at CSV_LINE_SHOWN.
 *
 *     struct rejects rejects;
 *
 *     if (!rejects_open(&rejects, "rejects.csv"))
 *         return REPLAY_NO_REJECTS_FILE;               // the reason was logged
 *     rejects_add(&rejects, "orders.csv", 17, "order_id is missing", row, row_length);
 *     if (!rejects_close(&rejects))
 *         return REPLAY_FILE_FAILED;
 */
#ifndef REJECTS_H
#define REJECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct rejects {
    const char *path;
    FILE *file;
    uint64_t count;
};

/* `path` is borrowed. NULL: no file is written. */
bool rejects_open(struct rejects *rejects, const char *path);

void rejects_add(struct rejects *rejects, const char *file, uint64_t line, const char *reason, const char *row,
                 size_t row_length);

/* Logs how many rows there were after the first ten. False if the file is not complete, which is logged. */
bool rejects_close(struct rejects *rejects);

#endif
