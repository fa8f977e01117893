#define _POSIX_C_SOURCE 200809L
#include "dataset.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ORDERS_NAME "olist_orders_dataset.csv"
#define CUSTOMERS_NAME "olist_customers_dataset.csv"
#define ITEMS_NAME "olist_order_items_dataset.csv"

static char folder[] = "/tmp/test_dataset.XXXXXX";
static struct dataset dataset;

static const char *path_of(const char *name)
{
    static char path[128];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void touch(const char *name)
{
    FILE *file = fopen(path_of(name), "w");

    ck_assert_ptr_nonnull(file);
    fclose(file);
}

static void find(const char *orders, const char *items)
{
    const struct settings settings = { .orders = orders, .items = items };
    char error[REASON_SIZE];

    dataset_release(&dataset);
    ck_assert(dataset_find(olist(), &settings, &dataset, error));
}

/* What is there is taken, and what an option names goes before it. */
START_TEST(a_folder_stands_for_its_files)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    touch(ITEMS_NAME);
    find(folder, NULL);
    ck_assert_str_eq(dataset.paths[ORDERS_FILE], path_of(ORDERS_NAME)); /* missing: an error when it is opened */
    ck_assert_ptr_null(dataset.paths[CUSTOMERS_FILE]);
    ck_assert_str_eq(dataset.paths[ITEMS_FILE], path_of(ITEMS_NAME));

    touch(CUSTOMERS_NAME);
    find(folder, "other.csv");
    ck_assert_str_eq(dataset.paths[ITEMS_FILE], "other.csv");
    ck_assert_str_eq(dataset.paths[CUSTOMERS_FILE], path_of(CUSTOMERS_NAME));
    dataset_release(&dataset);

    ck_assert_int_eq(unlink(path_of(ITEMS_NAME)), 0);
    ck_assert_int_eq(unlink(path_of(CUSTOMERS_NAME)), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(a_file_stands_for_itself)
{
    find("orders.csv", NULL);
    ck_assert_str_eq(dataset.paths[ORDERS_FILE], "orders.csv");
    ck_assert_ptr_null(dataset.paths[CUSTOMERS_FILE]);
    ck_assert_ptr_null(dataset.paths[ITEMS_FILE]);
    dataset_release(&dataset);
}
END_TEST

SUITE("dataset", a_folder_stands_for_its_files, a_file_stands_for_itself)
