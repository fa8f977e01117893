/*
 * csv_format.h - what a file is that was taken for CSV, by its first line.
 *
 *     meaning = csv_format_recognise("PK\x03\x04…", length);
 *     if (meaning)
 *         complain(meaning);      // "it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV"
 */
#ifndef CSV_FORMAT_H
#define CSV_FORMAT_H

#include <stddef.h>

/* A sentence for the user, or NULL when the line tells nothing. */
const char *csv_format_recognise(const char *line, size_t length);

#endif
