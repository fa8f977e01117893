#include "order_events.h"

#include "event_id.h"
#include "timestamp.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

enum { NO = -1 };

/* An event's first letter and its second of time, such as "P1 A2 H3 D4 L5". */
static const struct {
    int placed, approved, handed_over, delivered, estimated; /* seconds, or NO */
    bool is_called_off;
    int as_of; /* second, or NO */
    const char *expected;
} CASES[] = {
    { 1, 2, 3, 4, 9, false, NO, "P1 A2 H3 D4" },
    { 1, NO, NO, NO, NO, false, NO, "P1" },
    { 1, NO, 3, NO, NO, false, NO, "P1 H3" },
    /* as recorded, however odd */
    { 5, 4, 3, 2, 9, false, NO, "D2 H3 A4 P5" },
    { 2, 5, 1, 7, 9, false, NO, "H1 P2 A5 D7" },
    /* equal times in lifecycle order */
    { 1, 1, 1, 1, 9, false, NO, "P1 A1 H1 D1" },
    { 3, 3, 2, 2, 9, false, NO, "H2 D2 P3 A3" },
    /* late: delivered strictly after the estimate, whatever the status and as-of say */
    { 1, 2, 3, 6, 5, false, NO, "P1 A2 H3 L5 D6" },
    { 1, 2, 3, 6, 5, true, NO, "P1 A2 H3 L5 D6" },
    { 1, 2, 3, 6, 5, false, 2, "P1 A2 H3 L5 D6" },
    { 1, 2, 3, 5, 5, false, NO, "P1 A2 H3 D5" },
    { 1, 2, 3, 5, 5, false, 99, "P1 A2 H3 D5" },
    { 1, 2, 3, 6, NO, false, 99, "P1 A2 H3 D6" },
    { 1, 2, 6, 7, 6, false, NO, "P1 A2 H6 L6 D7" },
    { 1, 2, 3, 6, 0, false, NO, "L0 P1 A2 H3 D6" },
    /* late: undelivered, and the estimate strictly before as-of */
    { 1, 2, 3, NO, 5, false, NO, "P1 A2 H3" },
    { 1, 2, 3, NO, 5, false, 6, "P1 A2 H3 L5" },
    { 1, 2, 3, NO, 5, false, 5, "P1 A2 H3" },
    { 1, 2, 3, NO, 5, true, 6, "P1 A2 H3" },
    { 1, NO, NO, NO, NO, false, 6, "P1" },
};

static int64_t at(int second)
{
    return second == NO ? TIMESTAMP_NONE : second * INT64_C(1000);
}

/* By the columns of the lifecycle, as order_parse leaves it. */
static void set_time(struct order *order, int type, int64_t time)
{
    order->times[olist()->rules[type].column] = time;
}

static void fill_order(struct order *order, const char **fields, size_t i)
{
    *order = (struct order){ .id = "order", .fields = fields };
    fields[olist()->rules[LATE_DETECTED].exception_column] = CASES[i].is_called_off ? "canceled" : "shipped";
    set_time(order, ORDER_PLACED, at(CASES[i].placed));
    set_time(order, ORDER_APPROVED, at(CASES[i].approved));
    set_time(order, HANDED_TO_CARRIER, at(CASES[i].handed_over));
    set_time(order, DELIVERED, at(CASES[i].delivered));
    set_time(order, LATE_DETECTED, at(CASES[i].estimated));
}

START_TEST(orders_become_events)
{
    static const char LETTERS[OLIST_TYPES] = { 'P', 'A', 'H', 'D', 'L' };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        const char *fields[LIFECYCLE_COLUMNS_MAX];
        struct order order;
        struct order_events events;
        char text[128] = "", *end = text;

        fill_order(&order, fields, i);
        order_events_make(olist(), &order, at(CASES[i].as_of), &events);
        for (size_t e = 0; e < events.count; e++) {
            const struct event *event = &events.events[e];
            struct event_id id = event_id_make("order", event->type, event->at);

            end += sprintf(end, "%s%c%d", e ? " " : "", LETTERS[event->type->number], (int)(event->at / 1000));
            ck_assert_str_eq(event->order_id, "order");
            ck_assert(memcmp(&event->id, &id, sizeof(struct event_id)) == 0);
        }
        ck_assert_msg(strcmp(text, CASES[i].expected) == 0, "case %zu: %s, expected %s", i, text, CASES[i].expected);
        order_events_release(&events);
    }
}
END_TEST

START_TEST(the_payload_travels_with_them)
{
    const char *fields[LIFECYCLE_COLUMNS_MAX];
    struct order order;
    struct order_events events;

    fill_order(&order, fields, 0);
    order.payload.values[OLIST_CUSTOMER].text = "c";
    order_events_make(olist(), &order, TIMESTAMP_NONE, &events);
    ck_assert_str_eq(events.payload, "{\"customer\":\"c\"}");
    order_events_release(&events);
}
END_TEST

SUITE("order_events", orders_become_events, the_payload_travels_with_them)
