#include "lifecycle_file.h"

#include "csv_reader.h"
#include "log.h"
#include "reason.h"
#include "stop.h"

#include <stdio.h>

extern const char lifecycle_olist[], lifecycle_olist_end[]; /* embedded.S */

_Static_assert((int)LIFECYCLE_CELLS <= (int)CSV_COLUMNS_MAX, "the reader finds all columns of a lifecycle file");

static const char COMPONENT[] = "lifecycle";

static const char *name_of(const char *path)
{
    return path ? path : "the built-in lifecycle";
}

/* To the reader no column is required: read_header says which one is missing, with its line. */
static struct csv_reader *open_file(const char *path, const struct csv_column columns[LIFECYCLE_CELLS],
                                    enum replay_end *end)
{
    char reason[REASON_SIZE];
    /* cppcheck-suppress comparePointers ; embedded.S puts the end behind the bytes */
    size_t length = (size_t)(lifecycle_olist_end - lifecycle_olist);
    struct csv_reader *reader = path ? csv_reader_open(path, '\0', columns, LIFECYCLE_CELLS, reason)
                                     : csv_reader_open_text(lifecycle_olist, length, columns, LIFECYCLE_CELLS, reason);

    if (!reader) {
        log_error(COMPONENT, "cannot read %s: %s", name_of(path), reason);
        *end = REPLAY_NO_FILE;
    }
    return reader;
}

/* The next row, or what comes in its place, for a reader that may have to wait. */
static enum csv_result next_row(struct csv_reader *reader, enum csv_result (*next)(struct csv_reader *))
{
    enum csv_result result = CSV_WAIT;

    while (result == CSV_WAIT && !stop_requested())
        result = next(reader);
    return result;
}

static bool add_row(struct lifecycle *lifecycle, const struct csv_reader *reader, char reason[REASON_SIZE])
{
    const char *cells[LIFECYCLE_CELLS];

    for (size_t i = 0; i < LIFECYCLE_CELLS; i++)
        cells[i] = csv_reader_field(reader, i);
    return lifecycle_add(lifecycle, csv_reader_line_number(reader), cells, reason);
}

/* False with the reason, or with *end where the lifecycle is not to blame. */
static bool read_rows(struct lifecycle *lifecycle, struct csv_reader *reader, char reason[REASON_SIZE],
                      enum replay_end *end)
{
    for (;;) {
        switch (next_row(reader, csv_reader_next)) {
        case CSV_ROW:
            if (!add_row(lifecycle, reader, reason))
                return false;
            break;
        case CSV_END:
            return lifecycle_finish(lifecycle, reason);
        case CSV_REJECT:
            reason_set(reason, "line %llu: it is not a row of CSV with as many fields as the header",
                       (unsigned long long)csv_reader_line_number(reader));
            return false;
        case CSV_WAIT:
            *end = REPLAY_STOPPED;
            return false;
        case CSV_REFUSED:
        case CSV_FAILED:
            reason_set(reason, "%.300s", csv_reader_reason(reader));
            *end = REPLAY_FILE_FAILED;
            return false;
        }
    }
}

static bool read_header(struct csv_reader *reader, char reason[REASON_SIZE], enum replay_end *end)
{
    switch (next_row(reader, csv_reader_header)) {
    case CSV_ROW:
        break;
    case CSV_WAIT:
        *end = REPLAY_STOPPED;
        return false;
    case CSV_FAILED:
        *end = REPLAY_FILE_FAILED;
        reason_set(reason, "%.300s", csv_reader_reason(reader));
        return false;
    default:
        reason_set(reason, "line 1: %.300s", csv_reader_reason(reader));
        return false;
    }
    for (size_t i = 0; i < LIFECYCLE_CELLS; i++) {
        if (!csv_reader_has_column(reader, i)) {
            reason_set(reason, "line 1: there is no column named %s", LIFECYCLE_CELL_NAMES[i]);
            return false;
        }
    }
    return true;
}

struct lifecycle *lifecycle_file_read(const char *path, enum replay_end *end)
{
    struct csv_column columns[LIFECYCLE_CELLS];
    char reason[REASON_SIZE] = "";
    struct lifecycle *lifecycle = lifecycle_new();
    struct csv_reader *reader;
    bool is_good;

    for (size_t i = 0; i < LIFECYCLE_CELLS; i++)
        columns[i] = (struct csv_column){ LIFECYCLE_CELL_NAMES[i], false };
    *end = REPLAY_WRONG_LIFECYCLE;
    reader = open_file(path, columns, end);
    is_good = reader && read_header(reader, reason, end) && read_rows(lifecycle, reader, reason, end);
    if (reader && !is_good && *end != REPLAY_STOPPED)
        log_error(COMPONENT, "cannot use %s: %s", name_of(path), reason);
    csv_reader_free(reader);
    if (is_good)
        return lifecycle;
    lifecycle_free(lifecycle);
    return NULL;
}
