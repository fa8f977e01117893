/*
 * order-consumer: applies the events of a topic to Postgres, so that each takes effect
 * once. worker.h describes how, and docs/GUARANTEES.md what that means.
 */
#include "bug.h"
#include "kafka_trouble.h"
#include "log.h"
#include "monotonic.h"
#include "notify.h"
#include "process.h"
#include "program.h"
#include "reason.h"
#include "session.h"
#include "source.h"
#include "stop.h"
#include "store.h"
#include "worker.h"

#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <sysexits.h>

struct settings {
    struct program_settings program;
    const char *topic, *group, *database, *password_file;
    int64_t batch_size, batch_wait, database_timeout;
    bool log_events, exit_at_end, allow_compacted;
};

// clang-format off
static const struct option_row ROWS[] = {
    PROGRAM_KAFKA_ROWS(struct settings, program),
    { .name = "topic", .letter = 't', .type = OPTION_TEXT, .argument = "NAME", .environment = "ORDER_TOPIC",
      .fallback = "order-events", .help = "topic to read", .offset = offsetof(struct settings, topic) },
    { .name = "group", .letter = 'g', .type = OPTION_TEXT, .argument = "NAME", .environment = "ORDER_GROUP",
      .fallback = "order-aggregator", .help = "consumer group to join", .offset = offsetof(struct settings, group) },
    { .name = "database", .type = OPTION_TEXT, .argument = "CONNINFO",
      .help = "libpq connection string; what it leaves open comes from PGHOST, PGDATABASE, ...",
      .offset = offsetof(struct settings, database) },
    { .name = "password-file", .type = OPTION_TEXT, .argument = "FILE", .environment = "PGPASSWORD_FILE",
      .help = "file with the database password; PGPASSFILE and PGPASSWORD work too",
      .offset = offsetof(struct settings, password_file) },
    { .name = "batch-size", .type = OPTION_INTEGER, .argument = "N", .fallback = "5000", .min = 1, .max = 100000,
      .help = "records in one transaction, at most", .offset = offsetof(struct settings, batch_size) },
    { .name = "batch-wait", .type = OPTION_INTEGER, .argument = "MS", .fallback = "50", .min = 0, .max = 60000,
      .help = "how long a batch waits to fill", .offset = offsetof(struct settings, batch_wait) },
    { .name = "database-timeout", .type = OPTION_INTEGER, .argument = "SECONDS", .fallback = "300", .min = 0, .max = 86400,
      .help = "exit with 69 when the database has been unavailable for this long; 0: never",
      .offset = offsetof(struct settings, database_timeout) },
    { .name = "log-events", .type = OPTION_FLAG, .help = "print each event with its outcome",
      .offset = offsetof(struct settings, log_events) },
    { .name = "exit-at-end", .type = OPTION_FLAG,
      .help = "exit when the group has applied all that the topic holds now",
      .offset = offsetof(struct settings, exit_at_end) },
    { .name = "allow-compacted", .type = OPTION_FLAG, .help = "read a topic although Kafka compacts it, and so loses events",
      .offset = offsetof(struct settings, allow_compacted) },
    PROGRAM_LOG_ROWS(struct settings, program),
};
// clang-format on

static const struct option_table TABLE = {
    .program = "order-consumer",
    .summary =
        "Applies the order events of a Kafka topic to PostgreSQL, each exactly once in effect. Start more of them "
        "with the same group to share the partitions. SIGINT and SIGTERM stop it cleanly.",
    .rows = ROWS,
    .row_count = sizeof(ROWS) / sizeof(ROWS[0]),
};

static const char COMPONENT[] = "consumer";

enum { RETRY_MS = 500, TRUST_LIMIT_MS = 10000, TOPIC_LIMIT_MS = 3000 };

/*
 * Waits for a broker. For a topic only as long as one that was just made may be
 * unknown to some of several brokers, and not for long where it is a password
 * or a certificate that fails. Exit status, or 0.
 */
static int find_topic(struct source *source, const struct settings *settings, struct notify *notify)
{
    char error[SOURCE_ERROR_SIZE], text[KAFKA_TROUBLE_SIZE];
    bool told = false;
    int64_t trusted_at = monotonic_ms(), topic_at = trusted_at; /* the last time that it was not known better */

    while (!stop_requested()) {
        enum source_lookup lookup;

        notify_alive(notify);
        lookup = source_find_topic(source, error);
        if (lookup != SOURCE_NO_TRUST)
            trusted_at = monotonic_ms();
        if (lookup != SOURCE_NO_TOPIC)
            topic_at = monotonic_ms();
        switch (lookup) {
        case SOURCE_FOUND:
            if (told)
                log_info(COMPONENT, "Kafka answers");
            return 0;
        case SOURCE_NO_TOPIC:
            if (monotonic_ms() - topic_at < TOPIC_LIMIT_MS) {
                poll(NULL, 0, RETRY_MS);
                break;
            }
            kafka_trouble_explain_missing_topic(settings->topic, settings->program.brokers, text);
            log_error(COMPONENT, "%s", text);
            return EX_UNAVAILABLE;
        case SOURCE_REFUSED:
            log_error(COMPONENT, "%s", error);
            return EX_CONFIG;
        case SOURCE_NO_TRUST:
            if (monotonic_ms() - trusted_at >= TRUST_LIMIT_MS) {
                log_error(COMPONENT, "no answer from Kafka within %d s: %s", TRUST_LIMIT_MS / 1000, error);
                return EX_CONFIG;
            }
            /* fall through */
        case SOURCE_NO_ANSWER:
            if (!told)
                log_warn(COMPONENT, "no answer from Kafka, waiting for one: %s", error);
            told = true;
            notify_status(notify, "waits for Kafka: %s", error);
            poll(NULL, 0, RETRY_MS); /* a signal ends it */
            break;
        }
    }
    return 0;
}

static int exit_status(enum worker_end end)
{
    switch (end) {
    case WORKER_STOPPED:
        return EX_OK;
    case WORKER_NO_DATABASE:
        return EX_UNAVAILABLE;
    case WORKER_NO_CONFIGURATION:
        return EX_CONFIG;
    case WORKER_FAILED:
        return EX_SOFTWARE;
    }
    BUG("unknown worker_end");
}

static int run_worker(struct source *source, const struct settings *settings, struct notify *notify)
{
    const struct worker_settings worker_settings = {
        .group = settings->group,
        .topic = settings->topic,
        .notify = notify,
        .batch_size = (size_t)settings->batch_size,
        .batch_wait_ms = (int)settings->batch_wait,
        .database_timeout_ms = (int)settings->database_timeout * 1000,
        .log_events = settings->log_events,
        .exit_at_end = settings->exit_at_end,
    };
    struct store *store = store_new(settings->database, settings->password_file);
    struct worker *worker = worker_new(source, store, &worker_settings);
    enum worker_end end = worker_run(worker);

    worker_print_summary(worker);
    worker_free(worker);
    store_free(store);
    return exit_status(end);
}

static int consume(const struct settings *settings)
{
    const struct source_settings source_settings = { settings->program.brokers, settings->topic, settings->group,
                                                     &settings->program.properties };
    char error[SOURCE_ERROR_SIZE];
    struct source *source = source_new(&source_settings, error);
    struct notify notify;
    int status;

    if (!source) {
        log_error(COMPONENT, "%s", error);
        return EX_CONFIG;
    }
    log_info(COMPONENT, "start topic=%s group=%s brokers=%s batch-size=%d", settings->topic, settings->group,
             settings->program.brokers, (int)settings->batch_size);
    notify_init(&notify, COMPONENT);
    status = find_topic(source, settings, &notify);
    if (status == 0 && !stop_requested()) {
        status = EX_CONFIG;
        if (!source_subscribe(source, error))
            log_error(COMPONENT, "%s", error);
        else if (source_permits_topic(source, settings->allow_compacted)) /* while the group lets it in */
            status = run_worker(source, settings, &notify);
    }
    source_free(source);
    return status;
}

static enum options_result parse(int argc, char **argv, struct settings *settings, char error[REASON_SIZE])
{
    int first;
    enum options_result result = options_parse(&TABLE, argc, argv, settings, &first, error);

    if (result != OPTIONS_OK || session_judge(settings->database) != SESSION_CONNINFO_BAD)
        return result;
    reason_set(
        error,
        "--database is not a libpq connection string, key=value or postgresql:// (not shown: it may hold a password)");
    return OPTIONS_BAD;
}

int main(int argc, char **argv)
{
    struct settings settings = { 0 };
    char error[REASON_SIZE];
    int status;

    process_protect();
    process_keep_freed_memory(8);
    session_set_up();
    if (!program_begin(TABLE.program, parse(argc, argv, &settings, error), error, &settings.program, &status))
        return status;
    if (session_judge(settings.database) == SESSION_CONNINFO_SHOWS_PASSWORD)
        log_warn(COMPONENT, "ps shows the password in --database to everybody; put it into a file (--password-file)");
    return consume(&settings);
}
