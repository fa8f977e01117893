/*
 * dataset.h - finds the files of a replay.
 *
 * If a folder is given, the lifecycle names the files in it. All events of an order
 * have the same payload. So either all replays of an order must read the customers and
 * items, or none: a replay of a folder reads all of these files that exist in it.
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
    char *paths[LIFECYCLE_FILES]; /* NULL if the replay does not read the file */
};

/*
 * Uses settings->orders, a file or a folder, and the other files of the settings, if any. The path of the orders is set even
 * if it does not exist. False with the reason if the lifecycle does not use a file that is given, or if the file of rejected
 * rows is one of these files or the lifecycle file. Release the dataset in both cases.
 */
bool dataset_find(const struct lifecycle *lifecycle, const struct settings *settings, struct dataset *dataset,
                  char error[REASON_SIZE]);

void dataset_release(struct dataset *dataset);

#endif
