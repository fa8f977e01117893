/*
 * lifecycle_row.h - checks a row of a lifecycle file by itself, and adds its contents to the lifecycle.
 *
 *     struct lifecycle_row *row = &lifecycle->rows[lifecycle->row_count];
 *
 *     if (!lifecycle_row_take(lifecycle, row, reason))
 *         fail(reason);                           // "line 4: the name PAID appears twice"
 *     lifecycle->row_count++;
 *     row = lifecycle_find_row(lifecycle, "event", "PAID");
 *
 * Only lifecycle.c uses it. It checks the references between rows. Pure.
 */
#ifndef LIFECYCLE_ROW_H
#define LIFECYCLE_ROW_H

#include "lifecycle.h"
#include "lifecycle_words.h"
#include "reason.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

_Static_assert(STAGE_MAX + sizeof("_at") - 1 <= TIMELINE_NAME_MAX, "a column of the timeline has a name");

/* The names of the files if their rows do not give a name. */
extern const char *const LIFECYCLE_DEFAULT_PATHS[LIFECYCLE_FILES];

/* A row as it is in the file, and the columns that it adds to order_timeline. */
struct lifecycle_row {
    uint64_t line;
    char *cells[LIFECYCLE_CELLS]; /* owned by the lifecycle */
    char moment[STAGE_MAX + sizeof("_at")], flag[TIMELINE_NAME_MAX + 1];
};

/* Checks the row's cells by its kind, and adds what it defines. It must not be in `rows` yet. False with the reason. */
bool lifecycle_row_take(struct lifecycle *lifecycle, struct lifecycle_row *row, char reason[REASON_SIZE]);

/* The first row of that kind and name, or of that kind if the name is NULL. NULL if there is no such row. */
struct lifecycle_row *lifecycle_find_row(const struct lifecycle *lifecycle, const char *kind, const char *name);

/* The number of a file's column, which is added if it is missing. */
size_t lifecycle_need_column(struct lifecycle *lifecycle, enum lifecycle_file file, const char *name,
                             enum lifecycle_need need);

#endif
