/*
 * csv_row.h - the fields of the row that libcsv is reading.
 *
 *     struct csv_row row;
 *
 *     csv_row_init(&row);
 *     csv_row_take(&row, 2, "delivered", 9);          // in libcsv's callback for a field, here of column 2
 *     csv_row_take(&row, CSV_NO_COLUMN, "2017", 4);   // a field that is not read: counted, not stored
 *     row.is_complete = true;                         // in its callback for the end of a row
 *     puts(csv_row_field(&row, 2));                   // "delivered"
 *     csv_row_begin(&row);                            // the next one
 *     csv_row_release(&row);
 *
 * Fields longer than CSV_FIELD_MAX are counted, and their length is noted, but they are not stored: such a row is rejected.
 */
#ifndef CSV_ROW_H
#define CSV_ROW_H

#include "csv_header.h"

#include <stdbool.h>
#include <stddef.h>

enum { CSV_FIELD_MAX = 64 * 1024 }; /* bytes */

struct csv_row {
    size_t field_count;
    size_t longest_field; /* bytes */
    bool is_complete;
    char *text; /* the fields of columns, each with its NUL, after one NUL for absent columns */
    size_t text_length, text_size;
    size_t offsets[CSV_COLUMNS_MAX]; /* into text; 0 for absent columns; all others are set by each complete row */
};

void csv_row_init(struct csv_row *row);

/* Discards the fields. */
void csv_row_begin(struct csv_row *row);

/* Copies a field of a column. */
void csv_row_take(struct csv_row *row, size_t column, const char *field, size_t length);

/* "" for a column that the header does not have. Borrowed until csv_row_begin. */
const char *csv_row_field(const struct csv_row *row, size_t column);

void csv_row_release(struct csv_row *row);

#endif
