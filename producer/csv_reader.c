/*
 * libcsv decides where fields end. This module decides where rows end, so that a bad
 * row does not affect others.
 *
 * The raw bytes of the current row stay in a window (csv_window.h) until the row is
 * complete. libcsv is fed up to and including each line end, so at most one row
 * completes in a feed. If a row turns out to be bad (possibly many lines later, because
 * of a quote that was never closed), only its first line is rejected: the window is
 * set back to the line after it, and libcsv is fed again from there.
 */
#define _GNU_SOURCE /* memfd_create */
#include "csv_reader.h"

#include "csv_delimiter.h"
#include "csv_format.h"
#include "csv_header.h"
#include "csv_row.h"
#include "csv_window.h"
#include "memory.h"
#include "reason.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

_Static_assert((int)CSV_FIELD_MAX < (int)CSV_ROW_MAX, "a field of the greatest length has a place in a row");
_Static_assert((int)CSV_LINE_SHOWN <= (int)CSV_ROW_MAX, "the window holds what is shown of a line");

struct csv_reader {
    struct csv_header header;
    size_t header_fields; /* 0 until the header was read */
    char delimiter;       /* '\0' until it is known */
    struct csv_parser parser;
    bool parser_is_ready; /* with the delimiter */
    struct csv_row row;
    struct csv_window window;
    uint64_t line_ends; /* in the row in progress */
    uint64_t blank_rows;

    uint64_t shown_line;           /* of the row or reject that was returned last … */
    size_t shown_start, shown_end; /* … and its bytes in the window */
    char reason[REASON_SIZE];
};

/* libcsv calls it for each field of a row. */
static void take_field(void *field, size_t length, void *data)
{
    struct csv_reader *reader = data;

    csv_row_take(&reader->row, csv_header_column(&reader->header, reader->row.field_count), field, length);
}

/* … and this one for each field of the header. */
static void take_name(void *field, size_t length, void *data)
{
    struct csv_reader *reader = data;

    csv_header_take(&reader->header, reader->row.field_count, field, length);
    csv_row_take(&reader->row, CSV_NO_COLUMN, field, length);
}

/* … and this one at the end of a row. */
static void take_row_end(int c, void *data)
{
    struct csv_reader *reader = data;

    (void)c;
    reader->row.is_complete = true;
}

static int nothing_is_space(unsigned char c)
{
    (void)c;
    return 0;
}

static void init_parser(struct csv_reader *reader)
{
    if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0)
        OUT_OF_MEMORY();
    csv_set_delim(&reader->parser, (unsigned char)reader->delimiter);
    csv_set_space_func(&reader->parser, nothing_is_space); /* libcsv trims what it takes for space */
}

static void begin_row(struct csv_reader *reader)
{
    csv_row_begin(&reader->row);
    reader->line_ends = 0;
}

static struct csv_reader *new_reader(int fd, char delimiter, const struct csv_column *columns, size_t column_count)
{
    struct csv_reader *reader = checked(calloc(1, sizeof(*reader)));

    reader->delimiter = delimiter;
    csv_header_init(&reader->header, columns, column_count);
    csv_window_init(&reader->window, fd);
    csv_row_init(&reader->row);
    return reader;
}

struct csv_reader *csv_reader_open(const char *path, char delimiter, const struct csv_column *columns,
                                   size_t column_count, char reason[REASON_SIZE])
{
    bool is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;

    if (fd >= 0 && fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        if (!is_stdin)
            close(fd);
        fd = -1;
        errno = EISDIR;
    }
    if (fd < 0) {
        reason_set(reason, "%s", strerror(errno));
        return NULL;
    }
    return new_reader(fd, delimiter, columns, column_count);
}

static bool write_all(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);

        if (written < 0)
            return false;
        bytes += written;
        length -= (size_t)written;
    }
    return true;
}

struct csv_reader *csv_reader_open_text(const char *bytes, size_t length, const struct csv_column *columns,
                                        size_t column_count, char reason[REASON_SIZE])
{
    int fd = memfd_create("csv", MFD_CLOEXEC);

    if (fd >= 0 && write_all(fd, bytes, length) && lseek(fd, 0, SEEK_SET) == 0)
        return new_reader(fd, '\0', columns, column_count);
    reason_set(reason, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return NULL;
}

/* The first line in the window that is not blank. False when it may be longer. */
static bool find_header(const struct csv_window *window, const char **line, size_t *length)
{
    for (size_t start = window->row_start; start < window->end; start += *length + 1) {
        *line = window->bytes + start;
        *length = csv_line_length(*line, window->end - start);
        if (!csv_delimiter_is_blank(*line, *length))
            return start + *length < window->end;
    }
    *length = 0;
    return false;
}

/*
 * libcsv needs the delimiter before it sees any of the file, and the header's first line tells the delimiter. Lines
 * that have only delimiters may precede it: whether they are blank rows depends on the delimiter.
 */
static enum csv_result prepare_parser(struct csv_reader *reader)
{
    struct csv_window *window = &reader->window;
    const char *line = "";
    size_t length;

    csv_window_skip(window);
    while (!find_header(window, &line, &length) && !window->at_end && window->end - window->row_start <= CSV_ROW_MAX) {
        enum csv_result filled = csv_window_fill(window, reader->reason);

        if (filled != CSV_ROW)
            return filled;
        csv_window_skip(window);
    }
    if (reader->delimiter == '\0')
        reader->delimiter = csv_delimiter_recognise(line, length, reader->header.columns, reader->header.column_count);
    init_parser(reader);
    reader->parser_is_ready = true;
    return CSV_ROW;
}

/* Feeds libcsv with the bytes up to a line end, or all there are. False when they cannot belong to a row. */
static bool feed(struct csv_reader *reader)
{
    struct csv_window *window = &reader->window;
    const char *bytes = window->bytes + window->fed;
    size_t left = window->end - window->fed, length = csv_line_length(bytes, left);
    bool is_name = reader->header_fields == 0, at_line_end = length < left;
    bool ends_return =
        at_line_end && length == 0 && *bytes == '\n' && window->fed > window->row_start && bytes[-1] == '\r';

    length += at_line_end;
    if (memchr(bytes, '\0', length))
        return reason_set(reader->reason, "there is a NUL byte in it");
    window->fed += length;
    if (csv_parse(&reader->parser, bytes, length, is_name ? take_name : take_field, take_row_end, reader) < length)
        return reason_set(reader->reason,
                          "a quote inside a field is not doubled, or text follows the closing quote of a field");
    reader->line_ends += at_line_end && !ends_return;
    if (reader->row.longest_field > CSV_FIELD_MAX || reader->parser.entry_pos > CSV_FIELD_MAX)
        return reason_set(reader->reason, "a field is longer than %d bytes; is a quote never closed?", CSV_FIELD_MAX);
    return window->fed - window->row_start <= CSV_ROW_MAX + (size_t)at_line_end ||
           reason_set(reader->reason, "the row is longer than %d bytes", CSV_ROW_MAX);
}

/* The last line may lack its end. False when a quote is open. */
static bool feed_end(struct csv_reader *reader)
{
    bool is_name = reader->header_fields == 0;

    return csv_fini(&reader->parser, is_name ? take_name : take_field, take_row_end, reader) == 0 ||
           reason_set(reader->reason, "a quote is never closed");
}

/* Gives up the first line of the row in progress, and with it what libcsv knows of the row. */
static enum csv_result reject(struct csv_reader *reader)
{
    reader->shown_line = reader->window.line;
    reader->shown_start = reader->window.row_start;
    csv_window_give_up_line(&reader->window);
    reader->shown_end = reader->window.row_start;
    csv_free(&reader->parser);
    init_parser(reader);
    begin_row(reader);
    return CSV_REJECT;
}

static enum csv_result finish_row(struct csv_reader *reader)
{
    const struct csv_row *row = &reader->row;

    if (reader->header_fields > 0 && row->field_count != reader->header_fields) {
        reason_set(reader->reason, "it has %zu fields, but the header has %zu", row->field_count,
                   reader->header_fields);
        return reject(reader);
    }
    reader->shown_line = reader->window.line;
    reader->shown_start = reader->window.row_start;
    reader->shown_end = reader->window.fed;
    csv_window_pass_row(&reader->window, reader->line_ends);
    return CSV_ROW;
}

static void skip_blank_row(struct csv_reader *reader)
{
    reader->blank_rows++;
    csv_window_pass_row(&reader->window, reader->line_ends);
    begin_row(reader);
}

/* CSV_ROW when there is something to feed libcsv with, or the file ends. */
static enum csv_result provide(struct csv_reader *reader)
{
    if (!reader->parser_is_ready)
        return prepare_parser(reader);
    return reader->window.fed < reader->window.end || reader->window.at_end
               ? CSV_ROW
               : csv_window_fill(&reader->window, reader->reason);
}

enum csv_result csv_reader_next(struct csv_reader *reader)
{
    struct csv_window *window = &reader->window;

    if (reader->row.is_complete)
        begin_row(reader);
    for (;;) {
        enum csv_result provided = provide(reader);

        if (provided != CSV_ROW)
            return provided;
        if (window->fed == window->row_start)
            csv_window_skip(window);
        if (window->fed < window->end) {
            if (!feed(reader))
                return reject(reader);
        } else if (window->at_end) {
            if (window->fed == window->row_start)
                return CSV_END;
            if (!feed_end(reader))
                return reject(reader);
        }
        if (!reader->row.is_complete)
            continue;
        if (reader->row.longest_field > 0)
            return finish_row(reader);
        skip_blank_row(reader);
    }
}

/* The whole file is refused. What its first line shows of its format comes before what is wrong with that line. */
static enum csv_result refuse_first_line(struct csv_reader *reader)
{
    size_t length;
    const char *line = csv_reader_line(reader, &length), *format = csv_format_recognise(line, length);
    char reason[REASON_SIZE];

    snprintf(reason, sizeof(reason), "%s", reader->reason);
    if (format)
        reason_set(reader->reason, "%s", format);
    else
        reason_set(reader->reason, "its first line is not a CSV header: %.400s", reason);
    return CSV_REFUSED;
}

enum csv_result csv_reader_header(struct csv_reader *reader)
{
    enum csv_result result = csv_reader_next(reader);
    const char *line;
    size_t length;

    switch (result) {
    case CSV_ROW:
        line = csv_reader_line(reader, &length);
        if (!csv_header_check(&reader->header, line, length, reader->reason))
            return CSV_REFUSED;
        reader->header_fields = reader->row.field_count;
        return CSV_ROW;
    case CSV_END:
        reason_set(reader->reason, "it is empty");
        return CSV_REFUSED;
    case CSV_REJECT:
        return refuse_first_line(reader);
    default:
        return result;
    }
}

bool csv_reader_has_column(const struct csv_reader *reader, size_t column)
{
    return reader->header.has_column[column];
}

const char *csv_reader_field(const struct csv_reader *reader, size_t column)
{
    return csv_row_field(&reader->row, column);
}

uint64_t csv_reader_blank_rows(const struct csv_reader *reader)
{
    return reader->blank_rows;
}

uint64_t csv_reader_line_number(const struct csv_reader *reader)
{
    return reader->shown_line;
}

const char *csv_reader_line(const struct csv_reader *reader, size_t *length)
{
    const char *line = reader->window.bytes + reader->shown_start;

    *length = csv_line_length(line, reader->shown_end - reader->shown_start);
    if (*length > CSV_LINE_SHOWN)
        *length = CSV_LINE_SHOWN;
    return line;
}

const char *csv_reader_reason(const struct csv_reader *reader)
{
    return reader->reason;
}

double csv_reader_progress(const struct csv_reader *reader)
{
    const struct csv_window *window = &reader->window;

    return window->size > 0 ? (double)window->bytes_read / (double)window->size : -1;
}

void csv_reader_free(struct csv_reader *reader)
{
    if (!reader)
        return;
    if (reader->window.fd != STDIN_FILENO)
        close(reader->window.fd);
    if (reader->parser_is_ready)
        csv_free(&reader->parser);
    csv_header_release(&reader->header);
    csv_window_release(&reader->window);
    csv_row_release(&reader->row);
    free(reader);
}
