/*
 * rejects.h - rows that were not replayed, and why.
 *
 * The first ten are logged, with reason, file and line; the rest is counted. With a
 * file, all go there as CSV: file, line, reason, and row, which is what the caller
 * gives: the row's first line, cut off at CSV_LINE_SHOWN.
 *
 *     struct rejects rejects;
 *
 *     if (!rejects_open(&rejects, "rejects.csv"))
 *         return REPLAY_NO_REJECTS_FILE;               // it was logged why
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

/* `path` is borrowed; NULL for no file. */
bool rejects_open(struct rejects *rejects, const char *path);

void rejects_add(struct rejects *rejects, const char *file, uint64_t line, const char *reason, const char *row,
                 size_t row_length);

/* Logs how many more there were than the first ten. False, and logged, when the file is not complete. */
bool rejects_close(struct rejects *rejects);

#endif
