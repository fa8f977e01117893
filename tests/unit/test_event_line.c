#include "event_line.h"

#include "olist.h"
#include "suite.h"

#include <string.h>

START_TEST(an_event_is_one_line)
{
    struct event event = { .type = olist_type(DELIVERED), .at = INT64_C(1507670713001), .order_id = "order-1" };
    char line[EVENT_LINE_SIZE];

    event.id = event_id_make(event.order_id, event.type, event.at);
    event_line(&event, line);
    ck_assert_ptr_eq(strstr(line, "eventAt=2017-10-10T21:25:13.001 eventType=DELIVERED orderId=order-1 eventId=015f082d-62a9-8"), line);
    ck_assert_uint_eq(strlen(strstr(line, "eventId=")), strlen("eventId=") + EVENT_ID_SIZE - 1);
}
END_TEST

START_TEST(the_longest_event_is_not_cut_off)
{
    struct event_type longest = { .number = 0 };
    struct event event = { .type = &longest, .at = TIMESTAMP_LAST };
    char line[EVENT_LINE_SIZE], id[EVENT_ID_SIZE];

    memset(longest.name, 'T', EVENT_TYPE_NAME_MAX);
    memset(event.order_id, 'o', ORDER_ID_MAX);
    event_id_print(&event.id, id);
    event_line(&event, line);
    ck_assert_str_eq(line + strlen(line) - strlen(id), id);
}
END_TEST

SUITE("event_line", an_event_is_one_line, the_longest_event_is_not_cut_off)
