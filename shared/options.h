/*
 * options.h - command lines, with one table row for each option.
 *
 * An option is defined only in the table: parsing, checks and --help use it. An
 * option overrides its environment variable, which overrides the default. -h/--help
 * and --version are added automatically.
 *
 *     struct settings { const char *brokers; double rate; bool dry_run; const char *file; };
 *
 *     static const struct option_row ROWS[] = {
 *         { .name = "brokers", .letter = 'b', .type = OPTION_TEXT, .argument = "HOST:PORT,…",
 *           .environment = "KAFKA_BROKERS", .fallback = "localhost:9092", .help = "Kafka to start from",
 *           .offset = offsetof(struct settings, brokers) },
 *         { .name = "rate", .type = OPTION_DECIMAL, .argument = "N", .min = 0.001, .max = 1e9, … },
 *         { .name = "dry-run", .type = OPTION_FLAG, … },
 *     };
 *     static const struct option_table TABLE = {
 *         .program = "order-producer", .arguments = "ORDERS.csv", .summary = "…",
 *         .rows = ROWS, .row_count = sizeof(ROWS) / sizeof(ROWS[0]),
 *     };
 *
 *     switch (options_parse(&TABLE, argc, argv, &settings, &first, error)) { … }
 *
 * Values point into argv, the environment or the table: nothing is copied.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum option_type {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char * */
    OPTION_INTEGER,  /* int64_t within min … max */
    OPTION_DECIMAL,  /* double within min … max */
    OPTION_TIME,     /* int64_t, see timestamp.h; TIMESTAMP_NONE if not given */
    OPTION_CHOICE,   /* const char *, one of `choices` */
    OPTION_REPEATED, /* struct option_values: all arguments, in order; no environment variable, no default */
};

struct option_row {
    const char *name; /* without the dashes */
    char letter;      /* 0 if there is none */
    enum option_type type;
    bool argument_is_optional; /* --name or --name=VALUE; without VALUE, `implied` is used */
    const char *implied;
    const char *argument;    /* its name in --help; NULL for a flag */
    const char *environment; /* its environment variable, or NULL */
    const char *fallback;    /* the default as text; if NULL, the settings keep their value */
    const char *choices;     /* "time|file" */
    double min, max;
    const char *help; /* one short sentence */
    size_t offset;    /* into the settings */
};

struct option_table {
    const char *program;
    const char *summary;   /* a sentence or two, without line breaks */
    const char *arguments; /* the arguments after the options, or NULL if there are none */
    const struct option_row *rows;
    size_t row_count;
};

enum { OPTION_VALUES_MAX = 64 };

struct option_values {
    const char *values[OPTION_VALUES_MAX];
    size_t count;
};

enum options_result {
    OPTIONS_OK,
    OPTIONS_DONE, /* --help or --version was printed: exit 0 */
    OPTIONS_BAD,  /* `error` contains the reason, in one line: exit 64 */
};

/*
 * Fills the settings and sets *first to the index in argv of the first argument
 * after the options. If the table has `arguments`, the caller checks their number.
 */
enum options_result options_parse(const struct option_table *table, int argc, char **argv, void *settings, int *first,
                                  char error[REASON_SIZE]);

/* Prints --help: at most 80 columns, with defaults and environment variables. */
void options_print_help(const struct option_table *table, FILE *out);

#endif
