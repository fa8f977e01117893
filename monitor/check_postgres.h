/*
 * check_postgres.h - checks whether a database is suitable for a replay.
 *
 *     struct check_postgres_settings settings = { "order-events", "order-aggregator", NULL, 6 };
 *     if (!check_postgres(&settings, findings))
 *         … it does not answer; see the findings
 *
 * libpq's PG* variables determine the database. The queries are in sql/check. They change nothing. If the user lacks the
 * permission for a check, its result is unknown.
 */
#ifndef CHECK_POSTGRES_H
#define CHECK_POSTGRES_H

#include "findings.h"

#include <stdbool.h>

struct check_postgres_settings {
    const char *topic, *group;
    const char *password_file; /* or NULL */
    int partitions;            /* of the topic; negative if it is not known */
};

/* False if the database does not answer. Takes at most about 10 s. */
bool check_postgres(const struct check_postgres_settings *settings, struct findings *findings);

#endif
