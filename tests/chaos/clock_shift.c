/*
 * Preloaded to a broker it shifts the time of day by CLOCK_SHIFT seconds.
 * libfaketime shifts the waits of the JVM too, which then never end.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    const char *shift = getenv("CLOCK_SHIFT");
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += atol(shift);
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec shifted;
    int result = clock_gettime(CLOCK_REALTIME, &shifted);

    (void)zone;
    *now = (struct timeval){ shifted.tv_sec, shifted.tv_nsec / 1000 };
    return result;
}
