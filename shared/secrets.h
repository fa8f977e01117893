/*
 * secrets.h - passwords come from files: a command line shows in ps.
 *
 *     char password[SECRET_SIZE], error[REASON_SIZE];
 *     if (!secrets_read_password("/run/secrets/database", password, error))
 *         log_error("main", "%s", error);
 *
 * Messages name the file and the line, never what is in it.
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
 * Puts the lines of a file with librdkafka properties, name=value, before those
 * of the command line, which so win. Empty lines and those with # are skipped.
 * The lines live as long as the program. Where it fails, nothing has changed.
 */
bool secrets_read_properties(const char *path, struct option_values *properties, char error[REASON_SIZE]);

/* The name of the first property that shows a secret, or NULL. */
const char *secrets_shown(const struct option_values *properties);

#endif
