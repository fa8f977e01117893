#include "tally.h"

#include "timestamp.h"

#include "olist.h"
#include "suite.h"

START_TEST(it_counts_and_spans)
{
    static const int64_t TIMES[] = { 5, 0, 9, 3 };
    struct tally tally;

    tally_init(&tally);
    ck_assert_uint_eq(tally_total(&tally), 0);
    ck_assert_int_eq(tally.first_at, TIMESTAMP_NONE);
    ck_assert_int_eq(tally.last_at, TIMESTAMP_NONE);
    for (int i = 0; i < 4; i++)
        tally_add(&tally, &(struct event){ .type = olist_type(i < 3 ? DELIVERED : LATE_DETECTED), .at = TIMES[i] });
    ck_assert_uint_eq(tally.events[DELIVERED], 3);
    ck_assert_uint_eq(tally.events[LATE_DETECTED], 1);
    ck_assert_uint_eq(tally.events[ORDER_PLACED], 0);
    ck_assert_uint_eq(tally_total(&tally), 4);
    ck_assert_int_eq(tally.first_at, 0);
    ck_assert_int_eq(tally.last_at, 9);
}
END_TEST

SUITE("tally", it_counts_and_spans)
