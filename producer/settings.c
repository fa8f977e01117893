#include "settings.h"

#include "csv_delimiter.h"
#include "reason.h"
#include "time_format.h"
#include "timestamp.h"

#include <stddef.h>
#include <string.h>

#define AT(member) .offset = offsetof(struct settings, member)

// clang-format off
static const struct option_row ROWS[] = {
    { .name = "lifecycle", .type = OPTION_TEXT, .argument = "FILE", .environment = "ORDER_LIFECYCLE", AT(lifecycle),
      .help = "file that says which columns become which events; default: Olist's" },
    { .name = "customers", .type = OPTION_TEXT, .argument = "FILE", AT(customers),
      .help = "customers file, for what the lifecycle takes from it" },
    { .name = "items", .type = OPTION_TEXT, .argument = "FILE", AT(items),
      .help = "order items file, for what the lifecycle takes from it" },
    PROGRAM_KAFKA_ROWS(struct settings, program),
    { .name = "topic", .letter = 't', .type = OPTION_TEXT, .argument = "TOPIC", .environment = "ORDER_TOPIC",
      .fallback = "order-events", AT(topic), .help = "where the events go" },
    { .name = "create-topic", .type = OPTION_INTEGER, .argument = "PARTITIONS", .argument_is_optional = true,
      .implied = "6", .min = 1, .max = 10000, AT(create_partitions), .help = "create the topic unless it exists" },
    { .name = "allow-compacted", .type = OPTION_FLAG, AT(allow_compacted),
      .help = "use a topic although Kafka compacts it, and so loses events" },
    { .name = "speed", .type = OPTION_DECIMAL, .argument = "N", .min = 0.001, .max = 1e9, AT(speed),
      .help = "scaled replay: N seconds of event time a second; otherwise as fast as Kafka takes them" },
    { .name = "rate", .type = OPTION_DECIMAL, .argument = "N", .min = 0.001, .max = 1e9, AT(rate),
      .help = "at most N events a second" },
    { .name = "order", .type = OPTION_CHOICE, .argument = "time|file", .choices = "time|file", .fallback = "time",
      AT(order), .help = "event-time order over the whole file, or file order in constant memory" },
    { .name = "from", .type = OPTION_TIME, .argument = "TIME", AT(from), .help = "only events at TIME or later" },
    { .name = "to", .type = OPTION_TIME, .argument = "TIME", AT(to), .help = "only events before TIME" },
    { .name = "as-of", .type = OPTION_TIME, .argument = "TIME", AT(as_of),
      .help = "deadlines before TIME that nothing met count as missed: overdue orders are late too" },
    { .name = "timestamp-format", .type = OPTION_REPEATED, .argument = "FORMAT", AT(timestamp_formats),
      .help = "how the files write times, as in strptime(3); may be given several times; otherwise YYYY-MM-DD HH:MM:SS" },
    { .name = "delimiter", .type = OPTION_TEXT, .argument = "CHARACTER", AT(delimiter),
      .help = "what separates the columns of all files: , ; | or tab; otherwise each file's header tells" },
    { .name = "duplicates", .type = OPTION_DECIMAL, .argument = "SHARE", .min = 0, .max = 1, AT(duplicates),
      .help = "send a share of the events twice, 0 to 1" },
    { .name = "seed", .type = OPTION_INTEGER, .argument = "N", .fallback = "1", .min = 0, .max = 4294967295.0, AT(seed),
      .help = "chooses which events --duplicates takes" },
    { .name = "dry-run", .type = OPTION_FLAG, AT(dry_run), .help = "send nothing, say what would be sent" },
    { .name = "log-events", .type = OPTION_FLAG, AT(log_events),
      .help = "print each event when it is acknowledged; with --dry-run as JSON" },
    { .name = "rejects", .type = OPTION_TEXT, .argument = "FILE", AT(rejects),
      .help = "where rows that cannot be replayed go, as CSV with line and reason" },
    PROGRAM_LOG_ROWS(struct settings, program),
};
// clang-format on

static const struct option_table TABLE = {
    .program = "order-producer",
    .summary = "Turns a snapshot of orders (CSV) back into the events that produced it and sends them to Kafka. "
               "FOLDER holds the files under the names that the lifecycle gives them, such as "
               "olist_orders_dataset.csv; '-' reads the orders from standard input.",
    .arguments = "FOLDER|ORDERS.csv",
    .rows = ROWS,
    .row_count = sizeof(ROWS) / sizeof(ROWS[0]),
};

static int stdin_uses(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static bool check_formats(const struct option_values *formats, char *error)
{
    struct time_reader times;

    if (!time_reader_init(&times, formats->values, formats->count, error))
        return false;
    time_reader_release(&times);
    return true;
}

static bool check(const struct settings *settings, char *error)
{
    char delimiter;

    if (settings->speed > 0 && strcmp(settings->order, "file") == 0)
        return reason_set(error, "--speed replays in event-time order, it does not go with --order file");
    if (settings->from != TIMESTAMP_NONE && settings->to != TIMESTAMP_NONE && settings->from >= settings->to)
        return reason_set(error, "--from must lie before --to: nothing is in between");
    if (stdin_uses(settings->orders) + stdin_uses(settings->customers) + stdin_uses(settings->items) > 1)
        return reason_set(error, "only one file can be '-', standard input");
    if (stdin_uses(settings->lifecycle))
        return reason_set(error, "--lifecycle needs a file; standard input is for orders");
    if (settings->delimiter && !csv_delimiter_parse(settings->delimiter, &delimiter))
        return reason_set(error, "--delimiter is a comma, a semicolon, a pipe or tab, not '%.60s'",
                          settings->delimiter);
    return check_formats(&settings->timestamp_formats, error);
}

enum options_result settings_parse(int argc, char **argv, struct settings *settings, char error[REASON_SIZE])
{
    enum options_result result;
    bool is_good;
    int first;

    *settings = (struct settings){ 0 };
    result = options_parse(&TABLE, argc, argv, settings, &first, error);
    if (result != OPTIONS_OK)
        return result;
    settings->orders = argv[first];
    if (first == argc)
        is_good = reason_set(error, "which orders? Give the path of a file or a folder, or - for standard input");
    else if (argc - first > 1)
        is_good = reason_set(error, "one orders file at a time; '%.60s' is too many", argv[first + 1]);
    else
        is_good = check(settings, error);
    return is_good ? OPTIONS_OK : OPTIONS_BAD;
}
