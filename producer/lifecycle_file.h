/*
 * lifecycle_file.h - reads a lifecycle from its file, or the built-in one.
 *
 *     enum replay_end end;
 *     struct lifecycle *lifecycle = lifecycle_file_read("lifecycles/delivery-center.csv", &end);
 *
 *     if (!lifecycle)
 *         return end;                          // the reason was logged
 *     lifecycle_free(lifecycle);
 */
#ifndef LIFECYCLE_FILE_H
#define LIFECYCLE_FILE_H

#include "end.h"
#include "lifecycle.h"

/*
 * If `path` is NULL, it uses lifecycles/olist.csv as it was when the program was built. The caller frees the lifecycle.
 * Returns NULL on failure, and sets `end` to REPLAY_NO_FILE, REPLAY_FILE_FAILED, REPLAY_STOPPED or
 * REPLAY_WRONG_LIFECYCLE.
 */
struct lifecycle *lifecycle_file_read(const char *path, enum replay_end *end);

#endif
