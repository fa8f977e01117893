/*
 * settings.h - what order-producer was asked to do.
 *
 *     struct settings settings;
 *
 *     switch (settings_parse(argc, argv, &settings, error)) { … }
 *
 * Texts point into argv and the environment, or live as long as the program.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "program.h"
#include "reason.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
    const char *lifecycle;                  /* file, or NULL for the built-in one */
    const char *orders, *customers, *items; /* a file or folder; files or NULL, see dataset.h */
    struct program_settings program;
    const char *topic;
    int64_t create_partitions; /* 0: the topic must be there */
    bool allow_compacted;
    double speed, rate;      /* 0: unlimited */
    const char *order;       /* "time" or "file" */
    int64_t from, to, as_of; /* or TIMESTAMP_NONE */
    struct option_values timestamp_formats;
    const char *delimiter; /* of all files, as csv_delimiter_parse takes it; NULL: their headers tell */
    double duplicates;     /* share of events that go twice */
    int64_t seed;
    bool dry_run, log_events;
    const char *rejects; /* file, or NULL */
};

/* As options_parse. Also refuses options that rule each other out. */
enum options_result settings_parse(int argc, char **argv, struct settings *settings, char error[REASON_SIZE]);

#endif
