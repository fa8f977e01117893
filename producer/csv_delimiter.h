/*
 * csv_delimiter.h - what separates the fields of a CSV file: comma, tab, semicolon or pipe.
 *
 * The header decides: of the four, the one that splits it into most names of wanted
 * columns; at a tie the first in the order above. The rule looks at one physical
 * line and does not care what quotes enclose, so that sql/csv/csv_reader.sql can
 * follow it exactly.
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

/* The delimiter of that name: "," ";" "|" "tab", or comma, semicolon, pipe. False when there is none. */
bool csv_delimiter_parse(const char *name, char *delimiter);

/* Whether the line holds nothing but delimiters and quotes, and so is blank with any delimiter. */
bool csv_delimiter_is_blank(const char *line, size_t length);

/* The delimiter of a file whose first line that is not blank is this one, given without its end. */
char csv_delimiter_recognise(const char *line, size_t length, const struct csv_column *columns, size_t column_count);

#endif
