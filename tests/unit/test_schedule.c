#include "schedule.h"

#include "event_id.h"

#include "olist.h"
#include "suite.h"

#include <stdio.h>
#include <string.h>

static struct event event_of(const char *order_id, int type, int64_t at)
{
    struct event event = { .type = olist_type(type), .at = at };

    snprintf(event.order_id, sizeof(event.order_id), "%s", order_id);
    return event;
}

/* All that is left, as "order type@time payload; …". */
static const char *drain(struct schedule *schedule)
{
    static char text[1024];
    char *end = text;
    struct event event;
    const char *payload;

    *end = '\0';
    while ((payload = schedule_next(schedule, &event))) {
        struct event_id id = event_id_make(event.order_id, event.type, event.at);

        ck_assert(memcmp(&event.id, &id, sizeof(struct event_id)) == 0);
        end += sprintf(end, "%s%s %d@%d %s", end > text ? "; " : "", event.order_id, event.type->number, (int)event.at, payload);
    }
    return text;
}

START_TEST(time_comes_first_then_arrival_then_lifecycle)
{
    struct schedule *schedule = schedule_new(&olist()->form);
    struct event first[] = { event_of("z", HANDED_TO_CARRIER, 1), event_of("z", ORDER_PLACED, 5),
                             event_of("z", ORDER_APPROVED, 5) };
    struct event second[] = { event_of("a", ORDER_PLACED, 5), event_of("a", DELIVERED, 7) };
    struct event third[] = { event_of("m", ORDER_PLACED, 0), event_of("m", DELIVERED, 5) };

    schedule_add(schedule, first, 3, "{1}");
    schedule_add(schedule, second, 2, "{2}");
    schedule_add(schedule, NULL, 0, "{nothing}");
    schedule_add(schedule, third, 2, "{3}");
    ck_assert_uint_eq(schedule_count(schedule), 7);
    schedule_sort(schedule);
    ck_assert_str_eq(drain(schedule), "m 0@0 {3}; z 2@1 {1}; z 0@5 {1}; z 1@5 {1}; a 0@5 {2}; m 3@5 {3}; a 3@7 {2}");
    ck_assert_str_eq(drain(schedule), "");
    schedule_free(schedule);
}
END_TEST

START_TEST(nothing_is_no_trouble)
{
    struct schedule *schedule = schedule_new(&olist()->form);

    schedule_sort(schedule);
    ck_assert_str_eq(drain(schedule), "");
    schedule_free(schedule);
    schedule_free(NULL);
}
END_TEST

START_TEST(texts_outlive_their_givers_however_large)
{
    enum { ORDERS = 1000, LARGE = 3000000 };
    struct schedule *schedule = schedule_new(&olist()->form);
    char *payload = malloc(LARGE + 1);
    struct event event;

    for (int i = 0; i < ORDERS; i++) {
        int length = i == 500 ? LARGE : i * 7 % 5000;

        memset(payload, 'a' + i % 26, (size_t)length);
        payload[length] = '\0';
        event = event_of("o", ORDER_PLACED, ORDERS - i);
        schedule_add(schedule, &event, 1, payload);
    }
    schedule_sort(schedule);
    for (int i = ORDERS - 1; i >= 0; i--) {
        const char *got = schedule_next(schedule, &event);
        size_t length = i == 500 ? LARGE : (size_t)(i * 7 % 5000);

        ck_assert_int_eq(event.at, ORDERS - i);
        ck_assert_uint_eq(strlen(got), length);
        ck_assert(length == 0 || (got[0] == 'a' + i % 26 && got[length - 1] == 'a' + i % 26));
    }
    free(payload);
    schedule_free(schedule);
}
END_TEST

SUITE("schedule", time_comes_first_then_arrival_then_lifecycle, nothing_is_no_trouble,
      texts_outlive_their_givers_however_large)
