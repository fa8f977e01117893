#include "program.h"

#include "log.h"
#include "reason.h"
#include "secrets.h"
#include "stop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

int program_flush(const char *name)
{
    if (fflush(stdout) == 0)
        return EX_OK;
    fprintf(stderr, "%s: standard output cannot be written: %s\n", name, strerror(errno));
    return EX_IOERR;
}

static bool take_properties(const char *component, struct program_settings *settings)
{
    const char *shown = secrets_shown(&settings->properties);
    char error[REASON_SIZE];

    if (shown)
        log_warn(component, "ps shows -X %s to everybody; put it into a file (--properties)", shown);
    if (settings->properties_file &&
        !secrets_read_properties(settings->properties_file, &settings->properties, error)) {
        log_error(component, "%s", error);
        return false;
    }
    settings->brokers = kafka_conf_brokers(settings->brokers, &settings->properties);
    return true;
}

bool program_begin(const char *name, enum options_result parsed, const char *error, struct program_settings *settings,
                   int *status)
{
    log_set_format(settings->log_format);
    if (parsed == OPTIONS_DONE) {
        *status = program_flush(name);
        return false;
    }
    if (parsed == OPTIONS_BAD) {
        log_usage(name, error);
        *status = EX_USAGE;
        return false;
    }
    if (settings->verbose)
        log_set_level(LOG_LEVEL_DEBUG);
    stop_on_signals();
    *status = EX_CONFIG;
    return take_properties(name + strlen("order-"), settings);
}
