#include "pacer.h"

#include "suite.h"

#include <stdio.h>

#define MS INT64_C(1000000) /* in nanoseconds */

START_TEST(speed_divides_event_time)
{
    struct pacer pacer;

    pacer_init(&pacer, 60, 0);
    pacer_schedule(&pacer, 1000000, 0);
    ck_assert_int_eq(pacer.due, 0);
    pacer_schedule(&pacer, 1000000 + 60000, 0); /* a minute later is a second later */
    ck_assert_int_eq(pacer.due, 1000 * MS);
    pacer_schedule(&pacer, 1000000 + 60000, 0);
    ck_assert_int_eq(pacer.due, 1000 * MS);
    pacer_schedule(&pacer, 1000000 + 90000, 99000 * MS); /* behind time: due as ever, so it catches up */
    ck_assert_int_eq(pacer.due, 1500 * MS);
}
END_TEST

/* The two years of the data, at a speed that leaves a fraction of a nanosecond: no rounding adds up. */
START_TEST(speed_does_not_drift)
{
    struct pacer pacer;

    pacer_init(&pacer, 7, 0);
    for (int64_t at = 0; at <= INT64_C(63072000000); at += 1001001)
        pacer_schedule(&pacer, at, 0);
    pacer_schedule(&pacer, INT64_C(63072000000), 0);
    ck_assert_int_le(llabs(pacer.due - INT64_C(63072000000) * MS / 7), MS);
}
END_TEST

START_TEST(what_is_centuries_off_is_not_due)
{
    struct pacer pacer;

    pacer_init(&pacer, 0.001, 0);
    pacer_schedule(&pacer, 0, 0);
    pacer_schedule(&pacer, INT64_C(253402300799999), 0); /* the last time that there is */
    ck_assert_int_gt(pacer.due, INT64_C(100) * 365 * 86400 * 1000 * MS);
    pacer_init(&pacer, 0.001, 5);
    pacer_schedule(&pacer, 0, 0);
    pacer_schedule(&pacer, INT64_C(253402300799999), 0);
    ck_assert_int_gt(pacer.due, INT64_C(100) * 365 * 86400 * 1000 * MS);
}
END_TEST

START_TEST(rate_spaces_events_evenly)
{
    static const double RATES[] = { 0.5, 3, 20000, 123456.7 };

    for (size_t i = 0; i < sizeof(RATES) / sizeof(RATES[0]); i++) {
        enum { EVENTS = 100000 };
        double expected = EVENTS / RATES[i] * 1e9;
        struct pacer pacer;

        pacer_init(&pacer, 0, RATES[i]);
        for (int event = 0; event <= EVENTS; event++)
            pacer_schedule(&pacer, 5, pacer.due);
        ck_assert_msg((double)pacer.due > expected - 1e5 && (double)pacer.due < expected + 1e5,
                      "rate %g: %lld, expected %.0f", RATES[i], (long long)pacer.due, expected);
    }
}
END_TEST

START_TEST(rate_catches_up_with_a_second_at_most)
{
    struct pacer pacer;

    pacer_init(&pacer, 0, 10);
    pacer_schedule(&pacer, 0, 0);
    pacer_schedule(&pacer, 0, 500 * MS); /* late by less than a second: on with the plan */
    ck_assert_int_eq(pacer.due, 100 * MS);
    pacer_schedule(&pacer, 0, 5000 * MS);
    ck_assert_int_eq(pacer.due, 4000 * MS);
    pacer_schedule(&pacer, 0, 5000 * MS);
    ck_assert_int_eq(pacer.due, 4100 * MS);
}
END_TEST

START_TEST(the_slower_of_both_wins)
{
    struct pacer pacer;

    pacer_init(&pacer, 1, 10);
    pacer_schedule(&pacer, 0, 0);
    pacer_schedule(&pacer, 1, 0); /* a burst: the rate holds it back */
    ck_assert_int_eq(pacer.due, 100 * MS);
    pacer_schedule(&pacer, 2, 0);
    ck_assert_int_eq(pacer.due, 200 * MS);
    pacer_schedule(&pacer, 5000, 200 * MS); /* a pause: scaled time does */
    ck_assert_int_eq(pacer.due, 5000 * MS);
    pacer_schedule(&pacer, 5001, 5000 * MS); /* and the next burst begins from there */
    ck_assert_int_eq(pacer.due, 5100 * MS);
}
END_TEST

START_TEST(without_either_nothing_waits)
{
    struct pacer pacer;

    pacer_init(&pacer, 0, 0);
    pacer_next(&pacer, 0);
    pacer_next(&pacer, INT64_C(1000000000));
    ck_assert_int_eq(pacer_wait_ms(&pacer), 0);
    pacer_sent(&pacer);
    ck_assert_int_eq(pacer.worst_drift, 0);
}
END_TEST

START_TEST(waits_are_short_and_never_end_early)
{
    struct pacer pacer;
    int64_t before;

    pacer_init(&pacer, 1, 0);
    pacer_next(&pacer, 0);
    pacer_next(&pacer, 3600000);
    ck_assert_int_eq(pacer_wait_ms(&pacer), 200); /* an hour, in slices */
    ck_assert_int_gt(pacer_left_ms(&pacer), 3599000);
    ck_assert_int_le(pacer_left_ms(&pacer), 3600000);
    ck_assert_int_eq(pacer.last_at, 0);
    ck_assert_int_eq(pacer.at, 3600000);
    pacer.due = pacer_elapsed(&pacer) + 10 * MS;
    ck_assert_int_ge(pacer_wait_ms(&pacer), 1);
    while (before = pacer_elapsed(&pacer), pacer_wait_ms(&pacer) > 0)
        ck_assert_int_lt(before, pacer.due);
    ck_assert_int_ge(pacer_elapsed(&pacer), pacer.due);
    pacer_sent(&pacer);
    ck_assert_int_ge(pacer.last_drift, 0);
    ck_assert_int_eq(pacer.worst_drift, pacer.last_drift);
}
END_TEST

SUITE("pacer", speed_divides_event_time, speed_does_not_drift, what_is_centuries_off_is_not_due, rate_spaces_events_evenly,
      rate_catches_up_with_a_second_at_most, the_slower_of_both_wins, without_either_nothing_waits,
      waits_are_short_and_never_end_early)
