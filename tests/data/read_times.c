/*
 * read-times - what time_format.h reads, for a comparison in bulk with what SQL reads (tests/integration/times.t).
 *
 * Of the lines on standard input, one that begins with '=' gives the formats from there on, separated by the byte 0x1f
 * (nothing: the default forms); any other is a text, behind a blank. Prints for each a line: "accepted" or why not, and
 * milliseconds since 1970 or "-".
 */
#define _POSIX_C_SOURCE 200809L /* getline */
#include "time_format.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum { FORMATS_MAX = 16 };

static bool use_formats(char *line, struct time_reader *times)
{
    const char *formats[FORMATS_MAX];
    char reason[REASON_SIZE];
    size_t count = 0;

    while (*line && count < FORMATS_MAX) {
        size_t length = strcspn(line, "\x1f");

        formats[count++] = line;
        line += length;
        if (*line)
            *line++ = '\0';
    }
    time_reader_release(times);
    if (time_reader_init(times, formats, count, reason))
        return puts("accepted") >= 0;
    return puts(reason) < 0;
}

int main(void)
{
    struct time_reader times = { 0 };
    bool is_usable = true;
    char *line = NULL;
    size_t size = 0;
    ssize_t length;

    while ((length = getline(&line, &size, stdin)) > 0) {
        int64_t at;

        line[length - 1] = '\0';
        if (*line == '=')
            is_usable = use_formats(line + 1, &times);
        else if (is_usable && time_reader_parse(&times, line + 1, &at))
            printf("%" PRId64 "\n", at);
        else if (is_usable)
            puts("-");
    }
    time_reader_release(&times);
    free(line);
    return EXIT_SUCCESS;
}
