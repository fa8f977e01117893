/*
 * csv_window.h - the bytes of a CSV file around the row in progress, and which line of the file they are.
 *
 *     bytes:  [ given up | row in progress: fed | not yet fed | free ]
 *                        ^row_start             ^fed          ^end
 *
 * The reader moves `fed` forward. All before row_start is free for csv_window_fill.
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
    bool at_end;               /* of the file: nothing comes behind `end` */
    bool skipping_line;        /* the rest of a line that was longer than the window */
    bool after_return;         /* the byte before row_start was a CR, whose LF may follow */
    uint64_t line;             /* the physical line of row_start, from 1 */
    uint64_t bytes_read, size; /* size: 0 where it is not known */
};

/* The caller owns the open file. */
void csv_window_init(struct csv_window *window, int fd);

/* Reads a block behind `end`: CSV_ROW when it did or the file ended; CSV_WAIT; or CSV_FAILED with the reason. */
enum csv_result csv_window_fill(struct csv_window *window, char reason[REASON_SIZE]);

/* Passes over what is left of a line that was given up, and over blank lines. */
void csv_window_skip(struct csv_window *window);

/* Goes on behind the row in progress, which ends at `fed` and has so many line ends. */
void csv_window_pass_row(struct csv_window *window, uint64_t line_ends);

/* Goes on behind the first line of the row in progress. */
void csv_window_give_up_line(struct csv_window *window);

void csv_window_release(struct csv_window *window);

/* How many bytes stand before the first line end; all of them when there is none. */
size_t csv_line_length(const char *bytes, size_t length);

#endif
