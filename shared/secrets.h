/*
 * secrets.h - reads passwords from files, because ps shows command lines.
 *
 *     char password[SECRET_SIZE], error[REASON_SIZE];
 *     if (!secrets_read_password("/run/secrets/database", password, error))
 *         log_error("main", "%s", error);
 *
 * Messages name the file and the line, never the contents.
 */
#ifndef SECRETS_H
#define SECRETS_H

#include "options.h"
#include "reason.h"

#include <stdbool.h>

enum { SECRET_SIZE = 1024 };

/* The first line of the file. */
bool secrets_read_password(const char *path, char password[SECRET_SIZE], char error[REASON_SIZE]);

/*
 * Inserts the lines of a file with librdkafka properties, name=value, before those
 * of the command line, which therefore win. Skips empty lines and comments (#).
 * The lines live as long as the program. On failure nothing has changed.
 */
bool secrets_read_properties(const char *path, struct option_values *properties, char error[REASON_SIZE]);

/* The name of the first property that contains a secret, or NULL. */
const char *secrets_shown(const struct option_values *properties);

#endif
