#define _POSIX_C_SOURCE 200809L
#include "dataset.h"

#include "memory.h"
#include "reason.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_folder(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && S_ISDIR(file.st_mode);
}

static char *path_in(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = checked(malloc(size));

    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

/* NULL where there is no such file in the folder. */
static char *file_in(const char *folder, const char *name)
{
    char *path = path_in(folder, name);

    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}

static void find_paths(const struct lifecycle *lifecycle, const struct settings *settings, struct dataset *dataset)
{
    const char *const named[LIFECYCLE_FILES] = { NULL, settings->customers, settings->items };
    bool has_folder = is_folder(settings->orders);

    dataset->paths[ORDERS_FILE] =
        has_folder ? path_in(settings->orders, lifecycle->file_names[ORDERS_FILE]) : checked(strdup(settings->orders));
    for (int file = CUSTOMERS_FILE; file < LIFECYCLE_FILES; file++) {
        if (named[file])
            dataset->paths[file] = checked(strdup(named[file]));
        else if (has_folder && lifecycle->file_names[file])
            dataset->paths[file] = file_in(settings->orders, lifecycle->file_names[file]);
    }
}

/* By whatever names. Only where writing into the one would destroy the other. */
static bool is_same_file(const char *input, const char *output)
{
    struct stat from, to;

    return input && output && (strcmp(input, "-") == 0 ? fstat(STDIN_FILENO, &from) : stat(input, &from)) == 0 &&
           stat(output, &to) == 0 && S_ISREG(to.st_mode) && from.st_dev == to.st_dev && from.st_ino == to.st_ino;
}

bool dataset_find(const struct lifecycle *lifecycle, const struct settings *settings, struct dataset *dataset,
                  char error[REASON_SIZE])
{
    *dataset = (struct dataset){ 0 };
    find_paths(lifecycle, settings, dataset);
    if (is_same_file(settings->lifecycle, settings->rejects))
        return reason_set(error, "--rejects %.160s is the lifecycle file: it would be overwritten; name another one",
                          settings->rejects);
    for (int file = 0; file < LIFECYCLE_FILES; file++) {
        if (dataset->paths[file] && !lifecycle->file_names[file])
            return reason_set(error, "--%s needs a row of kind file in the lifecycle, which says what joins it",
                              LIFECYCLE_FILE_NAMES[file]);
        if (is_same_file(dataset->paths[file], settings->rejects))
            return reason_set(error,
                              "--rejects %.160s is a file that is read: it would be overwritten; name another one",
                              settings->rejects);
    }
    return true;
}

void dataset_release(struct dataset *dataset)
{
    for (int file = 0; file < LIFECYCLE_FILES; file++)
        free(dataset->paths[file]);
    *dataset = (struct dataset){ 0 };
}
