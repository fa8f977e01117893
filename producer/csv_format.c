#include "csv_format.h"

#include <stdbool.h>
#include <string.h>

static bool holds_control_characters(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (((unsigned char)bytes[i] < 0x20 && bytes[i] != '\t') || bytes[i] == 0x7F)
            return true;
    }
    return false;
}

const char *csv_format_recognise(const char *line, size_t length)
{
    static const struct {
        const char *start, *meaning;
    } FORMATS[] = {
        { "\xFF\xFE", "it is UTF-16: convert it to UTF-8, for example with iconv" },
        { "\xFE\xFF", "it is UTF-16: convert it to UTF-8, for example with iconv" },
        { "\x1F\x8B", "it is compressed by gzip: unpack it first" },
        { "PK\x03\x04", "it is a ZIP archive or a spreadsheet: unpack it, or save it as CSV" },
        { "\x89PNG", "it is a picture, no CSV file" },
        { "<", "it is HTML or XML, no CSV file" },
    };

    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++) {
        if (length >= strlen(FORMATS[i].start) && memcmp(line, FORMATS[i].start, strlen(FORMATS[i].start)) == 0)
            return FORMATS[i].meaning;
    }
    if (holds_control_characters(line, length))
        return "it is no CSV file: its first line holds NUL bytes or other control characters";
    return NULL;
}
