/*
 * csv_reader.h - a CSV file (RFC 4180) as rows of the columns that are wanted.
 *
 * Columns are found by the names in the header, in any order and without
 * regard to case. Fields are never trimmed. CRLF, LF and CR end a line, blank
 * lines are skipped, a BOM is ignored, the last line may lack its end. Blank
 * rows, as spreadsheets leave them, are skipped too: those whose fields are all
 * empty, however many they are. What cannot be read as a row is rejected by its
 * first physical line, and reading goes on at the next one: an unterminated
 * quote costs few rows, never the rest of the file. Memory is bounded by
 * CSV_ROW_MAX whatever the file holds.
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
    CSV_FIELD_MAX = 64 * 1024,
    CSV_ROW_MAX = 1024 * 1024,
    CSV_LINE_SHOWN = 1024, /* how much of a line csv_reader_line gives */
};

enum csv_result {
    CSV_ROW,
    CSV_REJECT, /* not a row: see csv_reader_reason */
    CSV_WAIT,   /* a pipe that had nothing for a moment: ask again */
    CSV_END,
    CSV_REFUSED, /* by csv_reader_header: the file is not what it should be; see csv_reader_reason */
    CSV_FAILED,  /* reading failed: see csv_reader_reason */
};

struct csv_reader;

/*
 * Opens the file; "-" is standard input. NULL, with the reason, when it cannot
 * be opened. With a delimiter of '\0' the header tells which it is: see
 * csv_delimiter.h. `columns`, at most CSV_COLUMNS_MAX and no two of one name, are
 * borrowed while the reader lives.
 */
struct csv_reader *csv_reader_open(const char *path, char delimiter, const struct csv_column *columns,
                                   size_t column_count, char reason[REASON_SIZE]);

/* The same for a file that is in memory, whose delimiter the header tells; the bytes are copied. */
struct csv_reader *csv_reader_open_text(const char *bytes, size_t length, const struct csv_column *columns,
                                        size_t column_count, char reason[REASON_SIZE]);

/* Reads the header, once, before any row: CSV_ROW when it has the columns, or CSV_WAIT, CSV_REFUSED, CSV_FAILED. */
enum csv_result csv_reader_header(struct csv_reader *reader);

/* The next row, or what happened instead. Waits 5 ms at most where a pipe has nothing. */
enum csv_result csv_reader_next(struct csv_reader *reader);

/* Whether the header has the column of that index in `columns`. */
bool csv_reader_has_column(const struct csv_reader *reader, size_t column);

/* A field of the row that was read last, by the index of its column; "" where the file lacks it. */
const char *csv_reader_field(const struct csv_reader *reader, size_t column);

/* How many blank rows were skipped so far. An empty line is not a row. */
uint64_t csv_reader_blank_rows(const struct csv_reader *reader);

/* Where the last row or reject starts: a physical line of the file, from 1. */
uint64_t csv_reader_line_number(const struct csv_reader *reader);

/* That line's bytes, without its end, cut at CSV_LINE_SHOWN; not terminated. */
const char *csv_reader_line(const struct csv_reader *reader, size_t *length);

const char *csv_reader_reason(const struct csv_reader *reader);

/* How much was read, 0 to 1, or negative when the size is not known. */
double csv_reader_progress(const struct csv_reader *reader);

void csv_reader_free(struct csv_reader *reader);

#endif
