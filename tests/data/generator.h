/*
 * generator.h - what the forms of synthetic orders share: settings, random numbers, the calendar, files.
 *
 * The same seed gives the same bytes on every machine: the random numbers are
 * our own, all arithmetic is on integers, the calendar is computed here, and
 * no expression draws two random numbers (C leaves their order open).
 *
 *     uint64_t random = seed;
 *     int64_t placed = from + draw_between(&random, 0, 30 * DAY - 1);
 */
#ifndef GENERATOR_H
#define GENERATOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define MINUTE INT64_C(60)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define NEVER INT64_C(-1)

struct settings {
    int64_t orders, seed, days;
    int64_t from; /* seconds since 1970-01-01, as all times here */
    const char *directory;
};

uint64_t draw(uint64_t *random);

/* From low to high, both included. */
int64_t draw_between(uint64_t *random, int64_t low, int64_t high);

bool draw_one_in(uint64_t *random, int64_t many);

int64_t days_from_date(int64_t year, int64_t month, int64_t day);
void date_from_days(int64_t days, int *year, int *month, int *day);

/* These say on standard error what went wrong. */
bool create_directory(const char *directory);
FILE *create_file(const char *directory, const char *name);

/* False when anything that was written may be missing from the file. */
bool close_file(FILE *file);

#endif
