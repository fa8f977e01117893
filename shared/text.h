/*
 * text.h - whether bytes from outside are text that may travel on.
 *
 * Clean text is valid UTF-8 (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF) without NUL and without the ASCII control
 * characters, so it can be stored by Postgres and shown on a terminal.
 *
 *     if (!text_is_clean(field, length))
 *         reject("city is not clean UTF-8 text");
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Valid UTF-8 without bytes below 0x20 and without 0x7F. */
bool text_is_clean(const char *bytes, size_t length);

/* Valid UTF-8; control characters and NUL are allowed. */
bool text_is_utf8(const char *bytes, size_t length);

/* Makes a string clean text, of the same length: puts '?' where a byte is a control character or belongs to no character. */
void text_clean(char *text);

#endif
