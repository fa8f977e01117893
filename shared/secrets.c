#define _POSIX_C_SOURCE 200809L
#include "secrets.h"

#include "reason.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads the next line without its end. False at the end of the file, and if reading fails (ferror). */
static bool next_line(FILE *file, char **line, size_t *size)
{
    ssize_t length = getline(line, size, file);

    if (length < 0)
        return false;
    while (length > 0 && ((*line)[length - 1] == '\n' || (*line)[length - 1] == '\r'))
        (*line)[--length] = '\0';
    return true;
}

bool secrets_read_password(const char *path, char password[SECRET_SIZE], char error[REASON_SIZE])
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t size = 0, length;
    bool read;

    if (!file)
        return reason_set(error, "cannot read the password file %s: %s", path, strerror(errno));
    read = next_line(file, &line, &size);
    if (!read && ferror(file))
        read = reason_set(error, "cannot read the password file %s: %s", path, strerror(errno));
    else if (!read || *line == '\0')
        read = reason_set(error, "the password file %s has no password in its first line", path);
    else if ((length = strlen(line)) >= SECRET_SIZE)
        read = reason_set(error, "the password in %s is longer than %d bytes: is it the right file?", path,
                          SECRET_SIZE - 1);
    else
        memcpy(password, line, length + 1);
    free(line);
    fclose(file);
    return read;
}

/* Appends a line. Its name must not be empty or have blanks around it, which librdkafka would not recognise. */
static bool add_property(char *line, struct option_values *properties, const char **problem)
{
    const char *equals = strchr(line, '=');

    *problem = "is not name=value (without blanks around the =)";
    if (!equals || equals == line || equals[-1] == ' ' || equals[1] == ' ' || *line == ' ')
        return false;
    *problem = "is one property too many";
    if (properties->count == OPTION_VALUES_MAX)
        return false;
    properties->values[properties->count++] = line;
    return true;
}

static void free_values(struct option_values *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free((char *)(uintptr_t)values->values[i]);
}

bool secrets_read_properties(const char *path, struct option_values *properties, char error[REASON_SIZE])
{
    FILE *file = fopen(path, "re");
    struct option_values all = { .count = 0 };
    char *line = NULL;
    const char *problem = NULL;
    size_t size = 0, own;
    int number = 0;
    bool good = true;

    if (!file)
        return reason_set(error, "cannot read the properties file %s: %s", path, strerror(errno));
    while (good && next_line(file, &line, &size)) {
        number++;
        if (*line != '\0' && *line != '#') {
            good = add_property(line, &all, &problem);
            if (good) {
                line = NULL; /* the properties own it now */
                size = 0;
            }
        }
    }
    own = all.count;
    if (!good)
        good = reason_set(error, "line %d of the properties file %s %s", number, path, problem);
    else if (ferror(file))
        good = reason_set(error, "cannot read the properties file %s: %s", path, strerror(errno));
    free(line);
    fclose(file);
    for (size_t i = 0; good && i < properties->count; i++) {
        if (all.count == OPTION_VALUES_MAX)
            good = reason_set(error, "%s and the command line have more than %d properties", path, OPTION_VALUES_MAX);
        else
            all.values[all.count++] = properties->values[i];
    }
    if (good)
        *properties = all;
    else
        free_values(&all, own);
    return good;
}

const char *secrets_shown(const struct option_values *properties)
{
    static const char *const SECRETS[] = {
        "sasl.password", "ssl.key.password",        "ssl.keystore.password",
        "ssl.key.pem",   "sasl.oauthbearer.config", "sasl.oauthbearer.client.secret"
    };

    for (size_t i = 0; i < properties->count; i++) {
        size_t length = strcspn(properties->values[i], "=");

        for (size_t j = 0; j < sizeof(SECRETS) / sizeof(SECRETS[0]); j++) {
            if (strlen(SECRETS[j]) == length && strncmp(SECRETS[j], properties->values[i], length) == 0)
                return SECRETS[j];
        }
    }
    return NULL;
}
