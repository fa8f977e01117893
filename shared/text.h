/*
 * text.h - checks and cleans untrusted text.
 *
 * Clean text is valid UTF-8 (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF) without control characters (NUL, those of ASCII, and
 * U+0080 to U+009F, one of which begins escape sequences as ESC [ does). Postgres
 * can store it, and a terminal can show it.
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
 * Makes a string clean and visible, without changing its length. Replaces with '?' each byte that is a control character,
 * belongs to no character, or is part of a character that changes the text direction or is invisible.
 */
void text_clean(char *text);

/* Makes a string one line: a run of blanks, tabs and line ends becomes one blank, or is removed at the start and end. */
void text_one_line(char *text);

/*
 * Prints a string in a form that is safe for a terminal: bytes that are not clean text as \xNN, and characters that change
 * the text direction or are invisible as \uNNNN. JSON of clean text remains JSON with the same value.
 */
void text_print(const char *text, FILE *out);

#endif
