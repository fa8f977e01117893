/*
 * lifecycle_file.h - reads a lifecycle from its file, or the one that is built in.
 *
 *     enum replay_end end;
 *     struct lifecycle *lifecycle = lifecycle_file_read("lifecycles/delivery-center.csv", &end);
 *
 *     if (!lifecycle)
 *         return end;                          // it was logged why
 *     lifecycle_free(lifecycle);
 */
#ifndef LIFECYCLE_FILE_H
#define LIFECYCLE_FILE_H

#include "end.h"
#include "lifecycle.h"

/*
 * `path` is NULL for lifecycles/olist.csv as it was when the program was built. The caller frees the lifecycle.
 * NULL when that fails, with the `end` of the replay: REPLAY_NO_FILE, REPLAY_FILE_FAILED, REPLAY_STOPPED or
 * REPLAY_WRONG_LIFECYCLE.
 */
struct lifecycle *lifecycle_file_read(const char *path, enum replay_end *end);

#endif
