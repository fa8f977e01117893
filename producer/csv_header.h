/*
 * csv_header.h - maps the fields of a CSV file to the wanted columns, by the names in its header.
 *
 *     static const struct csv_column COLUMNS[] = { { "order_id", true }, { "order_status", false } };
 *     struct csv_header header;
 *
 *     csv_header_init(&header, COLUMNS, 2);
 *     csv_header_take(&header, 0, "order_status", 12);
 *     csv_header_take(&header, 1, "ORDER_ID", 8);
 *     if (!csv_header_check(&header, line, line_length, reason))
 *         refuse(reason);
 *     column = csv_header_column(&header, 1);          // 0: order_id
 *     csv_header_release(&header);
 *
 * Names are compared without regard to case. Pure: it never reads the file.
 */
#ifndef CSV_HEADER_H
#define CSV_HEADER_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CSV_COLUMNS_MAX = 192,
    CSV_NO_COLUMN = UINT8_MAX,
};

struct csv_column {
    const char *name;
    bool required; /* a file without it is refused; the fields of an absent optional column are "" */
};

struct csv_header {
    const struct csv_column *columns; /* the wanted ones; borrowed */
    size_t column_count;
    bool has_column[CSV_COLUMNS_MAX];
    uint8_t *columns_at;         /* by position of the field: its column, or CSV_NO_COLUMN */
    size_t position_count;       /* the size of columns_at; unused elements are CSV_NO_COLUMN */
    const char *repeated_column; /* the first that appears twice in the header, or NULL */
};

/* Borrows `columns`: at most CSV_COLUMNS_MAX, all with different names. */
void csv_header_init(struct csv_header *header, const struct csv_column *columns, size_t column_count);

/* Adds the name at a position, counted from 0. Call it for one position after the other. */
void csv_header_take(struct csv_header *header, size_t position, const char *name, size_t length);

/* The wanted column at a position, or CSV_NO_COLUMN. */
size_t csv_header_column(const struct csv_header *header, size_t position);

/* Whether the file can be used. Call it after all names were added. `line` is the header; other formats are recognised by it. */
bool csv_header_check(const struct csv_header *header, const char *line, size_t length, char reason[REASON_SIZE]);

void csv_header_release(struct csv_header *header);

#endif
