/*
 * Command lines of order-producer, whose table has options of every type. A line of the input is an argument; a first
 * line with KAFKA_BROKERS= is in the environment.
 *
 * Accepted settings are within their limits, and the same settings result when they are written as options again. A
 * refused command line has a reason of one line, which names an argument that was really given.
 */
#define _POSIX_C_SOURCE 200809L
#include "property.h"

#include "memory.h"
#include "settings.h"
#include "timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS_MAX = 160 };

struct command_line {
    char *arguments[ARGUMENTS_MAX + 1];
    int count;
};

/* Owns the text. */
static void add(struct command_line *line, char *text)
{
    if (line->count == ARGUMENTS_MAX)
        free(text);
    else
        line->arguments[line->count++] = text;
}

static void release(struct command_line *line)
{
    for (int i = 0; i < line->count; i++)
        free(line->arguments[i]);
}

static void add_option(struct command_line *line, const char *name, const char *value)
{
    size_t size = strlen(name) + strlen(value) + 4;
    char *text = checked(malloc(size));

    snprintf(text, size, "--%s=%s", name, value);
    add(line, text);
}

static void add_text(struct command_line *line, const char *name, const char *value)
{
    if (value)
        add_option(line, name, value);
}

static void add_number(struct command_line *line, const char *name, double value)
{
    char text[64];

    snprintf(text, sizeof(text), "%.17g", value);
    if (value != 0)
        add_option(line, name, text);
}

static void add_time(struct command_line *line, const char *name, int64_t at)
{
    char text[TIMESTAMP_SIZE];

    if (at == TIMESTAMP_NONE)
        return;
    timestamp_print(at, text);
    add_option(line, name, text);
}

static void add_flag(struct command_line *line, const char *flag, bool is_set)
{
    if (is_set)
        add(line, string_of(flag, strlen(flag)));
}

static void write_options(const struct settings *settings, struct command_line *line)
{
    add(line, string_of("order-producer", 14));
    add_text(line, "customers", settings->customers);
    add_text(line, "items", settings->items);
    add_text(line, "brokers", settings->program.brokers);
    add_text(line, "topic", settings->topic);
    for (size_t i = 0; i < settings->program.properties.count; i++)
        add_option(line, "property", settings->program.properties.values[i]);
    add_text(line, "properties", settings->program.properties_file);
    add_number(line, "create-topic", (double)settings->create_partitions);
    add_number(line, "speed", settings->speed);
    add_number(line, "rate", settings->rate);
    add_text(line, "order", settings->order);
    add_time(line, "from", settings->from);
    add_time(line, "to", settings->to);
    add_time(line, "as-of", settings->as_of);
    add_text(line, "delimiter", settings->delimiter);
    add_text(line, "lifecycle", settings->lifecycle);
    for (size_t i = 0; i < settings->timestamp_formats.count; i++)
        add_option(line, "timestamp-format", settings->timestamp_formats.values[i]);
    add_number(line, "duplicates", settings->duplicates);
    char seed[32];
    snprintf(seed, sizeof(seed), "%lld", (long long)settings->seed);
    add_option(line, "seed", seed);
    add_flag(line, "--dry-run", settings->dry_run);
    add_flag(line, "--log-events", settings->log_events);
    add_flag(line, "--verbose", settings->program.verbose);
    add_text(line, "rejects", settings->rejects);
    add(line, string_of("--", 2));
    add(line, string_of(settings->orders, strlen(settings->orders)));
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_values(const struct option_values *a, const struct option_values *b)
{
    for (size_t i = 0; i < a->count; i++) {
        if (i >= b->count || !same_text(a->values[i], b->values[i]))
            return false;
    }
    return a->count == b->count;
}

static bool is_same(const struct settings *a, const struct settings *b)
{
    return same_values(&a->program.properties, &b->program.properties) &&
           same_values(&a->timestamp_formats, &b->timestamp_formats) && same_text(a->orders, b->orders) &&
           same_text(a->customers, b->customers) && same_text(a->items, b->items) &&
           same_text(a->program.brokers, b->program.brokers) && same_text(a->topic, b->topic) &&
           same_text(a->program.properties_file, b->program.properties_file) &&
           a->create_partitions == b->create_partitions && a->speed == b->speed && a->rate == b->rate &&
           same_text(a->order, b->order) && a->from == b->from && a->to == b->to && a->as_of == b->as_of &&
           same_text(a->delimiter, b->delimiter) && same_text(a->lifecycle, b->lifecycle) &&
           a->duplicates == b->duplicates && a->seed == b->seed && a->dry_run == b->dry_run &&
           a->log_events == b->log_events && a->program.verbose == b->program.verbose &&
           same_text(a->rejects, b->rejects);
}

static bool is_within(double value, double min, double max)
{
    return value == 0 || (value >= min && value <= max);
}

static void check_settings(const struct settings *settings)
{
    struct command_line line = { .count = 0 };
    struct settings again;
    char error[REASON_SIZE] = "";

    HOLDS(settings->orders && *settings->program.brokers && *settings->topic, "what must be there is there");
    HOLDS(same_text(settings->order, "time") || same_text(settings->order, "file"), "--order is a choice");
    HOLDS(is_within(settings->speed, 0.001, 1e9) && is_within(settings->rate, 0.001, 1e9), "--speed and --rate have limits");
    HOLDS(is_within(settings->duplicates, 0, 1), "--duplicates is a share");
    HOLDS(is_within((double)settings->create_partitions, 1, 10000), "--create-topic has limits");
    HOLDS(settings->seed >= 0 && settings->seed <= 4294967295, "--seed has limits");
    HOLDS(settings->from == TIMESTAMP_NONE || settings->to == TIMESTAMP_NONE || settings->from < settings->to,
          "a window is not empty");

    write_options(settings, &line);
    HOLDS(settings_parse(line.count, line.arguments, &again, error) == OPTIONS_OK, "settings are options again: %s", error);
    HOLDS(is_same(settings, &again), "settings written as options are the same settings");
    release(&line);
}

/* The option that the reason says is unknown stands in the command line. */
static bool names_an_argument(const char *error, const struct command_line *line)
{
    static const char UNKNOWN[] = "unknown option '";
    const char *name = error + strlen(UNKNOWN);
    size_t length;

    if (strncmp(error, UNKNOWN, strlen(UNKNOWN)) != 0)
        return true;
    length = strlen(name) - 1;
    if (length == 2 && name[0] == '-' && name[1] == '?')
        return true; /* a letter that cannot be shown */
    for (int i = 1; i < line->count; i++) {
        const char *argument = line->arguments[i];

        if (strncmp(argument, name, length) == 0 && (length == 60 || argument[length] == '\0'))
            return true;
        if (length == 2 && name[0] == '-' && argument[0] == '-' && strchr(argument + 1, name[1]))
            return true; /* a letter among others */
    }
    return false;
}

/* Paths within a folder are the program's own, for as long as it lives; what came with the command line is not. */
static void free_path(const char *path, const struct command_line *line)
{
    for (int i = 0; i < line->count; i++) {
        size_t length = strlen(line->arguments[i]);

        if (path >= line->arguments[i] && path <= line->arguments[i] + length)
            return;
    }
    free((char *)path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static FILE *discarded;
    struct command_line line = { .count = 0 };
    struct settings settings = { 0 };
    char error[REASON_SIZE] = "";
    char *text = string_of(data, size), *rest = text;
    struct command_line parsed;

    if (!discarded)
        discarded = checked(freopen("/dev/null", "w", stdout)); /* where --help goes */
    unsetenv("KAFKA_BROKERS");
    unsetenv("KAFKA_PROPERTIES_FILE");
    unsetenv("ORDER_TOPIC");
    add(&line, string_of("order-producer", 14));
    while (*rest) {
        size_t length = strcspn(rest, "\n");
        char *argument = string_of(rest, length);

        if (line.count == 1 && strncmp(argument, "KAFKA_BROKERS=", 14) == 0) {
            setenv("KAFKA_BROKERS", argument + 14, 1);
            free(argument);
        } else {
            add(&line, argument);
        }
        rest += length + (rest[length] == '\n');
    }
    parsed = line; /* parsing permutes the arguments */
    switch (settings_parse(parsed.count, parsed.arguments, &settings, error)) {
    case OPTIONS_OK:
        check_settings(&settings);
        break;
    case OPTIONS_BAD:
        reason_seen(error);
        HOLDS(!strchr(error, '\n'), "a reason is one line: %s", error);
        HOLDS(names_an_argument(error, &line), "a reason names what was given: %s", error);
        break;
    case OPTIONS_DONE:
        break;
    }
    free_path(settings.orders, &line);
    free_path(settings.customers, &line);
    free_path(settings.items, &line);
    release(&line);
    free(text);
    return 0;
}
