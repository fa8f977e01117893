#define _GNU_SOURCE /* getopt_long */
#include "options.h"

#include "bug.h"
#include "reason.h"
#include "timestamp.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifndef VERSION
#define VERSION "unreleased"
#endif

/* Values of getopt_long that are not a letter: the number of a row, and the two options that every program has. */
enum { OPTION_ROWS_MAX = 48, ROW_VALUE = 1000, HELP_VALUE = 500, VERSION_VALUE = 501 };
enum { HELP_COLUMN = 30, HELP_WIDTH = 80 };

static bool set_integer(const struct option_row *row, const char *text, int64_t *target, char *error)
{
    char *end;
    long long value;

    errno = 0;
    value = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0' || errno || (double)value < row->min || (double)value > row->max)
        return reason_set(error, "--%s needs a whole number from %.0f to %.0f, not '%.60s'", row->name, row->min,
                          row->max, text);
    *target = value;
    return true;
}

static bool set_decimal(const struct option_row *row, const char *text, double *target, char *error)
{
    char *end;
    double value;

    errno = 0;
    value = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || errno || !isfinite(value) || value < row->min || value > row->max)
        return reason_set(error, "--%s needs a number from %g to %g, not '%.60s'", row->name, row->min, row->max, text);
    *target = value;
    return true;
}

/* A date alone means midnight, because most windows are given in days. */
static bool set_time(const struct option_row *row, const char *text, int64_t *target, char *error)
{
    char midnight[TIMESTAMP_SIZE];

    snprintf(midnight, sizeof(midnight), "%.10s 00:00:00", text);
    if (!timestamp_parse(strlen(text) == 10 ? midnight : text, target))
        return reason_set(error, "--%s needs a time like 2018-01-31 or '2018-01-31 12:00:00', not '%.60s'", row->name,
                          text);
    return true;
}

static bool is_choice(const char *choices, const char *text)
{
    size_t text_length = strlen(text);

    for (const char *choice = choices; *choice; choice += *choice == '|') {
        size_t length = strcspn(choice, "|");

        if (length == text_length && strncmp(choice, text, length) == 0)
            return true;
        choice += length;
    }
    return false;
}

static bool set_repeated(const struct option_row *row, const char *text, struct option_values *target, char *error)
{
    if (target->count == OPTION_VALUES_MAX)
        return reason_set(error, "--%s can be given %d times at most", row->name, OPTION_VALUES_MAX);
    target->values[target->count++] = text;
    return true;
}

static bool set_value(const struct option_row *row, const char *text, void *settings, char *error)
{
    void *target = (char *)settings + row->offset;

    switch (row->type) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return true;
    case OPTION_CHOICE:
        if (!is_choice(row->choices, text))
            return reason_set(error, "--%s must be one of %s, not '%.60s'", row->name, row->choices, text);
        *(const char **)target = text;
        return true;
    case OPTION_TEXT:
        if (*text == '\0')
            return reason_set(error, "--%s needs a value that is not empty", row->name);
        *(const char **)target = text;
        return true;
    case OPTION_INTEGER:
        return set_integer(row, text, target, error);
    case OPTION_DECIMAL:
        return set_decimal(row, text, target, error);
    case OPTION_TIME:
        return set_time(row, text, target, error);
    case OPTION_REPEATED:
        return set_repeated(row, text, target, error);
    }
    BUG("unknown option_type");
}

static bool set_defaults(const struct option_table *table, void *settings, char *error)
{
    for (size_t i = 0; i < table->row_count; i++) {
        const struct option_row *row = &table->rows[i];
        const char *value = row->environment ? getenv(row->environment) : NULL;
        bool from_environment = value && *value;

        if (row->type == OPTION_TIME)
            *(int64_t *)((char *)settings + row->offset) = TIMESTAMP_NONE;
        if (!from_environment)
            value = row->fallback;
        if (value && !set_value(row, value, settings, error)) {
            size_t length = strlen(error);

            if (from_environment)
                snprintf(error + length, REASON_SIZE - length, " (from %s)", row->environment);
            return false;
        }
    }
    return true;
}

static size_t print_label(const struct option_row *row, FILE *out)
{
    char label[128];
    const char *argument = row->argument ? row->argument : "";
    const char *before = !row->argument ? "" : row->argument_is_optional ? "[=" : " ";
    const char *after = row->argument && row->argument_is_optional ? "]" : "";

    if (row->letter)
        snprintf(label, sizeof(label), "  -%c, --%s%s%s%s", row->letter, row->name, before, argument, after);
    else
        snprintf(label, sizeof(label), "      --%s%s%s%s", row->name, before, argument, after);
    fputs(label, out);
    return strlen(label);
}

/* Prints words from `column` on, wrapped at HELP_WIDTH and indented to `column`. */
static void print_wrapped(const char *text, size_t column, size_t indent, FILE *out)
{
    while (*text) {
        size_t length = strcspn(text, " ");

        if (column + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
        }
        fprintf(out, "%.*s", (int)length, text);
        column += length;
        text += length;
        if (*text == ' ') {
            text++;
            column++;
            if (*text && column + strcspn(text, " ") <= HELP_WIDTH)
                fputc(' ', out);
        }
    }
    fputc('\n', out);
}

static void print_row(const struct option_row *row, FILE *out)
{
    char text[512];
    size_t column = print_label(row, out);

    snprintf(text, sizeof(text), "%s", row->help);
    if (row->fallback || row->environment) {
        size_t length = strlen(text);

        snprintf(text + length, sizeof(text) - length, " [%s%s%s%s]", row->environment ? "$" : "",
                 row->environment ? row->environment : "", row->environment && row->fallback ? ", " : "",
                 row->fallback ? row->fallback : "");
    }
    if (column + 2 > HELP_COLUMN) { /* at least two blanks: with one, help2man and readers see a part of the label */
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
    print_wrapped(text, HELP_COLUMN, HELP_COLUMN, out);
}

void options_print_help(const struct option_table *table, FILE *out)
{
    fprintf(out, "usage: %s [options]%s%s\n\n", table->program, table->arguments ? " " : "",
            table->arguments ? table->arguments : "");
    print_wrapped(table->summary, 0, 0, out);
    fputc('\n', out);
    for (size_t i = 0; i < table->row_count; i++)
        print_row(&table->rows[i], out);
    print_row(&(struct option_row){ .name = "help", .letter = 'h', .help = "print this and exit" }, out);
    print_row(&(struct option_row){ .name = "version", .help = "print the version and exit" }, out);
}

/* The table in getopt's two notations. */
static void to_getopt(const struct option_table *table, struct option *longs, char *letters)
{
    size_t i;

    *letters++ = ':'; /* distinguishes a missing argument from an unknown option */
    for (i = 0; i < table->row_count; i++) {
        const struct option_row *row = &table->rows[i];
        int takes = !row->argument ? no_argument : row->argument_is_optional ? optional_argument : required_argument;

        longs[i] = (struct option){ row->name, takes, NULL, ROW_VALUE + (int)i };
        if (row->letter) {
            *letters++ = row->letter;
            if (row->argument)
                *letters++ = ':';
        }
    }
    longs[i++] = (struct option){ "help", no_argument, NULL, HELP_VALUE };
    longs[i++] = (struct option){ "version", no_argument, NULL, VERSION_VALUE };
    longs[i] = (struct option){ 0 };
    *letters++ = 'h';
    *letters = '\0';
}

static const struct option_row *find_row(const struct option_table *table, int value)
{
    if (value >= ROW_VALUE)
        return &table->rows[value - ROW_VALUE];
    for (size_t i = 0; i < table->row_count; i++) {
        if (table->rows[i].letter == value)
            return &table->rows[i];
    }
    return NULL;
}

/* `argument` is the last one that getopt_long has finished: not yet that of a letter with others after it (-Zb). */
static void name_unknown(const char *argument, char *error)
{
    bool is_letter = optopt != 0 && optopt < ROW_VALUE;

    if (is_letter)
        reason_set(error, "unknown option '-%c'", isgraph((unsigned char)optopt) ? optopt : '?');
    else
        reason_set(error, "unknown option '%.60s'", argument);
}

static enum options_result parse_arguments(const struct option_table *table, int argc, char **argv, void *settings,
                                           char *error)
{
    struct option longs[OPTION_ROWS_MAX + 3];
    char letters[2 * OPTION_ROWS_MAX + 3];
    int value;

    if (table->row_count > OPTION_ROWS_MAX)
        BUG("too many options");
    to_getopt(table, longs, letters);
    optind = 0; /* glibc: start from the beginning, also in a second call */
    opterr = 0;
    while ((value = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
        const struct option_row *row = find_row(table, value);

        if (value == 'h' || value == HELP_VALUE) {
            options_print_help(table, stdout);
            return OPTIONS_DONE;
        }
        if (value == VERSION_VALUE) {
            printf("%s %s\n", table->program, VERSION);
            return OPTIONS_DONE;
        }
        if (value == ':') {
            reason_set(error, "option %s needs a value", argv[optind - 1]);
            return OPTIONS_BAD;
        }
        if (!row) {
            name_unknown(argv[optind - 1], error);
            return OPTIONS_BAD;
        }
        if (!set_value(row, optarg ? optarg : row->implied, settings, error))
            return OPTIONS_BAD;
    }
    return OPTIONS_OK;
}

enum options_result options_parse(const struct option_table *table, int argc, char **argv, void *settings, int *first,
                                  char error[REASON_SIZE])
{
    enum options_result result;

    if (!set_defaults(table, settings, error))
        return OPTIONS_BAD;
    result = parse_arguments(table, argc, argv, settings, error);
    *first = optind;
    if (result == OPTIONS_OK && !table->arguments && optind < argc) {
        reason_set(error, "'%.100s' is one argument too many", argv[optind]);
        return OPTIONS_BAD;
    }
    return result;
}
