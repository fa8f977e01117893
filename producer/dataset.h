/*
 * dataset.h - a folder that holds Olist's files under their public names.
 *
 *     char *orders = dataset_path("data/olist", DATASET_ORDERS);
 *     char *items = dataset_file("data/olist", DATASET_ITEMS);
 *
 * All events of an order carry the same payload, so a replay has to take the
 * customers and items every time or never. With a folder it takes what is there.
 */
#ifndef DATASET_H
#define DATASET_H

#include <stdbool.h>

#define DATASET_ORDERS "olist_orders_dataset.csv"
#define DATASET_CUSTOMERS "olist_customers_dataset.csv"
#define DATASET_ITEMS "olist_order_items_dataset.csv"

bool dataset_is_folder(const char *path);

/* The path of a file in the folder, whether it exists or not. The caller frees it. */
char *dataset_path(const char *folder, const char *name);

/* The same, or NULL where there is no such file. */
char *dataset_file(const char *folder, const char *name);

#endif
