/*
 * csv_window.h - the bytes of a CSV file around the current row, and their line number in the file.
 *
 *     bytes:  [ given up | row in progress: fed | not yet fed | free ]
 *                        ^row_start             ^fed          ^end
 *
 * The reader moves `fed` forward. csv_window_fill may overwrite the bytes before row_start.
 *
 *     struct csv_window window;
 *
 *     csv_window_init(&window, fd);
 *     if (csv_window_fill(&window, reason) == CSV_ROW) {
 *         csv_window_skip(&window);                   // past blank lines
 *         window.fed += csv_line_length(window.bytes + window.fed, window.end - window.fed);
 *         csv_window_pass_row(&window, 0);            // or csv_window_give_up_line
 *     }
 *     csv_window_release(&window);
 */
#ifndef CSV_WINDOW_H
#define CSV_WINDOW_H

#include "csv_reader.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct csv_window {
    int fd;
    char *bytes;
    size_t row_start, fed, end;
    bool at_end;               /* `end` is the end of the file */
    bool skipping_line;        /* skips the rest of a line that is longer than the window */
    bool after_return;         /* the byte before row_start was a CR, whose LF may follow */
    uint64_t line;             /* the physical line of row_start, from 1 */
    uint64_t bytes_read, size; /* size: 0 if it is not known */
};

/* The caller owns the file descriptor. */
void csv_window_init(struct csv_window *window, int fd);

/* Reads a block and appends it. CSV_ROW if that succeeded or the file has ended; CSV_WAIT; or CSV_FAILED with the reason. */
enum csv_result csv_window_fill(struct csv_window *window, char reason[REASON_SIZE]);

/* Skips the rest of a line that was given up, and blank lines. */
void csv_window_skip(struct csv_window *window);

/* Continues after the current row, which ends at `fed` and contains `line_ends` line ends. */
void csv_window_pass_row(struct csv_window *window, uint64_t line_ends);

/* Continues after the first line of the current row. */
void csv_window_give_up_line(struct csv_window *window);

void csv_window_release(struct csv_window *window);

/* The number of bytes before the first line end, or of all bytes if there is no line end. */
size_t csv_line_length(const char *bytes, size_t length);

#endif
