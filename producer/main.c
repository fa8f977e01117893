/*
 * order-producer: turns a snapshot of orders back into events and sends them to Kafka.
 */
#include "dataset.h"
#include "kafka_conf.h"
#include "lifecycle_file.h"
#include "log.h"
#include "process.h"
#include "replay.h"
#include "secrets.h"
#include "settings.h"
#include "stop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* A command line can be read by everybody on the machine. False when the properties file cannot be used. */
static bool take_properties(struct settings *settings)
{
    const char *shown = secrets_shown(&settings->properties);
    char error[SECRETS_ERROR_SIZE];

    if (shown)
        log_warn("producer", "ps shows -X %s to everybody; put it into a file (--properties)", shown);
    if (settings->properties_file &&
        !secrets_read_properties(settings->properties_file, &settings->properties, error)) {
        log_error("producer", "%s", error);
        return false;
    }
    settings->brokers = kafka_conf_brokers(settings->brokers, &settings->properties);
    return true;
}

static int replay(const struct settings *settings)
{
    int status;
    struct lifecycle *lifecycle = lifecycle_file_read(settings->lifecycle, &status);
    struct dataset dataset;
    char error[OPTIONS_ERROR_SIZE];

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
    char error[OPTIONS_ERROR_SIZE];
    enum options_result parsed;

    process_protect();
    process_keep_freed_memory(64);
    parsed = settings_parse(argc, argv, &settings, error);
    log_set_format(settings.log_format);
    switch (parsed) {
    case OPTIONS_DONE:
        if (fflush(stdout) == 0)
            return EX_OK;
        fprintf(stderr, "order-producer: standard output cannot be written: %s\n", strerror(errno));
        return EX_IOERR;
    case OPTIONS_BAD:
        log_usage("order-producer", error);
        return EX_USAGE;
    case OPTIONS_OK:
        break;
    }
    if (settings.verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    stop_on_signals();
    if (!take_properties(&settings))
        return EX_CONFIG;
    return replay(&settings);
}
