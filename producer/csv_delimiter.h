/*
 * csv_delimiter.h - recognises the delimiter of a CSV file: comma, tab, semicolon or pipe.
 *
 * The delimiter is the one that splits the header into the most names of wanted
 * columns. If several are equal, the first in the order above is used. The rule uses
 * one physical line and splits it within quotes too, so that sql/csv/csv_reader.sql
 * can implement exactly the same rule.
 *
 *     char delimiter;
 *
 *     if (!csv_delimiter_parse("tab", &delimiter))
 *         complain();
 *     delimiter = csv_delimiter_recognise("a;b", 3, columns, column_count);
 */
#ifndef CSV_DELIMITER_H
#define CSV_DELIMITER_H

#include "csv_header.h"

#include <stdbool.h>
#include <stddef.h>

/* The delimiter with that name: "," ";" "|" "tab", or comma, semicolon, pipe. False if there is none. */
bool csv_delimiter_parse(const char *name, char *delimiter);

/* Whether the line contains only delimiters and quotes, so that it is blank with any delimiter. */
bool csv_delimiter_is_blank(const char *line, size_t length);

/* The delimiter of a file. `line` is its first line that is not blank, without the line end. */
char csv_delimiter_recognise(const char *line, size_t length, const struct csv_column *columns, size_t column_count);

#endif
