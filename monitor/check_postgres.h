/*
 * check_postgres.h - checks whether a database is fit for a replay.
 *
 *     struct check_postgres_settings settings = { "order-events", "order-aggregator", NULL, 6 };
 *     if (!check_postgres(&settings, findings))
 *         … it does not answer, as the findings say
 *
 * The database is that of libpq's PG* variables. The queries are in sql/check. It changes nothing. A check that the user may
 * not make is unknown.
 */
#ifndef CHECK_POSTGRES_H
#define CHECK_POSTGRES_H

#include "findings.h"

#include <stdbool.h>

struct check_postgres_settings {
    const char *topic, *group;
    const char *password_file; /* or NULL */
    int partitions;            /* of the topic; negative when Kafka does not tell */
};

/* False if the database does not answer. Takes about 10 s at most. */
bool check_postgres(const struct check_postgres_settings *settings, struct findings *findings);

#endif
