#include "order.h"

#include "timestamp.h"

#include "suite.h"

#include <stdio.h>
#include <string.h>

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PLACED "2017-10-02 10:56:33"

static struct time_reader usual_times;

/* id, customer, status, placed, approved, handed over, delivered, estimated */
typedef const char *const row[ORDER_FIELDS];

static const struct {
    row fields;
    const char *reason; /* a part of it, or NULL for a good row */
} ROWS[] = {
    { { "a", "c", "delivered", PLACED, PLACED, PLACED, PLACED, PLACED }, NULL },
    { { "a", "", "", PLACED, "", "NULL", "NaN", "\\N" }, NULL },
    { { X64, X64, "", PLACED, "NA", "", "", "" }, NULL },
    { { "a", "\xC3\xA7", "", PLACED "." "250", "", "", "", "" }, NULL },
    { { "a", "c", "", "2017-10-02", "2017-10-02 10:56:33.190954", PLACED "Z", "", PLACED "-03:00" }, NULL },
    { { "a", "c", "any \x01 thing", "2017-10-02T10:56:33", "", "", "", "" }, NULL },
    { { "", "c", "", PLACED, "", "", "", "" }, "order_id is missing" },
    { { "NULL", "c", "", PLACED, "", "", "", "" }, "order_id is missing" },
    { { X64 "x", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "a b", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "\xC3\xA7", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "a", X64 "x", "", PLACED, "", "", "", "" }, "customer_id has 65 bytes, more than 64" },
    { { "a", "c\nd", "", PLACED, "", "", "", "" }, "customer_id holds control characters" },
    { { "a", "\xC3(", "", PLACED, "", "", "", "" }, "customer_id holds control characters or is not UTF-8" },
    { { "a", "c", "", "", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "NA", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "#n/a n/A", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "missing", "", "", "", "" }, "order_purchase_timestamp is no time" },
    { { "a", "c", "", "2017-10", "", "", "", "" }, "order_purchase_timestamp is no time of the form YYYY-MM-DD HH:MM:SS: '2017-10'; see --" },
    { { "a", "c", "", "10/2/2017 10:56", "", "", "", "" }, "'10/2/2017 10:56'; --timestamp-format '%m/%d/%Y %H:%M' or '%d/%m/%Y %H:%M' would read it" },
    { { "a", "c", "", PLACED, "2017-02-29 00:00:00", "", "", "" }, "order_approved_at is no time" },
    { { "a", "c", "", PLACED, "", "2017-10-02 24:00:00", "", "" }, "order_delivered_carrier_date is no time" },
    { { "a", "c", "", PLACED, "", "", " " PLACED, "" }, "order_delivered_customer_date is no time" },
    { { "a", "c", "", PLACED, "", "", "", PLACED " Z" }, "order_estimated_delivery_date is no time" },
};

START_TEST(rows_are_checked)
{
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct order order;
        char reason[ORDER_REASON_SIZE] = "";
        bool good = order_parse(ROWS[i].fields, &usual_times, &order, reason);

        ck_assert_msg(good == !ROWS[i].reason, "case %zu: %s", i, reason);
        if (!good)
            ck_assert_msg(strstr(reason, ROWS[i].reason) != NULL, "case %zu: %s", i, reason);
    }
}
END_TEST

START_TEST(fields_go_where_they_belong)
{
    row fields = { "a", "c", "canceled", "1970-01-01 00:00:01", "1970-01-01 00:00:02.5", "1970-01-01 00:00:03",
                   "1970-01-01 00:00:04", "1970-01-01 00:00:05" };
    struct order order;
    char reason[ORDER_REASON_SIZE];

    ck_assert(order_parse(fields, &usual_times, &order, reason));
    ck_assert_str_eq(order.id, "a");
    ck_assert_str_eq(order.customer, "c");
    ck_assert_int_eq(order.placed_at, 1000);
    ck_assert_int_eq(order.approved_at, 2500);
    ck_assert_int_eq(order.handed_over_at, 3000);
    ck_assert_int_eq(order.delivered_at, 4000);
    ck_assert_int_eq(order.estimated_at, 5000);
    ck_assert(order.is_called_off);
}
END_TEST

START_TEST(missing_values_are_none)
{
    static const char *const WORDS[] = { "", "NULL", "NaN", "NA", "\\N" };

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        const char *w = WORDS[i];
        const char *fields[ORDER_FIELDS] = { "a", w, w, PLACED, w, w, w, w };
        struct order order;
        char reason[ORDER_REASON_SIZE];

        ck_assert(order_parse(fields, &usual_times, &order, reason));
        ck_assert_str_eq(order.customer, "");
        ck_assert_int_eq(order.approved_at, TIMESTAMP_NONE);
        ck_assert_int_eq(order.handed_over_at, TIMESTAMP_NONE);
        ck_assert_int_eq(order.delivered_at, TIMESTAMP_NONE);
        ck_assert_int_eq(order.estimated_at, TIMESTAMP_NONE);
        ck_assert(!order.is_called_off);
    }
}
END_TEST

START_TEST(two_statuses_mean_called_off)
{
    static const struct { const char *status; bool is_called_off; } CASES[] = {
        { "canceled", true }, { "unavailable", true }, { "delivered", false }, { "shipped", false },
        { "Canceled", false }, { "canceled ", false }, { "", false },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        const char *fields[ORDER_FIELDS] = { "a", "c", CASES[i].status, PLACED, "", "", "", "" };
        struct order order;
        char reason[ORDER_REASON_SIZE];

        ck_assert(order_parse(fields, &usual_times, &order, reason));
        ck_assert_msg(order.is_called_off == CASES[i].is_called_off, "%s", CASES[i].status);
    }
}
END_TEST

START_TEST(a_format_replaces_the_usual_form)
{
    row spreadsheet = { "a", "c", "", "10/2/2017 10:56", "", "10/4/2017 9:05", "", "" };
    row usual = { "a", "c", "", PLACED, "", "", "", "" };
    const char *format = "%m/%d/%Y %H:%M";
    struct time_reader times;
    struct order order;
    char reason[ORDER_REASON_SIZE];

    ck_assert(time_reader_init(&times, &format, 1, reason));
    ck_assert(order_parse(spreadsheet, &times, &order, reason));
    ck_assert_int_eq(order.placed_at, INT64_C(1506941760000));
    ck_assert_int_eq(order.approved_at, TIMESTAMP_NONE);
    ck_assert_int_eq(order.handed_over_at, INT64_C(1507107900000));
    ck_assert(!order_parse(usual, &times, &order, reason));
    ck_assert_str_eq(reason, "order_purchase_timestamp is no time of the form %m/%d/%Y %H:%M: '" PLACED
                             "'; --timestamp-format '%Y-%m-%d %H:%M:%S' would read it");
    time_reader_release(&times);
}
END_TEST

SUITE("order", rows_are_checked, fields_go_where_they_belong, missing_values_are_none, two_statuses_mean_called_off,
      a_format_replaces_the_usual_form)
