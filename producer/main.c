/*
 * order-producer: turns a snapshot of orders back into events and sends them to Kafka.
 */
#include "replay.h"
#include "settings.h"
#include "stop.h"

#include <stdio.h>
#include <sysexits.h>

int main(int argc, char **argv)
{
    struct settings settings;
    char error[OPTIONS_ERROR_SIZE];

    switch (settings_parse(argc, argv, &settings, error)) {
    case OPTIONS_DONE:
        return fflush(stdout) == 0 ? EX_OK : EX_IOERR;
    case OPTIONS_BAD:
        fprintf(stderr, "order-producer: %s; try --help\n", error);
        return EX_USAGE;
    case OPTIONS_OK:
        break;
    }
    stop_on_signals();
    return replay_run(&settings);
}
