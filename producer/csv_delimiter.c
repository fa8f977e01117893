#include "csv_delimiter.h"

#include <string.h>
#include <strings.h>

static const char DELIMITERS[] = { ',', '\t', ';', '|' };

enum { DELIMITER_COUNT = sizeof(DELIMITERS) };

bool csv_delimiter_parse(const char *name, char *delimiter)
{
    static const struct {
        const char *name;
        char delimiter;
    } NAMES[] = {
        { ",", ',' },     { ";", ';' },         { "|", '|' },    { "tab", '\t' },
        { "comma", ',' }, { "semicolon", ';' }, { "pipe", '|' },
    };

    for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
        if (strcmp(name, NAMES[i].name) == 0) {
            *delimiter = NAMES[i].delimiter;
            return true;
        }
    }
    return false;
}

bool csv_delimiter_is_blank(const char *line, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (line[i] != '"' && !memchr(DELIMITERS, line[i], DELIMITER_COUNT))
            return false;
    }
    return true;
}

/* Whether a field, with quotes around it or without, is this name. */
static bool is_name(const char *field, size_t length, const char *name)
{
    if (length >= 2 && field[0] == '"' && field[length - 1] == '"') {
        field++;
        length -= 2;
    }
    return strlen(name) == length && strncasecmp(name, field, length) == 0;
}

/* How many of the columns the line names when it is split there. */
static size_t count_names(const char *line, size_t length, char delimiter, const struct csv_column *columns,
                          size_t column_count)
{
    const char *end = line + length;
    bool named[CSV_COLUMNS_MAX] = { false };
    size_t count = 0;

    for (const char *field = line, *field_end; field <= end; field = field_end + 1) {
        field_end = memchr(field, delimiter, (size_t)(end - field));
        if (!field_end)
            field_end = end;
        for (size_t i = 0; i < column_count; i++) {
            if (!named[i] && is_name(field, (size_t)(field_end - field), columns[i].name)) {
                named[i] = true;
                count++;
            }
        }
    }
    return count;
}

char csv_delimiter_recognise(const char *line, size_t length, const struct csv_column *columns, size_t column_count)
{
    char best = DELIMITERS[0];
    size_t most = 0;

    for (size_t i = 0; i < DELIMITER_COUNT; i++) {
        size_t count = count_names(line, length, DELIMITERS[i], columns, column_count);

        if (count > most) {
            most = count;
            best = DELIMITERS[i];
        }
    }
    return best;
}
