/*
 * Both files come down to texts that refer to texts, so there is one small
 * tool: a set of texts that numbers them from 1 in the order of their arrival.
 * What belongs to a customer or an order then stands in a plain array at its
 * number. 0 stands for "none" throughout.
 */
#include "enrichment.h"

#include "memory.h"
#include "timestamp.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define REFUSE(...) (snprintf(reason, ORDER_REASON_SIZE, __VA_ARGS__), false)

const char *const CUSTOMER_FIELD_NAMES[CUSTOMER_FIELDS] = {
    [CUSTOMER_FIELD_ID] = "customer_id",
    [CUSTOMER_FIELD_UNIQUE_ID] = "customer_unique_id",
    [CUSTOMER_FIELD_CITY] = "customer_city",
    [CUSTOMER_FIELD_REGION] = "customer_state",
};

const char *const ITEM_FIELD_NAMES[ITEM_FIELDS] = {
    [ITEM_FIELD_ORDER] = "order_id",
    [ITEM_FIELD_SELLER] = "seller_id",
};

/* Makes room for one more element of `size` bytes behind `count`. */
static void *with_room(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return array;
    *capacity = *capacity ? *capacity * 2 : 1024;
    return checked(realloc(array, *capacity * size));
}

/* --- a set of texts, numbered from 1 */

/* The hash spares a look at most texts that are others, and at all of them when the slots grow. */
struct slot {
    uint32_t hash;
    uint32_t number; /* 0: free */
};

struct texts {
    char *bytes; /* all texts, each with its NUL */
    size_t length, size;
    size_t *offsets; /* by number - 1 */
    size_t count, offset_capacity;
    struct slot *slots; /* open addressing */
    size_t slot_count;  /* a power of two */
};

static const char *text_numbered(const struct texts *texts, uint32_t number)
{
    return texts->bytes + texts->offsets[number - 1];
}

static const char *text_at(const struct texts *texts, uint32_t number)
{
    return number ? text_numbered(texts, number) : NULL;
}

static uint32_t hash_of(const char *text, size_t length)
{
    return (uint32_t)XXH3_64bits(text, length);
}

/* The slot that holds the text, or the free one where it belongs. */
static struct slot *find_slot(const struct texts *texts, const char *text, uint32_t hash)
{
    size_t mask = texts->slot_count - 1, i = hash & mask;

    while (texts->slots[i].number &&
           (texts->slots[i].hash != hash || strcmp(text_numbered(texts, texts->slots[i].number), text) != 0))
        i = (i + 1) & mask;
    return &texts->slots[i];
}

static void grow_slots(struct texts *texts)
{
    struct slot *former = texts->slots;
    size_t former_count = texts->slot_count, mask;

    texts->slot_count = former_count ? former_count * 2 : 1024;
    texts->slots = checked(calloc(texts->slot_count, sizeof(*texts->slots)));
    mask = texts->slot_count - 1;
    for (size_t i = 0; i < former_count; i++) {
        size_t to = former[i].hash & mask;

        if (!former[i].number)
            continue;
        while (texts->slots[to].number)
            to = (to + 1) & mask;
        texts->slots[to] = former[i];
    }
    free(former);
}

/* 0 when it is not there. */
static uint32_t texts_find(const struct texts *texts, const char *text)
{
    return texts->slot_count ? find_slot(texts, text, hash_of(text, strlen(text)))->number : 0;
}

/* The text's number; a new one when it was not there. "" has none. */
static uint32_t texts_add(struct texts *texts, const char *text)
{
    size_t length = strlen(text) + 1;
    uint32_t hash = hash_of(text, length - 1);
    struct slot *slot;

    if (*text == '\0')
        return 0;
    if ((texts->count + 1) * 4 > texts->slot_count * 3)
        grow_slots(texts);
    slot = find_slot(texts, text, hash);
    if (slot->number)
        return slot->number;
    if (texts->count == UINT32_MAX)
        abort();
    while (texts->length + length > texts->size) {
        texts->size = texts->size ? texts->size * 2 : (size_t)64 * 1024;
        texts->bytes = checked(realloc(texts->bytes, texts->size));
    }
    texts->offsets = with_room(texts->offsets, texts->count, &texts->offset_capacity, sizeof(*texts->offsets));
    memcpy(texts->bytes + texts->length, text, length);
    texts->offsets[texts->count++] = texts->length;
    texts->length += length;
    *slot = (struct slot){ .hash = hash, .number = (uint32_t)texts->count };
    return slot->number;
}

static void texts_release(struct texts *texts)
{
    free(texts->bytes);
    free(texts->offsets);
    free(texts->slots);
}

/* --- customers and sellers */

/* Numbers of texts. */
struct customer {
    uint32_t unique_id, city, region;
};

/* An order's sellers are a list, newest first; a seller may stand in it several times. */
struct item {
    uint32_t seller;
    uint32_t next; /* number of an item */
};

struct enrichment {
    struct texts texts; /* unique ids, cities, regions, sellers */
    struct texts customer_ids;
    struct customer *customers; /* by number of customer_ids - 1 */
    size_t customer_capacity;
    struct texts order_ids;
    uint32_t *newest_items; /* by number of order_ids - 1 */
    size_t order_capacity;
    struct item *items; /* by number - 1 */
    size_t item_count, item_capacity;
    const char **sellers; /* what enrichment_find gave last */
    size_t seller_capacity;
};

struct enrichment *enrichment_new(void)
{
    return checked(calloc(1, sizeof(struct enrichment)));
}

bool enrichment_add_customer(struct enrichment *enrichment, const char *const fields[CUSTOMER_FIELDS],
                             char reason[ORDER_REASON_SIZE])
{
    static const size_t MAX[CUSTOMER_FIELDS] = { CUSTOMER_MAX, CUSTOMER_MAX, CITY_MAX, REGION_MAX };
    char values[CUSTOMER_FIELDS][CITY_MAX + 1];
    size_t known = enrichment->customer_ids.count;
    struct customer customer;
    uint32_t number;

    for (size_t i = 0; i < CUSTOMER_FIELDS; i++) {
        if (!value_copy(fields[i], CUSTOMER_FIELD_NAMES[i], values[i], MAX[i], reason))
            return false;
    }
    if (*values[CUSTOMER_FIELD_ID] == '\0')
        return REFUSE("customer_id is missing");
    customer.unique_id = texts_add(&enrichment->texts, values[CUSTOMER_FIELD_UNIQUE_ID]);
    customer.city = texts_add(&enrichment->texts, values[CUSTOMER_FIELD_CITY]);
    customer.region = texts_add(&enrichment->texts, values[CUSTOMER_FIELD_REGION]);

    number = texts_add(&enrichment->customer_ids, values[CUSTOMER_FIELD_ID]);
    if (number <= known) {
        if (memcmp(&enrichment->customers[number - 1], &customer, sizeof(customer)) == 0)
            return true;
        return REFUSE("the customer_id %s stood in an earlier row, with other values", values[CUSTOMER_FIELD_ID]);
    }
    enrichment->customers = with_room(enrichment->customers, known, &enrichment->customer_capacity, sizeof(customer));
    enrichment->customers[known] = customer;
    return true;
}

bool enrichment_add_item(struct enrichment *enrichment, const char *const fields[ITEM_FIELDS],
                         char reason[ORDER_REASON_SIZE])
{
    const char *order_id = fields[ITEM_FIELD_ORDER];
    size_t known = enrichment->order_ids.count;
    char seller_id[SELLER_MAX + 1];
    uint32_t order, seller, *newest;

    if (value_is_missing(order_id))
        return REFUSE("order_id is missing");
    if (!order_id_is_valid(order_id))
        return REFUSE("order_id is not 1 to %d printable ASCII characters without spaces: '%.80s'", ORDER_ID_MAX,
                      order_id);
    if (!value_copy(fields[ITEM_FIELD_SELLER], ITEM_FIELD_NAMES[ITEM_FIELD_SELLER], seller_id, SELLER_MAX, reason))
        return false;
    if (*seller_id == '\0')
        return REFUSE("seller_id is missing");

    order = texts_add(&enrichment->order_ids, order_id);
    seller = texts_add(&enrichment->texts, seller_id);
    if (order > known) {
        enrichment->newest_items =
            with_room(enrichment->newest_items, known, &enrichment->order_capacity, sizeof(*enrichment->newest_items));
        enrichment->newest_items[known] = 0;
    }
    newest = &enrichment->newest_items[order - 1];
    if (*newest && enrichment->items[*newest - 1].seller == seller)
        return true;
    enrichment->items =
        with_room(enrichment->items, enrichment->item_count, &enrichment->item_capacity, sizeof(*enrichment->items));
    enrichment->items[enrichment->item_count++] = (struct item){ .seller = seller, .next = *newest };
    *newest = (uint32_t)enrichment->item_count;
    return true;
}

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* An order's distinct sellers, sorted by bytes. */
static size_t collect_sellers(struct enrichment *enrichment, uint32_t newest)
{
    size_t count = 0, distinct = 0;

    for (uint32_t item = newest; item; item = enrichment->items[item - 1].next) {
        enrichment->sellers =
            with_room(enrichment->sellers, count, &enrichment->seller_capacity, sizeof(*enrichment->sellers));
        enrichment->sellers[count++] = text_at(&enrichment->texts, enrichment->items[item - 1].seller);
    }
    if (count > 1)
        qsort(enrichment->sellers, count, sizeof(*enrichment->sellers), compare_texts);
    for (size_t i = 0; i < count; i++) { /* equal texts are one text here */
        if (i == 0 || enrichment->sellers[i] != enrichment->sellers[i - 1])
            enrichment->sellers[distinct++] = enrichment->sellers[i];
    }
    return distinct;
}

void enrichment_find(struct enrichment *enrichment, const char *order_id, const char *customer, struct payload *payload)
{
    uint32_t customer_number = texts_find(&enrichment->customer_ids, customer);
    uint32_t order_number = texts_find(&enrichment->order_ids, order_id);

    *payload = (struct payload){ .estimated_delivery_at = TIMESTAMP_NONE };
    if (customer_number) {
        const struct customer *found = &enrichment->customers[customer_number - 1];

        payload->customer_unique_id = text_at(&enrichment->texts, found->unique_id);
        payload->city = text_at(&enrichment->texts, found->city);
        payload->region = text_at(&enrichment->texts, found->region);
    }
    if (order_number) {
        payload->seller_count = collect_sellers(enrichment, enrichment->newest_items[order_number - 1]);
        payload->sellers = enrichment->sellers;
    }
}

void enrichment_free(struct enrichment *enrichment)
{
    if (!enrichment)
        return;
    texts_release(&enrichment->texts);
    texts_release(&enrichment->customer_ids);
    texts_release(&enrichment->order_ids);
    free(enrichment->customers);
    free(enrichment->newest_items);
    free(enrichment->items);
    free(enrichment->sellers);
    free(enrichment);
}
