#include "rejects.h"

#include "failpoint.h"
#include "log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

enum { LOGGED_MAX = 10 };

bool rejects_open(struct rejects *rejects, const char *path)
{
    *rejects = (struct rejects){ .path = path };
    if (!path)
        return true;
    rejects->file = fopen(path, "we");
    if (!rejects->file) {
        log_error("rejects", "cannot create the rejects file %s: %s", path, strerror(errno));
        return false;
    }
    fputs("file,line,reason,row\n", rejects->file);
    return true;
}

/* RFC 4180. A NUL, which no reader of text takes, becomes the replacement character. */
static void put_quoted(FILE *file, const char *bytes, size_t length)
{
    fputc('"', file);
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] == '"')
            fputc('"', file);
        if (bytes[i] == '\0')
            fputs("\xEF\xBF\xBD", file);
        else
            fputc(bytes[i], file);
    }
    fputc('"', file);
}

void rejects_add(struct rejects *rejects, const char *file, uint64_t line, const char *reason, const char *row,
                 size_t row_length)
{
    if (rejects->count++ < LOGGED_MAX)
        log_warn("rejects", "row rejected: %s file=%s line=%" PRIu64, reason, file, line);
    if (!rejects->file)
        return;
    put_quoted(rejects->file, file, strlen(file));
    FAILPOINT("reject half written");
    fprintf(rejects->file, ",%" PRIu64 ",", line);
    put_quoted(rejects->file, reason, strlen(reason));
    fputc(',', rejects->file);
    put_quoted(rejects->file, row, row_length);
    fputc('\n', rejects->file);
}

bool rejects_close(struct rejects *rejects)
{
    bool failed;

    if (rejects->count > LOGGED_MAX)
        log_warn("rejects", "%" PRIu64 " more rows rejected%s%s", rejects->count - LOGGED_MAX,
                 rejects->path ? ", see " : "; --rejects FILE keeps them all", rejects->path ? rejects->path : "");
    if (!rejects->file)
        return true;
    failed = ferror(rejects->file) != 0 || FAILPOINT("rejects file not closed");
    failed = fclose(rejects->file) != 0 || failed;
    rejects->file = NULL;
    if (failed)
        log_error("rejects", "writing %s failed, it is not complete: is the disk full?", rejects->path);
    return !failed;
}
