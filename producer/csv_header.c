#include "csv_header.h"

#include "bug.h"
#include "csv_format.h"
#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

_Static_assert((int)CSV_COLUMNS_MAX <= (int)CSV_NO_COLUMN, "the number of a column is a byte");

void csv_header_init(struct csv_header *header, const struct csv_column *columns, size_t column_count)
{
    if (column_count > CSV_COLUMNS_MAX)
        BUG("too many columns");
    *header = (struct csv_header){ .columns = columns, .column_count = column_count };
}

/* The index of the column with this name, or CSV_NO_COLUMN. */
static uint8_t find_column(const struct csv_header *header, const char *name, size_t length)
{
    for (size_t i = 0; i < header->column_count; i++) {
        if (strlen(header->columns[i].name) == length && strncasecmp(header->columns[i].name, name, length) == 0)
            return (uint8_t)i;
    }
    return CSV_NO_COLUMN;
}

void csv_header_take(struct csv_header *header, size_t position, const char *name, size_t length)
{
    uint8_t column = find_column(header, name, length);

    if (position == header->position_count) {
        header->position_count = position > 0 ? 2 * position : 64;
        header->columns_at = checked(realloc(header->columns_at, header->position_count));
        memset(header->columns_at + position, CSV_NO_COLUMN, header->position_count - position);
    }
    header->columns_at[position] = column;
    if (column == CSV_NO_COLUMN)
        return;
    if (header->has_column[column] && !header->repeated_column)
        header->repeated_column = header->columns[column].name;
    header->has_column[column] = true;
}

size_t csv_header_column(const struct csv_header *header, size_t position)
{
    return position < header->position_count ? header->columns_at[position] : CSV_NO_COLUMN;
}

bool csv_header_check(const struct csv_header *header, const char *line, size_t length, char reason[REASON_SIZE])
{
    const char *format = csv_format_recognise(line, length);
    char missing[256] = "";

    if (header->repeated_column)
        return reason_set(reason, "the column %s appears twice in its header", header->repeated_column);
    for (size_t i = 0; i < header->column_count; i++) {
        size_t end = strlen(missing);

        if (header->columns[i].required && !header->has_column[i])
            snprintf(missing + end, sizeof(missing) - end, "%s%s", end ? ", " : "", header->columns[i].name);
    }
    if (*missing && format)
        return reason_set(reason, "%s", format);
    return !*missing || reason_set(reason, "its first line has no column named %s", missing);
}

void csv_header_release(struct csv_header *header)
{
    free(header->columns_at);
    *header = (struct csv_header){ 0 };
}
