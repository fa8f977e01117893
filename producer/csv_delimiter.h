/*
 * csv_delimiter.h - what separates the fields of a CSV file: comma, tab, semicolon or pipe.
 *
 * The header tells: of the four, the delimiter by which it names most of the
 * wanted columns; the first of them, in the order above, at a tie. The rule
 * looks at one physical line and takes no heed of what quotes enclose, so that
 * sql/csv/csv_reader.sql can follow it to the letter.
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

/* Whether the line is blank whichever the delimiter: it has nothing but delimiters and quotes. */
bool csv_delimiter_is_blank(const char *line, size_t length);

/* The delimiter of a file with this first line that is not blank, without its end. */
char csv_delimiter_recognise(const char *line, size_t length, const struct csv_column *columns, size_t column_count);

#endif
