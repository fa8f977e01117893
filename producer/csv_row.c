#include "csv_row.h"

#include "memory.h"

#include <stdlib.h>
#include <string.h>

void csv_row_init(struct csv_row *row)
{
    *row = (struct csv_row){ .text_size = 1024 };
    row->text = checked(calloc(1, row->text_size));
    csv_row_begin(row);
}

void csv_row_begin(struct csv_row *row)
{
    row->field_count = 0;
    row->longest_field = 0;
    row->is_complete = false;
    row->text_length = 1;
}

static size_t append_text(struct csv_row *row, const char *field, size_t length)
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

void csv_row_take(struct csv_row *row, size_t column, const char *field, size_t length)
{
    row->field_count++;
    if (length > row->longest_field)
        row->longest_field = length;
    if (column != CSV_NO_COLUMN && length <= CSV_FIELD_MAX)
        row->offsets[column] = append_text(row, field, length);
}

const char *csv_row_field(const struct csv_row *row, size_t column)
{
    return row->text + row->offsets[column];
}

void csv_row_release(struct csv_row *row)
{
    free(row->text);
}
