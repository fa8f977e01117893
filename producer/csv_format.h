/*
 * csv_format.h - recognises by the first line that a file is not CSV, and what it is instead.
 *
 *     meaning = csv_format_recognise("PK\x03\x04…", length);
 *     if (meaning)
 *         complain(meaning);      // "it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV"
 */
#ifndef CSV_FORMAT_H
#define CSV_FORMAT_H

#include <stddef.h>

/* What to tell the user, or NULL if the line is not of a known other format. */
const char *csv_format_recognise(const char *line, size_t length);

#endif
