#define _POSIX_C_SOURCE 200809L
#include "csv_window.h"

#include "memory.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BLOCK_SIZE = 64 * 1024,
    WINDOW_SIZE = CSV_ROW_MAX + 1 + BLOCK_SIZE, /* a row, the end of its line, and what is read behind it */
    WAIT_MS = 5, /* for a row that comes slowly: the caller looks after what it sent before meanwhile */
};

/* How much a file holds from here on; 0 where that cannot be known. */
static uint64_t size_left(int fd)
{
    struct stat status;
    off_t here = lseek(fd, 0, SEEK_CUR);

    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || here < 0 || here > status.st_size)
        return 0;
    return (uint64_t)(status.st_size - here);
}

void csv_window_init(struct csv_window *window, int fd)
{
    *window = (struct csv_window){ .fd = fd, .line = 1, .size = size_left(fd), .bytes = checked(malloc(WINDOW_SIZE)) };
}

size_t csv_line_length(const char *bytes, size_t length)
{
    const char *newline = memchr(bytes, '\n', length), *end = newline ? newline : bytes + length;
    const char *carriage_return = memchr(bytes, '\r', (size_t)(end - bytes));

    return (size_t)((carriage_return ? carriage_return : end) - bytes);
}

enum csv_result csv_window_fill(struct csv_window *window, char reason[REASON_SIZE])
{
    struct pollfd readable = { .fd = window->fd, .events = POLLIN };
    ssize_t got;

    memmove(window->bytes, window->bytes + window->row_start, window->end - window->row_start);
    window->fed -= window->row_start;
    window->end -= window->row_start;
    window->row_start = 0;

    if (poll(&readable, 1, WAIT_MS) <= 0)
        return CSV_WAIT;
    got = read(window->fd, window->bytes + window->end, BLOCK_SIZE);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return CSV_WAIT;
    if (got < 0) {
        reason_set(reason, "reading failed after line %" PRIu64 ": %s", window->line, strerror(errno));
        return CSV_FAILED;
    }
    if (got == 0 && window->bytes_read < window->size) {
        reason_set(reason, "it was truncated while it was being read, after line %" PRIu64, window->line);
        return CSV_FAILED;
    }
    window->at_end = got == 0;
    window->end += (size_t)got;
    window->bytes_read += (uint64_t)got;
    if (window->bytes_read == window->end && window->end >= 3 && memcmp(window->bytes, "\xEF\xBB\xBF", 3) == 0)
        window->row_start = window->fed = 3; /* the file begins with a BOM */
    return CSV_ROW;
}

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

void csv_window_skip(struct csv_window *window)
{
    if (window->skipping_line) {
        window->fed += csv_line_length(window->bytes + window->fed, window->end - window->fed);
        window->skipping_line = window->fed == window->end;
    }
    while (window->fed < window->end && is_line_end(window->bytes[window->fed])) {
        char c = window->bytes[window->fed++];

        if (c == '\r' || !window->after_return)
            window->line++;
        window->after_return = c == '\r';
    }
    window->row_start = window->fed;
}

void csv_window_pass_row(struct csv_window *window, uint64_t line_ends)
{
    window->line += line_ends;
    window->after_return = window->bytes[window->fed - 1] == '\r';
    window->row_start = window->fed;
}

void csv_window_give_up_line(struct csv_window *window)
{
    window->row_start += csv_line_length(window->bytes + window->row_start, window->end - window->row_start);
    window->fed = window->row_start;
    window->skipping_line = true; /* up to the line's end, which is here or still to come */
    window->after_return = false;
}

void csv_window_release(struct csv_window *window)
{
    free(window->bytes);
    window->bytes = NULL;
}
