/*
 * order-monitor: shows live how a topic is filled and how a group reads it: to people
 * (as a page), to Prometheus, and to programs (as JSON). Except with --lab, it is read-only.
 * watch.h describes what it observes, http.h what it serves, lab.h the lab mode.
 */
#include "bug.h"
#include "check_kafka.h"
#include "check_postgres.h"
#include "findings.h"
#include "http.h"
#include "kafka_observer.h"
#include "lab.h"
#include "listener.h"
#include "log.h"
#include "log_search.h"
#include "lookup.h"
#include "notify.h"
#include "postgres_observer.h"
#include "process.h"
#include "program.h"
#include "reason.h"
#include "session.h"
#include "stop.h"
#include "wall_clock.h"
#include "watch.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct settings {
    struct program_settings program;
    const char *topic, *group, *password_file, *listen;
    int64_t interval;
    bool check, json, lab;
    const char *lab_data;
    size_t own_properties; /* how many properties the command line has */
};

// clang-format off
static const struct option_row ROWS[] = {
    PROGRAM_KAFKA_ROWS(struct settings, program),
    { .name = "topic", .letter = 't', .type = OPTION_TEXT, .argument = "NAME", .environment = "ORDER_TOPIC",
      .fallback = "order-events", .help = "topic to watch", .offset = offsetof(struct settings, topic) },
    { .name = "group", .letter = 'g', .type = OPTION_TEXT, .argument = "NAME", .environment = "ORDER_GROUP",
      .fallback = "order-aggregator", .help = "consumer group to watch, without joining it",
      .offset = offsetof(struct settings, group) },
    { .name = "password-file", .type = OPTION_TEXT, .argument = "FILE", .environment = "PGPASSWORD_FILE",
      .help = "file with the database password; PGPASSFILE and PGPASSWORD work too",
      .offset = offsetof(struct settings, password_file) },
    { .name = "listen", .letter = 'l', .type = OPTION_TEXT, .argument = "ADDRESS:PORT", .fallback = "127.0.0.1:8090",
      .help = "where to serve; port 0: any free port. There is no login, so serve only where everybody may look",
      .offset = offsetof(struct settings, listen) },
    { .name = "interval", .type = OPTION_INTEGER, .argument = "MS", .fallback = "1000", .min = 200, .max = 60000,
      .help = "how often to look", .offset = offsetof(struct settings, interval) },
    { .name = "lab", .type = OPTION_FLAG, .offset = offsetof(struct settings, lab),
      .help = "for learners: buttons that start, stop and kill consumers, replay, and set offsets back; on loopback only" },
    { .name = "lab-data", .type = OPTION_TEXT, .argument = "FOLDER", .offset = offsetof(struct settings, lab_data),
      .help = "files that the replays of --lab send; otherwise the sample" },
    { .name = "check", .type = OPTION_FLAG, .help = "check whether Kafka and PostgreSQL are set up correctly, print one line per check, and exit",
      .offset = offsetof(struct settings, check) },
    { .name = "json", .type = OPTION_FLAG, .help = "print the checks as JSON", .offset = offsetof(struct settings, json) },
    PROGRAM_LOG_ROWS(struct settings, program),
};
// clang-format on

static const struct option_table TABLE = {
    .program = "order-monitor",
    .summary =
        "Shows a topic, a consumer group and the results in PostgreSQL, live: as a page, as metrics for Prometheus and "
        "as JSON. The database comes from PGHOST, PGDATABASE, ... It joins no group and needs no consumer. SIGINT and "
        "SIGTERM stop it.",
    .rows = ROWS,
    .row_count = sizeof(ROWS) / sizeof(ROWS[0]),
};

static const char COMPONENT[] = "monitor";

enum { SERVE_MS = 50 }; /* how soon new views become a snapshot, and an answer to a search is passed on */
enum { SEARCH_STOP_MS = 500 };
enum { WARNED = 1 }; /* exit status of --check */

/* The program is ready once it has looked at both servers, whether they answered or not. */
static void tell_manager(struct notify *notify, const struct snapshot *now, const char *address)
{
    notify_alive(notify);
    if (now->number > 0)
        notify_ready(notify, "serves http://%s; Kafka %s, Postgres %s", address,
                     now->kafka->state.up ? "answers" : "is away", now->postgres->state.up ? "answers" : "is away");
}

/* Serves until a signal. Takes the observer, the socket, which has the address `address`, and the lab, if there is one. */
static int serve(struct kafka_observer *kafka, int listener, const char *address, struct lab *lab,
                 const struct settings *settings)
{
    const struct api_source source = { settings->topic, settings->group, wall_clock_ms() };
    struct postgres_observer *postgres =
        postgres_observer_new(settings->topic, settings->group, settings->password_file);
    struct watch *watch = watch_start(kafka, postgres, (int)settings->interval);
    struct questions *lookup = lookup_start(settings->topic, settings->group, settings->password_file);
    struct questions *log_search =
        log_search_start(settings->program.brokers, settings->topic, settings->group, &settings->program.properties);
    const struct http_content content = { watch, lookup, log_search, &source, lab };
    struct http *http = http_new(listener, &content);
    struct notify notify;

    notify_init(&notify, COMPONENT);
    while (http && !stop_requested()) {
        http_serve(http, SERVE_MS);
        watch_update(watch);
        if (lab)
            lab_update(lab);
        tell_manager(&notify, watch_snapshot(watch), address);
    }
    notify_stopping(&notify);
    if (!http)
        log_error(COMPONENT, "the system does not allow serving: %s", strerror(errno));
    http_free(http);
    questions_stop(lookup, SEARCH_STOP_MS);
    questions_stop(log_search, SEARCH_STOP_MS);
    lab_free(lab);
    watch_stop(watch);
    return http ? EX_OK : EX_OSERR;
}

/* NULL with the exit status if the lab mode is not possible. */
static struct lab *start_lab(const struct settings *settings, int listener, int *status)
{
    const struct lab_settings lab = { .topic = settings->topic,
                                      .group = settings->group,
                                      .brokers = settings->program.brokers,
                                      .properties_file = settings->program.properties_file,
                                      .password_file = settings->password_file,
                                      .log_format = settings->program.log_format,
                                      .data = settings->lab_data,
                                      .properties = &settings->program.properties,
                                      .own_properties = settings->own_properties };
    char reason[REASON_SIZE];
    struct lab *started;

    if (!listener_is_loopback(listener)) {
        log_error(COMPONENT,
                  "--lab serves on loopback only, because everybody who reaches the page can use its buttons: "
                  "use --listen 127.0.0.1:8090");
        *status = EX_USAGE;
        return NULL;
    }
    started = lab_new(&lab, reason);
    if (!started) {
        log_error(COMPONENT, "%s", reason);
        *status = EX_OSERR;
    }
    return started;
}

static int monitor(const struct settings *settings)
{
    char error[KAFKA_OBSERVER_ERROR_SIZE], reason[LISTENER_ERROR_SIZE], address[LISTENER_NAME_SIZE];
    struct kafka_observer *kafka = kafka_observer_new(settings->program.brokers, settings->topic, settings->group,
                                                      &settings->program.properties, error);
    struct lab *lab = NULL;
    int listener, status;

    if (!kafka) {
        log_error(COMPONENT, "%s", error);
        return EX_CONFIG;
    }
    listener = listener_open(settings->listen, address, reason);
    if (listener < 0) {
        log_error(COMPONENT, "cannot listen at %s; choose another address (--listen)", reason);
        kafka_observer_free(kafka);
        return EX_UNAVAILABLE;
    }
    if (settings->lab && !(lab = start_lab(settings, listener, &status))) {
        close(listener);
        kafka_observer_free(kafka);
        return status;
    }
    log_info(COMPONENT, "start topic=%s group=%s brokers=%s url=http://%s", settings->topic, settings->group,
             settings->program.brokers, address);
    status = serve(kafka, listener, address, lab, settings);
    log_info(COMPONENT, "stopped");
    return status;
}

/* The status of the worst finding. Unknown counts as good. */
static int status_of(const struct findings *findings, bool all_answer)
{
    if (!all_answer)
        return EX_UNAVAILABLE;
    switch (findings_worst(findings)) {
    case FINDING_OK:
    case FINDING_UNKNOWN:
        return EX_OK;
    case FINDING_WARN:
        return WARNED;
    case FINDING_FAIL:
        return EX_CONFIG;
    }
    BUG("unknown finding_level");
}

static int check(const struct settings *settings)
{
    const struct check_kafka_settings kafka = { settings->program.brokers, settings->topic, settings->group,
                                                &settings->program.properties };
    struct findings *findings = findings_new();
    int partitions = check_kafka(&kafka, findings), status;
    const struct check_postgres_settings postgres = { settings->topic, settings->group, settings->password_file,
                                                      partitions > 0 ? partitions : -1 };
    bool all_answer = check_postgres(&postgres, findings) && partitions != CHECK_KAFKA_AWAY;

    if (settings->json)
        findings_print_json(findings, stdout);
    else
        findings_print(findings, stdout);
    status = status_of(findings, all_answer);
    findings_free(findings);
    return program_flush(TABLE.program) == EX_OK ? status : EX_IOERR;
}

static enum options_result parse(int argc, char **argv, struct settings *settings, char error[REASON_SIZE])
{
    int first;
    enum options_result result = options_parse(&TABLE, argc, argv, settings, &first, error);

    if (result != OPTIONS_OK)
        return result;
    settings->own_properties = settings->program.properties.count;
    if (settings->json && !settings->check)
        reason_set(error, "--json needs --check");
    else if (settings->lab && settings->check)
        reason_set(error, "--lab is for the page, which --check does not serve: leave one of the two out");
    else if (settings->lab_data && !settings->lab)
        reason_set(error, "--lab-data needs --lab");
    else
        return OPTIONS_OK;
    return OPTIONS_BAD;
}

int main(int argc, char **argv)
{
    struct settings settings = { 0 };
    char error[REASON_SIZE];
    int status;

    process_protect();
    session_set_up();
    if (!program_begin(TABLE.program, parse(argc, argv, &settings, error), error, &settings.program, &status))
        return status;
    return settings.check ? check(&settings) : monitor(&settings);
}
