/*
 * settings.h - the settings of order-producer, from its command line and environment.
 *
 *     struct settings settings;
 *
 *     switch (settings_parse(argc, argv, &settings, error)) { … }
 *
 * Texts point into argv and the environment, or are valid as long as the program runs.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "program.h"
#include "reason.h"

#include <stdbool.h>
#include <stdint.h>

struct settings {
    const char *lifecycle;                  /* file, or NULL for the built-in one */
    const char *orders, *customers, *items; /* orders: a file or folder; the others: files or NULL; see dataset.h */
    struct program_settings program;
    const char *topic;
    int64_t create_partitions; /* 0: the topic must exist */
    bool allow_compacted;
    double speed, rate;      /* 0: unlimited */
    const char *order;       /* "time" or "file" */
    int64_t from, to, as_of; /* or TIMESTAMP_NONE */
    struct option_values timestamp_formats;
    const char *delimiter; /* of all files, for csv_delimiter_parse; NULL: recognised from their headers */
    double duplicates;     /* share of events that are sent twice */
    int64_t seed;
    bool dry_run, log_events;
    const char *rejects; /* file, or NULL */
};

/* Like options_parse. Also refuses options that exclude each other. */
enum options_result settings_parse(int argc, char **argv, struct settings *settings, char error[REASON_SIZE]);

#endif
