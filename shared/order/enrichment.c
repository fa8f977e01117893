/*
 * Both files are stored as numbers of texts (text_set.h): a customer is a row of such
 * numbers, and an order's items are a list of such rows, newest first. The data of a
 * customer or an order is in a plain array, indexed by the number of its key.
 */
#include "enrichment.h"

#include "memory.h"
#include "reason.h"
#include "text_set.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An array of rows of `width` numbers. */
struct table {
    size_t width;
    uint32_t *numbers;
    size_t count, capacity; /* rows */
};

/* The payload fields of one file. */
struct fields {
    size_t count;
    size_t numbers[PAYLOAD_FIELDS_MAX]; /* in the form */
};

struct list {
    const char **texts; /* what enrichment_find gave last */
    size_t capacity;
};

struct enrichment {
    const struct lifecycle *lifecycle;
    struct time_reader *times;
    struct text_set texts; /* all values */
    struct fields fields[LIFECYCLE_FILES];
    struct text_set customer_keys;
    struct table customers; /* a row at the number of its key - 1 */
    struct text_set order_ids;
    struct table newest_items; /* of one number: a row of items + 1, or 0 */
    struct table items;        /* the last number of a row is the next one + 1, or 0 */
    struct list lists[PAYLOAD_FIELDS_MAX];
};

static uint32_t *table_add(struct table *table)
{
    if (table->count == table->capacity) {
        table->capacity = table->capacity ? table->capacity * 2 : 1024;
        /* An empty row has room for a number too, so that it has an address. */
        table->numbers =
            checked(realloc(table->numbers, (table->capacity * table->width + 1) * sizeof(*table->numbers)));
    }
    return memset(table->numbers + table->count++ * table->width, 0, table->width * sizeof(*table->numbers));
}

static uint32_t *table_row(const struct table *table, size_t row)
{
    return table->numbers + row * table->width;
}

struct enrichment *enrichment_new(const struct lifecycle *lifecycle, struct time_reader *times)
{
    struct enrichment *enrichment = checked(calloc(1, sizeof(*enrichment)));

    enrichment->lifecycle = lifecycle;
    enrichment->times = times;
    for (size_t i = 0; i < lifecycle->form.field_count; i++) {
        struct fields *fields = &enrichment->fields[lifecycle->sources[i].file];

        fields->numbers[fields->count++] = i;
    }
    enrichment->customers.width = enrichment->fields[CUSTOMERS_FILE].count;
    enrichment->items.width = enrichment->fields[ITEMS_FILE].count + 1;
    enrichment->newest_items.width = 1;
    return enrichment;
}

/* The number of a value's text, 0 where it is missing. False with the reason. */
static bool take_value(struct enrichment *enrichment, size_t field, const char *const fields[], uint32_t *number,
                       char reason[REASON_SIZE])
{
    const struct lifecycle *lifecycle = enrichment->lifecycle;
    const struct lifecycle_source *source = &lifecycle->sources[field];
    const char *name = lifecycle->columns[source->file].names[source->column], *text = fields[source->column];
    char printed[TIMESTAMP_SIZE];
    int64_t at;

    *number = 0;
    if (value_is_missing(text))
        return true;
    if (lifecycle->form.fields[field].kind == PAYLOAD_TIME) {
        if (!value_time(text, name, enrichment->times, &at, reason))
            return false;
        timestamp_print(at, printed);
        text = printed;
    } else if (!value_check(text, name, reason)) {
        return false;
    }
    *number = text_set_add(&enrichment->texts, text);
    return true;
}

/* All values of a row. Returns how many are there, or -1 with the reason. */
static int take_values(struct enrichment *enrichment, enum lifecycle_file file, const char *const fields[],
                       uint32_t numbers[PAYLOAD_FIELDS_MAX], char reason[REASON_SIZE])
{
    const struct fields *wanted = &enrichment->fields[file];
    int present = 0;

    for (size_t i = 0; i < wanted->count; i++) {
        if (!take_value(enrichment, wanted->numbers[i], fields, &numbers[i], reason))
            return -1;
        present += numbers[i] != 0;
    }
    return present;
}

bool enrichment_add_customer(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE])
{
    const struct lifecycle *lifecycle = enrichment->lifecycle;
    size_t key_column = lifecycle->key_columns[CUSTOMERS_FILE];
    const char *name = lifecycle->columns[CUSTOMERS_FILE].names[key_column], *key = fields[key_column];
    size_t known = enrichment->customer_keys.count, size = enrichment->customers.width * sizeof(uint32_t);
    uint32_t numbers[PAYLOAD_FIELDS_MAX], number;

    if (!value_check(key, name, reason) || take_values(enrichment, CUSTOMERS_FILE, fields, numbers, reason) < 0)
        return false;
    if (value_is_missing(key))
        return reason_set(reason, "%.100s is missing", name);
    number = text_set_add(&enrichment->customer_keys, key);
    if (number > known)
        memcpy(table_add(&enrichment->customers), numbers, size);
    else if (memcmp(table_row(&enrichment->customers, number - 1), numbers, size) != 0)
        return reason_set(reason, "the %.100s %s appears in an earlier row, with other values", name, key);
    return true;
}

bool enrichment_add_item(struct enrichment *enrichment, const char *const fields[], char reason[REASON_SIZE])
{
    const struct lifecycle *lifecycle = enrichment->lifecycle;
    const struct lifecycle_columns *columns = &lifecycle->columns[ITEMS_FILE];
    size_t key_column = lifecycle->key_columns[ITEMS_FILE], width = enrichment->fields[ITEMS_FILE].count;
    size_t known = enrichment->order_ids.count;
    uint32_t numbers[PAYLOAD_FIELDS_MAX], order, *newest, *item;
    int present;

    if (!order_id_check(fields[key_column], columns->names[key_column], reason))
        return false;
    present = take_values(enrichment, ITEMS_FILE, fields, numbers, reason);
    if (present < 0)
        return false;
    if (present == 0 && width > 0)
        return reason_set(reason, "%.100s is missing",
                          columns->names[lifecycle->sources[enrichment->fields[ITEMS_FILE].numbers[0]].column]);

    order = text_set_add(&enrichment->order_ids, fields[key_column]);
    newest = order > known ? table_add(&enrichment->newest_items) : table_row(&enrichment->newest_items, order - 1);
    if (*newest && memcmp(table_row(&enrichment->items, *newest - 1), numbers, width * sizeof(*numbers)) == 0)
        return true;
    if (enrichment->items.count == UINT32_MAX)
        OUT_OF_MEMORY();
    item = table_add(&enrichment->items);
    memcpy(item, numbers, width * sizeof(*numbers));
    item[width] = *newest;
    *newest = (uint32_t)enrichment->items.count;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A field's distinct values in an order's items, sorted by bytes. */
static struct payload_value collect(struct enrichment *enrichment, struct list *list, size_t place, uint32_t newest)
{
    size_t count = 0, distinct = 0, width = enrichment->items.width;

    for (uint32_t item = newest; item; item = table_row(&enrichment->items, item - 1)[width - 1]) {
        uint32_t number = table_row(&enrichment->items, item - 1)[place];

        if (count == list->capacity) {
            list->capacity = list->capacity ? list->capacity * 2 : 64;
            list->texts = checked(realloc(list->texts, list->capacity * sizeof(*list->texts)));
        }
        if (number)
            list->texts[count++] = text_set_at(&enrichment->texts, number);
    }
    if (count > 1)
        qsort(list->texts, count, sizeof(*list->texts), compare_texts);
    for (size_t i = 0; i < count; i++) { /* equal texts are one text here */
        if (i == 0 || list->texts[i] != list->texts[i - 1])
            list->texts[distinct++] = list->texts[i];
    }
    return (struct payload_value){ .list = list->texts, .list_count = distinct };
}

void enrichment_find(struct enrichment *enrichment, struct order *order)
{
    uint32_t customer = text_set_find(&enrichment->customer_keys, order->customer);
    uint32_t items = text_set_find(&enrichment->order_ids, order->id);
    const struct fields *fields = &enrichment->fields[CUSTOMERS_FILE];

    for (size_t i = 0; customer && i < fields->count; i++)
        order->payload.values[fields->numbers[i]].text =
            text_set_at(&enrichment->texts, table_row(&enrichment->customers, customer - 1)[i]);
    fields = &enrichment->fields[ITEMS_FILE];
    for (size_t i = 0; items && i < fields->count; i++)
        order->payload.values[fields->numbers[i]] =
            collect(enrichment, &enrichment->lists[i], i, *table_row(&enrichment->newest_items, items - 1));
}

void enrichment_free(struct enrichment *enrichment)
{
    if (!enrichment)
        return;
    text_set_release(&enrichment->texts);
    text_set_release(&enrichment->customer_keys);
    text_set_release(&enrichment->order_ids);
    free(enrichment->customers.numbers);
    free(enrichment->newest_items.numbers);
    free(enrichment->items.numbers);
    for (size_t i = 0; i < PAYLOAD_FIELDS_MAX; i++)
        free(enrichment->lists[i].texts);
    free(enrichment);
}
