/*
 * check_postgres.h - whether a database is fit for a replay, as it tells itself.
 *
 *     struct check_postgres_settings settings = { "order-events", "order-aggregator", NULL, 6 };
 *     if (!check_postgres(&settings, findings))
 *         … it does not answer, as the findings say
 *
 * The database is that of libpq's PG* variables. What is asked stands in sql/check. Changes nothing. What the user may not
 * ask is unknown.
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

/* False when the database does not answer. Takes some 10 s at most. */
bool check_postgres(const struct check_postgres_settings *settings, struct findings *findings);

#endif
