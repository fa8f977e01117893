#define _POSIX_C_SOURCE 200809L
#include "dataset.h"

#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool dataset_is_folder(const char *path)
{
    struct stat file;

    return stat(path, &file) == 0 && S_ISDIR(file.st_mode);
}

char *dataset_path(const char *folder, const char *name)
{
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path = checked(malloc(size));

    snprintf(path, size, "%s/%s", folder, name);
    return path;
}

char *dataset_file(const char *folder, const char *name)
{
    char *path = dataset_path(folder, name);

    if (access(path, F_OK) == 0)
        return path;
    free(path);
    return NULL;
}
