/*
 * csv_reader.h - reads the wanted columns of a CSV file (RFC 4180), row by row.
 *
 * Columns are found by the names in the header, in any order and without regard to
 * case. Fields are never trimmed. CRLF, LF and CR end a line. Blank lines are skipped,
 * a BOM is ignored, and the last line may lack its end. Blank rows, which spreadsheets
 * write, are skipped too: rows whose fields are all empty, whatever their number. If
 * something cannot be read as a row, only its first physical line is rejected, and
 * reading continues at the next line. So an unterminated quote loses few rows, never
 * the rest of the file. Memory is bounded by CSV_ROW_MAX, whatever the file contains.
 *
 *     static const struct csv_column COLUMNS[] = { { "order_id", true }, { "order_status", false } };
 *     struct csv_reader *reader = csv_reader_open("orders.csv", '\0', COLUMNS, 2, error);
 *
 *     while ((result = csv_reader_header(reader)) == CSV_WAIT)
 *         continue;
 *     if (result != CSV_ROW)
 *         refuse(csv_reader_reason(reader));
 *     while ((result = csv_reader_next(reader)) == CSV_ROW || result == CSV_REJECT || result == CSV_WAIT) {
 *         if (result == CSV_ROW)
 *             use(csv_reader_field(reader, 0));
 *     }
 *     csv_reader_free(reader);
 *
 * All texts that the reader returns are borrowed until the next call of csv_reader_next or csv_reader_free.
 */
#ifndef CSV_READER_H
#define CSV_READER_H

#include "csv_header.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSV_ROW_MAX = 1024 * 1024,
    CSV_LINE_SHOWN = 1024, /* the maximum number of bytes that csv_reader_line returns */
};

enum csv_result {
    CSV_ROW,
    CSV_REJECT, /* not a row: see csv_reader_reason */
    CSV_WAIT,   /* a pipe has no data yet: call again */
    CSV_END,
    CSV_REFUSED, /* by csv_reader_header: the file cannot be used; see csv_reader_reason */
    CSV_FAILED,  /* reading failed: see csv_reader_reason */
};

struct csv_reader;

/*
 * Opens the file; "-" is standard input. NULL, with the reason, if it cannot be opened.
 * If the delimiter is '\0', it is recognised from the header: see csv_delimiter.h.
 * `columns`, at most CSV_COLUMNS_MAX and all with different names, are borrowed until
 * csv_reader_free.
 */
struct csv_reader *csv_reader_open(const char *path, char delimiter, const struct csv_column *columns,
                                   size_t column_count, char reason[REASON_SIZE]);

/* The same for a file in memory, whose delimiter is recognised from the header. The bytes are copied. */
struct csv_reader *csv_reader_open_text(const char *bytes, size_t length, const struct csv_column *columns,
                                        size_t column_count, char reason[REASON_SIZE]);

/* Reads the header, once, before any row. CSV_ROW if it has the columns; otherwise CSV_WAIT, CSV_REFUSED or CSV_FAILED. */
enum csv_result csv_reader_header(struct csv_reader *reader);

/* Reads the next row, or returns what happened instead. If a pipe has no data, it waits for at most 5 ms. */
enum csv_result csv_reader_next(struct csv_reader *reader);

/* Whether the header has the column of that index in `columns`. */
bool csv_reader_has_column(const struct csv_reader *reader, size_t column);

/* A field of the row that was read last, by the index of its column; "" if the file lacks the column. */
const char *csv_reader_field(const struct csv_reader *reader, size_t column);

/* The number of blank rows that were skipped so far. An empty line is not a row. */
uint64_t csv_reader_blank_rows(const struct csv_reader *reader);

/* The physical line of the file, from 1, at which the last row or reject starts. */
uint64_t csv_reader_line_number(const struct csv_reader *reader);

/* The bytes of that line, without its end, truncated at CSV_LINE_SHOWN, and without a NUL. */
const char *csv_reader_line(const struct csv_reader *reader, size_t *length);

const char *csv_reader_reason(const struct csv_reader *reader);

/* The part of the file that was read, 0 to 1; negative if its size is not known. */
double csv_reader_progress(const struct csv_reader *reader);

void csv_reader_free(struct csv_reader *reader);

#endif
