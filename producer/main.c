/*
 * order-producer: turns a snapshot of orders back into events and sends them to Kafka.
 */
#include "dataset.h"
#include "lifecycle_file.h"
#include "log.h"
#include "process.h"
#include "program.h"
#include "reason.h"
#include "replay.h"
#include "settings.h"

#include <sysexits.h>

static int replay(const struct settings *settings)
{
    int status;
    struct lifecycle *lifecycle = lifecycle_file_read(settings->lifecycle, &status);
    struct dataset dataset;
    char error[REASON_SIZE];

    if (!lifecycle)
        return status;
    if (dataset_find(lifecycle, settings, &dataset, error)) {
        status = replay_run(settings, lifecycle, &dataset);
    } else {
        log_usage("order-producer", error);
        status = EX_USAGE;
    }
    dataset_release(&dataset);
    lifecycle_free(lifecycle);
    return status;
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
    return replay(&settings);
}
