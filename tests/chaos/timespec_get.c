/*
 * libfaketime shifts timespec_get, and cannot shift glibc's own cnd_timedwait
 * which waits until such a time: librdkafka would wait for as long as the clock
 * was shifted. Preloaded before it, this gives the kernel's time, in which
 * waits are measured; all else sees the shifted clock.
 */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int timespec_get(struct timespec *now, int base)
{
    return base == TIME_UTC && syscall(SYS_clock_gettime, CLOCK_REALTIME, now) == 0 ? base : 0;
}
