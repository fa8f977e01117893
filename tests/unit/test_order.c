#include "order.h"

#include "timestamp.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

#define X64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PLACED "2017-10-02 10:56:33"

/* id, customer, status, placed, approved, handed over, delivered, estimated */
enum { FIELDS = 8, STATUS = 2 };
typedef const char *const row[FIELDS];

static struct order order;
static char reason[REASON_SIZE];

/* The same fields by the columns of the lifecycle. */
static bool parse(const char *const values[FIELDS], const char *format)
{
    static const char *const NAMES[FIELDS] = {
        "order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at",
        "order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date",
    };
    static const char *fields[LIFECYCLE_COLUMNS_MAX];
    const struct lifecycle_columns *columns = &olist()->columns[ORDERS_FILE];
    struct time_reader times;
    bool good;

    ck_assert_uint_eq(columns->count, FIELDS);
    for (size_t i = 0; i < FIELDS; i++) {
        size_t column = 0;

        while (strcmp(columns->names[column], NAMES[i]) != 0)
            column++;
        fields[column] = values[i];
    }
    *reason = '\0';
    ck_assert(time_reader_init(&times, &format, format != NULL, reason));
    good = order_parse(olist(), fields, &times, &order, reason);
    time_reader_release(&times);
    return good;
}

static int64_t time_of(int type)
{
    return order.times[olist()->rules[type].column];
}

static const char *text_of(int field)
{
    return order.payload.values[field].text ? order.payload.values[field].text : "-";
}

static const struct {
    row fields;
    const char *reason; /* a part of it, or NULL for a good row */
} ROWS[] = {
    { { "a", "c", "delivered", PLACED, PLACED, PLACED, PLACED, PLACED }, NULL },
    { { "a", "", "", PLACED, "", "NULL", "NaN", "\\N" }, NULL },
    { { X64, X64 X64, "", PLACED, "NA", "", "", "" }, NULL },
    { { "a", "\xC3\xA7", "", PLACED "." "250", "", "", "", "" }, NULL },
    { { "a", "c", "", "2017-10-02", "2017-10-02 10:56:33.190954", PLACED "Z", "", PLACED "-03:00" }, NULL },
    { { "a", "c", "any \x01 thing", "2017-10-02T10:56:33", "", "", "", "" }, NULL },
    { { "", "c", "", PLACED, "", "", "", "" }, "order_id is missing" },
    { { "NULL", "c", "", PLACED, "", "", "", "" }, "order_id is missing" },
    { { X64 "x", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "a b", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "\xC3\xA7", "c", "", PLACED, "", "", "", "" }, "order_id is not 1 to 64" },
    { { "a", X64 X64 "x", "", PLACED, "", "", "", "" }, "customer_id has 129 bytes, more than 128" },
    { { "a", "c\nd", "", PLACED, "", "", "", "" }, "customer_id holds control characters" },
    { { "a", "\xC3(", "", PLACED, "", "", "", "" }, "customer_id holds control characters or is not UTF-8" },
    { { "a", "c", "", "", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "NA", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "#n/a n/A", "", "", "", "" }, "order_purchase_timestamp is missing" },
    { { "a", "c", "", "missing", "", "", "", "" }, "order_purchase_timestamp is not a time" },
    { { "a", "c", "", "2017-10", "", "", "", "" }, "order_purchase_timestamp is not a time of the form YYYY-MM-DD HH:MM:SS: '2017-10'; see --" },
    { { "a", "c", "", "10/2/2017 10:56", "", "", "", "" }, "'10/2/2017 10:56'; --timestamp-format '%m/%d/%Y %H:%M' or '%d/%m/%Y %H:%M' would read it" },
    { { "a", "c", "", PLACED, "2017-02-29 00:00:00", "", "", "" }, "order_approved_at is not a time" },
    { { "a", "c", "", PLACED, "", "2017-10-02 24:00:00", "", "" }, "order_delivered_carrier_date is not a time" },
    { { "a", "c", "", PLACED, "", "", " " PLACED, "" }, "order_delivered_customer_date is not a time" },
    { { "a", "c", "", PLACED, "", "", "", PLACED " Z" }, "order_estimated_delivery_date is not a time" },
};

START_TEST(rows_are_checked)
{
    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        bool good = parse(ROWS[i].fields, NULL);

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

    ck_assert(parse(fields, NULL));
    ck_assert_str_eq(order.id, "a");
    ck_assert_str_eq(order.customer, "c");
    ck_assert_int_eq(time_of(ORDER_PLACED), 1000);
    ck_assert_int_eq(time_of(ORDER_APPROVED), 2500);
    ck_assert_int_eq(time_of(HANDED_TO_CARRIER), 3000);
    ck_assert_int_eq(time_of(DELIVERED), 4000);
    ck_assert_int_eq(time_of(LATE_DETECTED), 5000);
    ck_assert_str_eq(order.fields[olist()->rules[LATE_DETECTED].exception_column], "canceled");
    ck_assert_str_eq(text_of(OLIST_CUSTOMER), "c");
    ck_assert_str_eq(text_of(OLIST_ESTIMATE), "1970-01-01T00:00:05");
    ck_assert_str_eq(text_of(OLIST_REGION), "-"); /* another file's to say */
}
END_TEST

START_TEST(missing_values_are_none)
{
    static const char *const WORDS[] = { "", "NULL", "NaN", "NA", "\\N" };

    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        const char *w = WORDS[i];
        const char *fields[FIELDS] = { "a", w, w, PLACED, w, w, w, w };

        ck_assert(parse(fields, NULL));
        ck_assert_str_eq(order.customer, "");
        ck_assert_int_eq(time_of(ORDER_APPROVED), TIMESTAMP_NONE);
        ck_assert_int_eq(time_of(HANDED_TO_CARRIER), TIMESTAMP_NONE);
        ck_assert_int_eq(time_of(DELIVERED), TIMESTAMP_NONE);
        ck_assert_int_eq(time_of(LATE_DETECTED), TIMESTAMP_NONE);
        ck_assert_str_eq(text_of(OLIST_CUSTOMER), "-");
        ck_assert_str_eq(text_of(OLIST_ESTIMATE), "-");
    }
}
END_TEST

START_TEST(a_format_replaces_the_usual_form)
{
    row spreadsheet = { "a", "c", "", "10/2/2017 10:56", "", "10/4/2017 9:05", "", "" };
    row usual = { "a", "c", "", PLACED, "", "", "", "" };

    ck_assert(parse(spreadsheet, "%m/%d/%Y %H:%M"));
    ck_assert_int_eq(time_of(ORDER_PLACED), INT64_C(1506941760000));
    ck_assert_int_eq(time_of(ORDER_APPROVED), TIMESTAMP_NONE);
    ck_assert_int_eq(time_of(HANDED_TO_CARRIER), INT64_C(1507107900000));
    ck_assert(!parse(usual, "%m/%d/%Y %H:%M"));
    ck_assert_str_eq(reason, "order_purchase_timestamp is not a time of the form %m/%d/%Y %H:%M: '" PLACED
                             "'; --timestamp-format '%Y-%m-%d %H:%M:%S' would read it");
}
END_TEST

SUITE("order", rows_are_checked, fields_go_where_they_belong, missing_values_are_none, a_format_replaces_the_usual_form)
