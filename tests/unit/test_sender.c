/* What a sender does of its own: counting, and sending by chance twice. The publisher has a suite of its own. */
#include "olist.h"
#include "sender.h"
#include "suite.h"

#include <sysexits.h>

enum { EVENTS = 1000 };

static struct sender send_dry(double duplicates, int64_t seed)
{
    struct settings settings = { .dry_run = true, .duplicates = duplicates, .seed = seed };
    struct event event = { .type = olist_type(1), .order_id = "order-1" };
    struct sender sender;

    sender_init(&sender, &settings);
    ck_assert_int_eq(sender_connect(&sender, olist()), EX_OK);
    for (event.at = 1; event.at <= EVENTS; event.at++)
        ck_assert_int_eq(sender_send(&sender, &event, "{}"), EX_OK);
    ck_assert_int_eq(sender_serve(&sender), EX_OK);
    ck_assert_int_eq(sender_finish(&sender), EX_OK);
    sender_release(&sender);
    return sender;
}

START_TEST(each_event_is_counted)
{
    struct sender sender = send_dry(0, 1);

    ck_assert_uint_eq(sender.handed_over.events[1], EVENTS);
    ck_assert_uint_eq(tally_total(&sender.handed_over), EVENTS);
    ck_assert_int_eq(sender.handed_over.last_at, EVENTS);
    ck_assert_uint_eq(sender.duplicates, 0);
}
END_TEST

START_TEST(a_share_of_the_events_goes_twice)
{
    struct sender all = send_dry(1, 1), some = send_dry(0.25, 7);

    ck_assert_uint_eq(all.duplicates, EVENTS);
    ck_assert_uint_gt(some.duplicates, EVENTS / 5);
    ck_assert_uint_lt(some.duplicates, EVENTS / 3);
    ck_assert_uint_eq(tally_total(&some.handed_over), EVENTS + some.duplicates);
}
END_TEST

START_TEST(the_seed_decides_which)
{
    struct sender first = send_dry(0.25, 7), again = send_dry(0.25, 7), other = send_dry(0.25, 7 + (1 << 16));

    ck_assert_mem_eq(first.random, again.random, sizeof(first.random));
    ck_assert_mem_ne(first.random, other.random, sizeof(first.random));
    ck_assert_uint_eq(first.duplicates, again.duplicates);
}
END_TEST

SUITE("sender", each_event_is_counted, a_share_of_the_events_goes_twice, the_seed_decides_which)
