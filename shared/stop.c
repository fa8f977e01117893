#define _POSIX_C_SOURCE 200809L
#include "stop.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t requested;

static void request_stop(int signal_number)
{
    (void)signal_number;
    requested = 1;
}

void stop_on_signals(void)
{
    static const int SIGNALS[] = { SIGINT, SIGTERM };
    /* SA_RESETHAND: a second signal has the default action, which ends the process. */
    struct sigaction stop = { .sa_handler = request_stop, .sa_flags = (int)SA_RESETHAND };
    struct sigaction ignore = { .sa_handler = SIG_IGN }, old;

    sigemptyset(&stop.sa_mask);
    sigemptyset(&ignore.sa_mask);
    for (size_t i = 0; i < sizeof(SIGNALS) / sizeof(SIGNALS[0]); i++)
        sigaction(SIGNALS[i], &stop, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN) /* nohup(1) wants it ignored */
        sigaction(SIGHUP, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

bool stop_requested(void)
{
    return requested;
}
