/*
 * lifecycle_file.h - reads a lifecycle from its file, or the one that is built in.
 *
 *     int status;
 *     struct lifecycle *lifecycle = lifecycle_file_read("lifecycles/delivery-center.csv", &status);
 *
 *     if (!lifecycle)
 *         return status;                       // it was logged why
 *     lifecycle_free(lifecycle);
 */
#ifndef LIFECYCLE_FILE_H
#define LIFECYCLE_FILE_H

#include "lifecycle.h"

/*
 * `path` is NULL for lifecycles/olist.csv as it was when the program was built.
 * NULL, and logged, when that fails: *status is then the exit status, 66 no such
 * file, 74 it cannot be read, 75 stopped, 78 it is no lifecycle. The caller frees the lifecycle.
 */
struct lifecycle *lifecycle_file_read(const char *path, int *status);

#endif
