/*
 * order-producer: turns a snapshot of orders back into events, and sends them to Kafka.
 */
#include "bug.h"
#include "dataset.h"
#include "end.h"
#include "lifecycle_file.h"
#include "log.h"
#include "process.h"
#include "program.h"
#include "reason.h"
#include "replay.h"
#include "settings.h"

#include <sysexits.h>

/* docs/man/order-producer.h2m has the same list. */
static int exit_status(enum replay_end end)
{
    switch (end) {
    case REPLAY_OK:
        return EX_OK;
    case REPLAY_WRONG_OPTIONS:
        return EX_USAGE;
    case REPLAY_ROWS_REJECTED:
    case REPLAY_WRONG_FILE:
        return EX_DATAERR;
    case REPLAY_NO_FILE:
        return EX_NOINPUT;
    case REPLAY_NO_BROKER:
    case REPLAY_NO_TOPIC:
    case REPLAY_EVENTS_REFUSED:
        return EX_UNAVAILABLE;
    case REPLAY_KAFKA_FAILED:
        return EX_SOFTWARE;
    case REPLAY_NO_REJECTS_FILE:
        return EX_CANTCREAT;
    case REPLAY_FILE_FAILED:
    case REPLAY_OUTPUT_FAILED:
        return EX_IOERR;
    case REPLAY_STOPPED:
    case REPLAY_TOPIC_LATE:
        return EX_TEMPFAIL;
    case REPLAY_WRONG_LIFECYCLE:
    case REPLAY_WRONG_PROPERTIES:
    case REPLAY_NO_TRUST:
    case REPLAY_NO_PERMISSION:
    case REPLAY_WRONG_TOPIC:
        return EX_CONFIG;
    }
    BUG("unknown replay_end");
}

static enum replay_end replay(const struct settings *settings)
{
    enum replay_end end;
    struct lifecycle *lifecycle = lifecycle_file_read(settings->lifecycle, &end);
    struct dataset dataset;
    char error[REASON_SIZE];

    if (!lifecycle)
        return end;
    if (dataset_find(lifecycle, settings, &dataset, error)) {
        end = replay_run(settings, lifecycle, &dataset);
    } else {
        log_usage("order-producer", error);
        end = REPLAY_WRONG_OPTIONS;
    }
    dataset_release(&dataset);
    lifecycle_free(lifecycle);
    return end;
}

int main(int argc, char **argv)
{
    struct settings settings;
    char error[REASON_SIZE];
    int status;

    process_protect();
    process_keep_freed_memory(64);
    if (!program_begin("order-producer", settings_parse(argc, argv, &settings, error), error, &settings.program,
                       &status))
        return status;
    return exit_status(replay(&settings));
}
