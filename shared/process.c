#define _POSIX_C_SOURCE 200809L
#include "process.h"

#include "bug.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <unistd.h>

void process_protect(void)
{
    prctl(PR_SET_DUMPABLE, 0);
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        /* The wrong direction on purpose, so that each use fails: an empty input would look like valid data. */
        int mode = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;

        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", mode) != stream)
            BUG("standard streams are not in order");
    }
}

void process_keep_freed_memory(int megabytes)
{
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
    mallopt(M_TRIM_THRESHOLD, megabytes << 20);
}
