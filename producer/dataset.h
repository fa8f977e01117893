/*
 * dataset.h - where the files of a replay are.
 *
 * A folder stands for the files that the lifecycle names in it. All events of an
 * order carry the same payload, so all replays of an order have to read the customers
 * and items, or none: from a folder a replay takes what is there.
 *
 *     struct dataset dataset;
 *
 *     if (!dataset_find(lifecycle, &settings, &dataset, error))
 *         return REPLAY_WRONG_OPTIONS;
 *     dataset.paths[ORDERS_FILE];           // "data/olist/olist_orders_dataset.csv"
 *     dataset_release(&dataset);
 */
#ifndef DATASET_H
#define DATASET_H

#include "lifecycle.h"
#include "reason.h"
#include "settings.h"

#include <stdbool.h>

struct dataset {
    char *paths[LIFECYCLE_FILES]; /* NULL: the replay has no such file */
};

/*
 * By settings->orders, a file or a folder, and the other files, where they are named. The orders' path is given whether it
 * exists or not. False with the reason where a file is named that the lifecycle has no use for, or where the file of
 * rejected rows is one of them. To be released either way.
 */
bool dataset_find(const struct lifecycle *lifecycle, const struct settings *settings, struct dataset *dataset,
                  char error[REASON_SIZE]);

void dataset_release(struct dataset *dataset);

#endif
