/*
 * text.h - whether bytes from outside are text that may travel on.
 *
 * Clean text is valid UTF-8 (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF) without control characters (NUL, those of ASCII, and
 * U+0080 to U+009F, of which one begins escape sequences as ESC [ does), so it
 * can be stored by Postgres and shown on a terminal.
 *
 *     if (!text_is_clean(field, length))
 *         reject("city is not clean UTF-8 text");
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Valid UTF-8 without control characters. */
bool text_is_clean(const char *bytes, size_t length);

/* Valid UTF-8; control characters and NUL are allowed. */
bool text_is_utf8(const char *bytes, size_t length);

/*
 * Makes a string clean text that shows what it is, of the same length: puts '?' for each byte that is a control character,
 * belongs to no character, or is of a character that turns the direction of text or cannot be seen.
 */
void text_clean(char *text);

/* Makes a string one line: blanks, tabs and line ends become one blank between words, and none at either end. */
void text_one_line(char *text);

/*
 * Prints a string so that a terminal shows it and does not obey it: bytes that are not clean text as \xNN, characters that
 * turn the direction of text or cannot be seen as \uNNNN. JSON of clean text stays JSON, of the same value.
 */
void text_print(const char *text, FILE *out);

#endif
