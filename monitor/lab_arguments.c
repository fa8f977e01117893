#define _GNU_SOURCE /* vasprintf */
#include "lab_arguments.h"

#include "bug.h"
#include "kafka_conf.h"
#include "memory.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { SESSION_MS = 6000 }; /* the least that brokers accept by default, so that a killed consumer is missed soon */

__attribute__((format(printf, 2, 3))) static void add(struct lab_arguments *arguments, const char *format, ...)
{
    va_list values;
    char *text = NULL;

    va_start(values, format);
    if (vasprintf(&text, format, values) < 0)
        OUT_OF_MEMORY();
    va_end(values);
    if (arguments->count >= ARGUMENTS_MAX - 1)
        BUG("too many arguments");
    arguments->values[arguments->count++] = text;
}

static void add_option(struct lab_arguments *arguments, const char *name, const char *value)
{
    if (value)
        add(arguments, "--%s=%s", name, value);
}

/* Properties of the command line are passed on there, and those of the file by its path, because ps shows the former. */
static void add_common(struct lab_arguments *arguments, const struct lab_settings *settings)
{
    const struct option_values *properties = settings->properties;

    add_option(arguments, "brokers", settings->brokers);
    add_option(arguments, "topic", settings->topic);
    add_option(arguments, "log-format", settings->log_format);
    add_option(arguments, "properties", settings->properties_file);
    for (size_t i = properties->count - settings->own_properties; i < properties->count; i++)
        add(arguments, "-X%s", properties->values[i]);
}

/* The last one of several properties with the same name wins: for the client id that is this one. */
void lab_arguments_consume(struct lab_arguments *arguments, const struct lab_settings *settings, const char *folder,
                           int number)
{
    add(arguments, "%s/order-consumer", folder);
    add_option(arguments, "group", settings->group);
    add_option(arguments, "password-file", settings->password_file);
    if (!kafka_conf_uses_consumer_protocol(settings->properties)) /* there the broker decides */
        add(arguments, "-Xsession.timeout.ms=%d", SESSION_MS);
    add_common(arguments, settings);
    add(arguments, "-Xclient.id=%s%d", LAB_CLIENT, number);
}

void lab_arguments_replay(struct lab_arguments *arguments, const struct lab_settings *settings, const char *folder,
                          const char *data, const struct lab_command *command)
{
    add(arguments, "%s/order-producer", folder);
    add_common(arguments, settings);
    add(arguments, "--create-topic");
    if (command->rate > 0)
        add(arguments, "--rate=%" PRId64, command->rate);
    if (command->speed > 0)
        add(arguments, "--speed=%" PRId64, command->speed);
    if (command->duplicates > 0)
        add(arguments, "--duplicates=%.2f", (double)command->duplicates / 100);
    add(arguments, "--");
    add(arguments, "%s", data);
}

void lab_arguments_release(struct lab_arguments *arguments)
{
    for (size_t i = 0; i < arguments->count; i++)
        free(arguments->values[i]);
    *arguments = (struct lab_arguments){ 0 };
}
