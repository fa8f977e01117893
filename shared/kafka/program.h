/*
 * program.h - shared by the three programs, which are all clients of Kafka: the options for
 * Kafka and the log, and the first half of main().
 *
 *     struct settings {
 *         struct program_settings program;
 *         const char *topic;
 *     };
 *
 *     static const struct option_row ROWS[] = {
 *         PROGRAM_KAFKA_ROWS(struct settings, program),
 *         { .name = "topic", … },
 *         PROGRAM_LOG_ROWS(struct settings, program),
 *     };
 *
 *     int main(int argc, char **argv)
 *     {
 *         struct settings settings = { 0 };
 *         char error[REASON_SIZE];
 *         int status;
 *
 *         process_protect();
 *         if (!program_begin("order-example", parse(argc, argv, &settings, error), error, &settings.program, &status))
 *             return status;
 *         return work(&settings);
 *     }
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "kafka_conf.h"
#include "options.h"

#include <stdbool.h>

struct program_settings {
    const char *brokers;
    struct option_values properties; /* librdkafka's, from the file, then from the command line; the last one wins */
    const char *properties_file, *log_format;
    bool verbose;
};

// clang-format off
#define PROGRAM_KAFKA_ROWS(owner, member)                                                                                                     \
    { .name = "brokers", .letter = 'b', .type = OPTION_TEXT, .argument = "HOST:PORT,...", .environment = "KAFKA_BROKERS",                    \
      .fallback = kafka_default_brokers, .help = "Kafka brokers to start from", .offset = offsetof(owner, member.brokers) },                  \
    { .name = "property", .letter = 'X', .type = OPTION_REPEATED, .argument = "NAME=VALUE",                                                  \
      .help = "librdkafka property; may be repeated", .offset = offsetof(owner, member.properties) },                                         \
    { .name = "properties", .type = OPTION_TEXT, .argument = "FILE", .environment = "KAFKA_PROPERTIES_FILE",                                 \
      .help = "librdkafka properties, one NAME=VALUE a line; secrets belong here, not on the command line",                                  \
      .offset = offsetof(owner, member.properties_file) }

#define PROGRAM_LOG_ROWS(owner, member)                                                                                                       \
    { .name = "log-format", .type = OPTION_CHOICE, .argument = "text|json", .choices = "text|json", .environment = "ORDER_LOG_FORMAT",       \
      .fallback = "text", .help = "format of standard error: lines of text, or a JSON object a line",                                        \
      .offset = offsetof(owner, member.log_format) },                                                                                         \
    { .name = "verbose", .letter = 'v', .type = OPTION_FLAG, .help = "log more, to see why something fails",                                 \
      .offset = offsetof(owner, member.verbose) }
// clang-format on

/*
 * Takes the result of options_parse. Sets up the log and the signals, reads
 * the properties file, and warns about secrets that ps shows. `name` is the name of
 * the program: "order-" and its component in the log.
 *
 * If it returns false, the program must end with *status. An error was already printed.
 */
bool program_begin(const char *name, enum options_result parsed, const char *error, struct program_settings *settings,
                   int *status);

/* Flushes standard output. Returns EX_OK, or EX_IOERR after printing the error. */
int program_flush(const char *name);

#endif
