/*
 * csv_format.h - recognises, by its first line, what a file is that is not CSV.
 *
 *     meaning = csv_format_recognise("PK\x03\x04…", length);
 *     if (meaning)
 *         complain(meaning);      // "it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV"
 */
#ifndef CSV_FORMAT_H
#define CSV_FORMAT_H

#include <stddef.h>

/* What to tell the user, or NULL when the line does not show it. */
const char *csv_format_recognise(const char *line, size_t length);

#endif
