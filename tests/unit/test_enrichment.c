#include "enrichment.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define X128 X64 X64

static struct enrichment *enrichment;
static char reason[REASON_SIZE];

static void start(void)
{
    static struct time_reader times;

    ck_assert(time_reader_init(&times, NULL, 0, reason));
    enrichment = enrichment_new(olist(), &times);
}

/* The columns of the lifecycle are the key, and then those of the payload in its order. */
static bool add_customer(const char *id, const char *unique_id, const char *city, const char *region)
{
    const char *fields[] = { id, unique_id, region, city };

    return enrichment_add_customer(enrichment, fields, reason);
}

static bool add_item(const char *order_id, const char *seller)
{
    const char *fields[] = { order_id, seller };

    return enrichment_add_item(enrichment, fields, reason);
}

static const char *shown(const struct order *order, int field)
{
    return order->payload.values[field].text ? order->payload.values[field].text : "-";
}

/* "unique id|city|region|seller,seller", with - for what is absent. */
static const char *find(const char *order_id, const char *customer)
{
    static char text[4096];
    struct order order = { .customer = customer };
    const struct payload_value *sellers = &order.payload.values[OLIST_SELLERS];
    char *end = text;

    snprintf(order.id, sizeof(order.id), "%s", order_id);
    enrichment_find(enrichment, &order);
    end += sprintf(end, "%s|%s|%s|", shown(&order, OLIST_UNIQUE_ID), shown(&order, OLIST_CITY),
                   shown(&order, OLIST_REGION));
    for (size_t i = 0; i < sellers->list_count; i++)
        end += sprintf(end, "%s%s", i ? "," : "", sellers->list[i]);
    return text;
}

START_TEST(without_files_nothing_is_known)
{
    start();
    ck_assert_str_eq(find("o", "c"), "-|-|-|");
    ck_assert_str_eq(find("o", ""), "-|-|-|");
    enrichment_free(enrichment);
    enrichment_free(NULL);
}
END_TEST

START_TEST(customers_are_found)
{
    start();
    ck_assert(add_customer("c1", "u1", "lima", "SP"));
    ck_assert(add_customer("c2", "u1", "NULL", ""));
    ck_assert(add_customer("SP", "c1", "c1", "c1")); /* one text may mean several things */
    ck_assert_str_eq(find("o", "c1"), "u1|lima|SP|");
    ck_assert_str_eq(find("o", "c2"), "u1|-|-|");
    ck_assert_str_eq(find("o", "SP"), "c1|c1|c1|");
    ck_assert_str_eq(find("o", "u1"), "-|-|-|");
    enrichment_free(enrichment);
}
END_TEST

START_TEST(the_first_row_of_a_customer_wins)
{
    start();
    ck_assert(add_customer("c", "u", "lima", "SP"));
    ck_assert(add_customer("c", "u", "lima", "SP"));
    ck_assert(!add_customer("c", "u", "lima", "RJ"));
    ck_assert_ptr_nonnull(strstr(reason, "appears in an earlier row"));
    ck_assert(!add_customer("c", "u", "", "SP"));
    ck_assert_str_eq(find("o", "c"), "u|lima|SP|");
    enrichment_free(enrichment);
}
END_TEST

START_TEST(sellers_are_distinct_and_sorted)
{
    start();
    ck_assert(add_item("o1", "b") && add_item("o1", "b") && add_item("o2", "z") && add_item("o1", "a"));
    ck_assert(add_item("o1", "\xC3\xA7") && add_item("o1", "B") && add_item("o1", "b") && add_item("o1", "a"));
    ck_assert_str_eq(find("o1", ""), "-|-|-|B,a,b,\xC3\xA7");
    ck_assert_str_eq(find("o2", ""), "-|-|-|z");
    ck_assert_str_eq(find("o3", ""), "-|-|-|");
    enrichment_free(enrichment);
}
END_TEST

static const struct {
    const char *id, *unique_id, *city, *region, *reason;
} BAD_CUSTOMERS[] = {
    { "", "u", "lima", "SP", "customer_id is missing" },
    { "NaN", "u", "lima", "SP", "customer_id is missing" },
    { X128 "x", "u", "lima", "SP", "customer_id has 129 bytes" },
    { "c", X128 "x", "lima", "SP", "customer_unique_id has 129 bytes" },
    { "c", "u", X128 "x", "SP", "customer_city has 129 bytes" },
    { "c", "u", "lima", X128 "x", "customer_state has 129 bytes" },
    { "c", "u", "li\nma", "SP", "customer_city holds control" },
    { "c", "u", "lima", "\x80", "customer_state holds control characters or is not UTF-8" },
};

START_TEST(bad_customers_are_rejected)
{
    start();
    for (size_t i = 0; i < sizeof(BAD_CUSTOMERS) / sizeof(BAD_CUSTOMERS[0]); i++) {
        ck_assert(!add_customer(BAD_CUSTOMERS[i].id, BAD_CUSTOMERS[i].unique_id, BAD_CUSTOMERS[i].city,
                                BAD_CUSTOMERS[i].region));
        ck_assert_msg(strstr(reason, BAD_CUSTOMERS[i].reason) != NULL, "case %zu: %s", i, reason);
    }
    ck_assert_str_eq(find("o", "c"), "-|-|-|");
    ck_assert(add_customer(X128, X128, X128, X128));
    enrichment_free(enrichment);
}
END_TEST

START_TEST(bad_items_are_rejected)
{
    start();
    ck_assert(!add_item("", "s") && strstr(reason, "order_id is missing"));
    ck_assert(!add_item("a b", "s") && strstr(reason, "order_id is not 1 to 64"));
    ck_assert(!add_item("o", "") && strstr(reason, "seller_id is missing"));
    ck_assert(!add_item("o", X128 "x") && strstr(reason, "seller_id has 129 bytes"));
    ck_assert_str_eq(find("o", ""), "-|-|-|");
    enrichment_free(enrichment);
}
END_TEST

START_TEST(many_are_found_again)
{
    enum { COUNT = 100000 };
    char id[32], seller[32], expected[64];

    start();
    for (int i = 0; i < COUNT; i++) {
        sprintf(id, "id-%d", i);
        sprintf(seller, "s%d", i % 7);
        ck_assert(add_customer(id, id, "lima", seller) && add_item(id, seller));
    }
    for (int i = 0; i < COUNT; i += 13) {
        sprintf(id, "id-%d", i);
        sprintf(expected, "%s|lima|s%d|s%d", id, i % 7, i % 7);
        ck_assert_str_eq(find(id, id), expected);
    }
    ck_assert_str_eq(find("id-100000", "id-100000"), "-|-|-|");
    enrichment_free(enrichment);
}
END_TEST

SUITE("enrichment", without_files_nothing_is_known, customers_are_found, the_first_row_of_a_customer_wins,
      sellers_are_distinct_and_sorted, bad_customers_are_rejected, bad_items_are_rejected, many_are_found_again)
