/*
 * libcsv decides what a field is; this module decides what a row is, so that
 * one bad row cannot take others with it.
 *
 * The raw bytes of the row in progress stay in a window until it is complete.
 * libcsv is fed up to and including each line end, so at most one row completes
 * in a feed. When a row turns out bad (possibly many lines later, because of a
 * quote that was never closed) only its first line is given up: the window is
 * set back to the line after it and libcsv is fed again from there.
 *
 *     window:  [ given up | row in progress: fed | not yet fed | free ]
 *                         ^row_start             ^fed          ^end
 */
#define _GNU_SOURCE /* memfd_create */
#include "csv_reader.h"

#include "bug.h"
#include "csv_delimiter.h"
#include "csv_format.h"
#include "memory.h"
#include "reason.h"

#include <csv.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK_SIZE = 64 * 1024,
    WINDOW_SIZE = CSV_ROW_MAX + 1 + BLOCK_SIZE, /* a row, the end of its line, and what is read behind it */
    WAIT_MS = 5, /* for a row that comes slowly: what was sent before it is looked after meanwhile */
    NO_COLUMN = UINT8_MAX,
};

_Static_assert((int)CSV_COLUMNS_MAX <= (int)NO_COLUMN, "the number of a column is a byte");

/* What libcsv's callbacks gathered of the row in progress. */
struct row {
    size_t field_count;
    size_t longest_field;
    bool complete;
    char *text; /* the wanted fields, each with its NUL, behind one NUL that stands for absent ones */
    size_t text_length, text_size;
    size_t offsets[CSV_COLUMNS_MAX]; /* into text; 0 for absent ones, others are new with each whole row */
};

struct csv_reader {
    int fd;
    const struct csv_column *columns;
    size_t column_count;
    bool has_column[CSV_COLUMNS_MAX];
    uint8_t *columns_at;         /* which wanted column each field of the file is, or NO_COLUMN */
    size_t position_count;       /* how many fields columns_at knows of: those of the header, and room */
    const char *repeated_column; /* that appears twice in the header, or NULL */
    size_t header_fields;        /* 0 until the header was read */
    char delimiter;              /* '\0' until it is known */
    struct csv_parser parser;
    bool parser_is_ready; /* with the delimiter */
    struct row row;

    char *window;
    size_t row_start, fed, end;
    bool at_end;        /* of the file: nothing comes behind `end` */
    bool skipping_line; /* the rest of a line that was longer than the window */
    bool after_return;  /* the byte before row_start was a CR, whose LF may follow */
    uint64_t line;      /* the physical line of row_start, from 1 */
    uint64_t line_ends; /* in the row in progress */
    uint64_t bytes_read, size;
    uint64_t blank_rows;

    uint64_t shown_line;           /* of the row or reject that was returned last … */
    size_t shown_start, shown_end; /* … and its bytes in the window */
    char reason[REASON_SIZE];
};

__attribute__((format(printf, 3, 4))) static enum csv_result report(struct csv_reader *reader, enum csv_result result,
                                                                    const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reader->reason, sizeof(reader->reason), format, arguments);
    va_end(arguments);
    return result;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* How many bytes stand before the first line end; all of them when there is none. */
static size_t line_length(const char *bytes, size_t length)
{
    const char *newline = memchr(bytes, '\n', length), *end = newline ? newline : bytes + length;
    const char *carriage_return = memchr(bytes, '\r', (size_t)(end - bytes));

    return (size_t)((carriage_return ? carriage_return : end) - bytes);
}

static size_t append_text(struct row *row, const char *field, size_t length)
{
    size_t offset = row->text_length;

    while (row->text_size < offset + length + 1) {
        row->text_size *= 2;
        row->text = checked(realloc(row->text, row->text_size));
    }
    memcpy(row->text + offset, field, length);
    row->text[offset + length] = '\0';
    row->text_length += length + 1;
    return offset;
}

/* libcsv calls it for each field of a row. */
static void take_field(void *field, size_t length, void *data)
{
    struct csv_reader *reader = data;
    struct row *row = &reader->row;
    size_t position = row->field_count++;

    if (length > row->longest_field)
        row->longest_field = length;
    if (position >= reader->position_count || reader->columns_at[position] == NO_COLUMN || length > CSV_FIELD_MAX)
        return;
    row->offsets[reader->columns_at[position]] = append_text(row, field, length);
}

/* The index of the column with this name, or NO_COLUMN. */
static uint8_t find_column(const struct csv_reader *reader, const char *name, size_t length)
{
    for (size_t i = 0; i < reader->column_count; i++) {
        if (strlen(reader->columns[i].name) == length && strncasecmp(reader->columns[i].name, name, length) == 0)
            return (uint8_t)i;
    }
    return NO_COLUMN;
}

/* … and this one for each field of the header. */
static void take_name(void *field, size_t length, void *data)
{
    struct csv_reader *reader = data;
    size_t position = reader->row.field_count++;
    uint8_t column = find_column(reader, field, length);

    if (length > reader->row.longest_field)
        reader->row.longest_field = length;
    if (position == reader->position_count) {
        reader->position_count = position > 0 ? 2 * position : 64;
        reader->columns_at = checked(realloc(reader->columns_at, reader->position_count));
        memset(reader->columns_at + position, NO_COLUMN, reader->position_count - position);
    }
    reader->columns_at[position] = column;
    if (column == NO_COLUMN)
        return;
    if (reader->has_column[column] && !reader->repeated_column)
        reader->repeated_column = reader->columns[column].name;
    reader->has_column[column] = true;
}

/* … and this one at the end of a row. */
static void take_row_end(int c, void *data)
{
    struct csv_reader *reader = data;

    (void)c;
    reader->row.complete = true;
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
    struct row *row = &reader->row;

    row->field_count = 0;
    row->longest_field = 0;
    row->complete = false;
    row->text_length = 1;
    reader->line_ends = 0;
}

/* How much a file holds from here on; 0 where that cannot be known. */
static uint64_t size_left(int fd)
{
    struct stat status;
    off_t here = lseek(fd, 0, SEEK_CUR);

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || here < 0 || here > status.st_size)
        return 0;
    return (uint64_t)(status.st_size - here);
}

static struct csv_reader *new_reader(int fd, char delimiter, const struct csv_column *columns, size_t column_count)
{
    struct csv_reader *reader = checked(calloc(1, sizeof(*reader)));

    if (column_count > CSV_COLUMNS_MAX)
        BUG("too many columns");
    reader->fd = fd;
    reader->delimiter = delimiter;
    reader->columns = columns;
    reader->column_count = column_count;
    reader->line = 1;
    reader->size = size_left(fd);
    reader->window = checked(malloc(WINDOW_SIZE));
    reader->row.text_size = 1024;
    reader->row.text = checked(calloc(1, reader->row.text_size));
    begin_row(reader);
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

/* Reads a block behind `end`; CSV_ROW when there is something to go on with, be it the end of the file. */
static enum csv_result fill(struct csv_reader *reader)
{
    struct pollfd readable = { .fd = reader->fd, .events = POLLIN };
    ssize_t got;

    memmove(reader->window, reader->window + reader->row_start, reader->end - reader->row_start);
    reader->fed -= reader->row_start;
    reader->end -= reader->row_start;
    reader->row_start = 0;

    if (poll(&readable, 1, WAIT_MS) <= 0)
        return CSV_WAIT;
    got = read(reader->fd, reader->window + reader->end, BLOCK_SIZE);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return CSV_WAIT;
    if (got < 0)
        return report(reader, CSV_FAILED, "reading failed behind line %llu: %s", (unsigned long long)reader->line,
                      strerror(errno));
    if (got == 0 && reader->bytes_read < reader->size)
        return report(reader, CSV_FAILED, "it became shorter while it was read, behind line %llu",
                      (unsigned long long)reader->line);
    reader->at_end = got == 0;
    reader->end += (size_t)got;
    reader->bytes_read += (uint64_t)got;
    if (reader->bytes_read == reader->end && reader->end >= 3 && memcmp(reader->window, "\xEF\xBB\xBF", 3) == 0)
        reader->row_start = reader->fed = 3; /* the file begins with a BOM */
    return CSV_ROW;
}

/* Passes over what is left of a line that was given up, and over blank lines. */
static void skip_to_row(struct csv_reader *reader)
{
    if (reader->skipping_line) {
        reader->fed += line_length(reader->window + reader->fed, reader->end - reader->fed);
        reader->skipping_line = reader->fed == reader->end;
    }
    while (reader->fed < reader->end && is_line_end(reader->window[reader->fed])) {
        char c = reader->window[reader->fed++];

        if (c == '\r' || !reader->after_return)
            reader->line++;
        reader->after_return = c == '\r';
    }
    reader->row_start = reader->fed;
}

/* The first line that is not blank, of what is there. False when it may be longer. */
static bool find_header(const struct csv_reader *reader, const char **line, size_t *length)
{
    for (size_t start = reader->row_start; start < reader->end; start += *length + 1) {
        *line = reader->window + start;
        *length = line_length(*line, reader->end - start);
        if (!csv_delimiter_is_blank(*line, *length))
            return start + *length < reader->end;
    }
    *length = 0;
    return false;
}

/*
 * Before libcsv sees anything of the file its delimiter has to be known, and the header's first line therefore be
 * there. Lines of delimiters alone may precede it, which are blank rows or not, by the delimiter.
 */
static enum csv_result prepare_parser(struct csv_reader *reader)
{
    const char *line = "";
    size_t length;

    skip_to_row(reader);
    while (!find_header(reader, &line, &length) && !reader->at_end && reader->end - reader->row_start <= CSV_ROW_MAX) {
        enum csv_result filled = fill(reader);

        if (filled != CSV_ROW)
            return filled;
        skip_to_row(reader);
    }
    if (reader->delimiter == '\0')
        reader->delimiter = csv_delimiter_recognise(line, length, reader->columns, reader->column_count);
    init_parser(reader);
    reader->parser_is_ready = true;
    return CSV_ROW;
}

/* Feeds libcsv with the bytes up to a line end, or all there are. False when they cannot belong to a row. */
static bool feed(struct csv_reader *reader)
{
    const char *bytes = reader->window + reader->fed;
    size_t left = reader->end - reader->fed, length = line_length(bytes, left);
    bool is_name = reader->header_fields == 0, at_line_end = length < left;
    bool ends_return =
        at_line_end && length == 0 && *bytes == '\n' && reader->fed > reader->row_start && bytes[-1] == '\r';

    length += at_line_end;
    if (memchr(bytes, '\0', length)) {
        report(reader, CSV_REJECT, "there is a NUL byte in it");
        return false;
    }
    reader->fed += length;
    if (csv_parse(&reader->parser, bytes, length, is_name ? take_name : take_field, take_row_end, reader) < length) {
        report(reader, CSV_REJECT, "a quote in a field is not doubled, or a quoted field goes on behind its quote");
        return false;
    }
    reader->line_ends += at_line_end && !ends_return;
    if (reader->row.longest_field > CSV_FIELD_MAX || reader->parser.entry_pos > CSV_FIELD_MAX) {
        report(reader, CSV_REJECT, "a field is longer than %d bytes; is a quote never closed?", CSV_FIELD_MAX);
        return false;
    }
    if (reader->fed - reader->row_start > CSV_ROW_MAX + (size_t)at_line_end) {
        report(reader, CSV_REJECT, "the row is longer than %d bytes", CSV_ROW_MAX);
        return false;
    }
    return true;
}

/* The last line may lack its end. False when a quote is open. */
static bool feed_end(struct csv_reader *reader)
{
    bool is_name = reader->header_fields == 0;

    if (csv_fini(&reader->parser, is_name ? take_name : take_field, take_row_end, reader) == 0)
        return true;
    report(reader, CSV_REJECT, "a quote is never closed");
    return false;
}

/* Gives up the first line of the row in progress, and with it what libcsv knows of the row. */
static enum csv_result reject(struct csv_reader *reader)
{
    size_t length = line_length(reader->window + reader->row_start, reader->end - reader->row_start);

    reader->shown_line = reader->line;
    reader->shown_start = reader->row_start;
    reader->shown_end = reader->row_start + length;
    reader->row_start = reader->fed = reader->shown_end;
    reader->skipping_line = true; /* up to the line's end, which is here or still to come */
    reader->after_return = false;
    csv_free(&reader->parser);
    init_parser(reader);
    begin_row(reader);
    return CSV_REJECT;
}

/* Goes on behind the row in progress. */
static void pass_row(struct csv_reader *reader)
{
    reader->line += reader->line_ends;
    reader->after_return = reader->window[reader->fed - 1] == '\r';
    reader->row_start = reader->fed;
}

static enum csv_result finish_row(struct csv_reader *reader)
{
    const struct row *row = &reader->row;

    if (reader->header_fields > 0 && row->field_count != reader->header_fields) {
        report(reader, CSV_REJECT, "it has %zu fields, but the header has %zu", row->field_count,
               reader->header_fields);
        return reject(reader);
    }
    reader->shown_line = reader->line;
    reader->shown_start = reader->row_start;
    reader->shown_end = reader->fed;
    pass_row(reader);
    return CSV_ROW;
}

static void skip_blank_row(struct csv_reader *reader)
{
    reader->blank_rows++;
    pass_row(reader);
    begin_row(reader);
}

/* CSV_ROW when there is something to feed libcsv with, be it the end of the file. */
static enum csv_result provide(struct csv_reader *reader)
{
    if (!reader->parser_is_ready)
        return prepare_parser(reader);
    return reader->fed < reader->end || reader->at_end ? CSV_ROW : fill(reader);
}

enum csv_result csv_reader_next(struct csv_reader *reader)
{
    if (reader->row.complete)
        begin_row(reader);
    for (;;) {
        enum csv_result provided = provide(reader);

        if (provided != CSV_ROW)
            return provided;
        if (reader->fed == reader->row_start)
            skip_to_row(reader);
        if (reader->fed < reader->end) {
            if (!feed(reader))
                return reject(reader);
        } else if (reader->at_end) {
            if (reader->fed == reader->row_start)
                return CSV_END;
            if (!feed_end(reader))
                return reject(reader);
        }
        if (!reader->row.complete)
            continue;
        if (reader->row.longest_field > 0)
            return finish_row(reader);
        skip_blank_row(reader);
    }
}

/* What a first line that is no header of ours tells about the file; NULL for nothing. */
static const char *recognise(const struct csv_reader *reader)
{
    size_t length;
    const char *line = csv_reader_line(reader, &length);

    return csv_format_recognise(line, length);
}

static enum csv_result check_header(struct csv_reader *reader)
{
    char missing[256] = "";

    if (reader->repeated_column)
        return report(reader, CSV_REFUSED, "the column %s appears twice in its header", reader->repeated_column);
    for (size_t i = 0; i < reader->column_count; i++) {
        size_t length = strlen(missing);

        if (reader->columns[i].required && !reader->has_column[i])
            snprintf(missing + length, sizeof(missing) - length, "%s%s", length ? ", " : "", reader->columns[i].name);
    }
    if (*missing && recognise(reader))
        return report(reader, CSV_REFUSED, "%s", recognise(reader));
    if (*missing)
        return report(reader, CSV_REFUSED, "its first line has no column named %s", missing);
    reader->header_fields = reader->row.field_count;
    return CSV_ROW;
}

enum csv_result csv_reader_header(struct csv_reader *reader)
{
    enum csv_result result = csv_reader_next(reader);
    char reason[REASON_SIZE];

    switch (result) {
    case CSV_ROW:
        return check_header(reader);
    case CSV_END:
        return report(reader, CSV_REFUSED, "it is empty");
    case CSV_REJECT:
        if (recognise(reader))
            return report(reader, CSV_REFUSED, "%s", recognise(reader));
        snprintf(reason, sizeof(reason), "%s", reader->reason);
        return report(reader, CSV_REFUSED, "its first line is no CSV header: %.400s", reason);
    default:
        return result;
    }
}

bool csv_reader_has_column(const struct csv_reader *reader, size_t column)
{
    return reader->has_column[column];
}

const char *csv_reader_field(const struct csv_reader *reader, size_t column)
{
    return reader->row.text + reader->row.offsets[column];
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
    const char *line = reader->window + reader->shown_start;

    *length = line_length(line, reader->shown_end - reader->shown_start);
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
    return reader->size > 0 ? (double)reader->bytes_read / (double)reader->size : -1;
}

void csv_reader_free(struct csv_reader *reader)
{
    if (!reader)
        return;
    if (reader->fd != STDIN_FILENO)
        close(reader->fd);
    if (reader->parser_is_ready)
        csv_free(&reader->parser);
    free(reader->columns_at);
    free(reader->row.text);
    free(reader->window);
    free(reader);
}
