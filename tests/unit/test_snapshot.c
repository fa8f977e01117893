#include "snapshot.h"

#include "suite.h"
#include "views.h"

START_TEST(lag_is_what_is_left_to_read)
{
    static const struct {
        int64_t low, high, committed, lag;
    } CASES[] = {
        { 0, 0, -1, 0 },    { 0, 9, -1, 9 }, { 4, 9, -1, 5 }, { 0, 9, 0, 9 },   { 0, 9, 7, 2 },
        { 0, 9, 9, 0 },     { 4, 9, 2, 5 }, /* its records were deleted */
        { 0, 9, 12, 9 }, /* of another life of the topic */
        { 0, INT64_C(1) << 60, 1, (INT64_C(1) << 60) - 1 },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct partition_state partition = { .low = CASES[i].low, .high = CASES[i].high, .committed = CASES[i].committed };

        ck_assert_int_eq(partition_lag(&partition), CASES[i].lag);
    }
}
END_TEST

/* One member with both partitions; the second has nothing to do. What it commits, second by second, and whether it is stalled. */
START_TEST(a_member_is_stalled_that_does_not_move_while_records_wait)
{
    static const struct {
        int64_t high, committed;
        bool is_stalled, is_held_up;
    } SECONDS[] = {
        { 10, 10, false, false }, { 10, 10, false, false }, { 10, 10, false, false }, { 10, 10, false, false },
        { 20, 10, false, false }, { 20, 10, false, false }, { 30, 10, true, false },  { 30, 10, true, false },
        { 30, 10, true, false },  { 30, 11, false, false }, { 30, 11, false, false }, { 30, 11, false, true },
        { 30, 11, false, true },  { 30, 11, false, false }, { 30, 11, false, false }, { 30, 11, true, false },
    };
    struct snapshot before = view_snapshot(2, 1000);

    view_member(&before, "a");
    view_partition(&before, 0, 0, 10, 10, 0);
    view_partition(&before, 1, 0, 0, -1, 0);
    for (size_t i = 0; i < sizeof(SECONDS) / sizeof(SECONDS[0]); i++) {
        struct snapshot now = view_snapshot(2, 2000 + 1000 * (int64_t)i);

        view_member(&now, "a");
        view_partition(&now, 0, 0, SECONDS[i].high, SECONDS[i].committed, 0);
        view_partition(&now, 1, 0, 0, -1, 0);
        kafka_view_carry(now.kafka, before.kafka, SECONDS[i].is_held_up);
        ck_assert_msg(member_is_stalled(now.kafka, 0) == SECONDS[i].is_stalled, "second %zu", i);
        view_release(&before);
        before = now;
    }
    view_release(&before);
}
END_TEST

/* Two partitions of one member: what both commit, second by second, of 10 records each, the second's from 4 s on. */
START_TEST(a_member_that_works_anywhere_is_not_stalled)
{
    static const struct {
        int64_t committed[2], high;
        bool is_stalled;
        int64_t stepped_at;
    } SECONDS[] = {
        { { 5, 0 }, 0, false, 0 },     { { 5, 0 }, 0, false, 0 },     { { 5, 0 }, 10, true, 0 }, /* one waits, whatever comes later */
        { { 5, 0 }, 10, true, 0 },     { { 5, 1 }, 10, false, 6000 }, { { 5, 2 }, 10, false, 7000 },
        { { 5, 2 }, 10, false, 7000 }, { { 5, 2 }, 10, false, 7000 }, { { 5, 2 }, 10, true, 7000 },
    };
    struct snapshot before = view_snapshot(2, 1000);

    view_member(&before, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&before, 1, 0, 0, 0, 0);
    before.kafka->partitions[0].waits_since = 1000;
    for (size_t i = 0; i < sizeof(SECONDS) / sizeof(SECONDS[0]); i++) {
        struct snapshot now = view_snapshot(2, 2000 + 1000 * (int64_t)i);

        view_member(&now, "a");
        view_partition(&now, 0, 0, 10, SECONDS[i].committed[0], 0);
        view_partition(&now, 1, 0, SECONDS[i].high, SECONDS[i].committed[1], 0);
        kafka_view_carry(now.kafka, before.kafka, false);
        ck_assert_msg(member_is_stalled(now.kafka, 0) == SECONDS[i].is_stalled, "second %zu", i);
        ck_assert_msg(member_stepped_at(now.kafka, 0) == SECONDS[i].stepped_at, "second %zu", i);
        view_release(&before);
        before = now;
    }
    view_release(&before);
}
END_TEST

START_TEST(what_the_owner_before_did_does_not_count)
{
    struct snapshot before = view_snapshot(1, 1000), now = view_snapshot(1, 2000);

    view_member(&before, "a");
    view_member(&now, "b");
    view_partition(&before, 0, 0, 10, 5, 0);
    before.kafka->partitions[0].waits_since = -9000;
    before.kafka->partitions[0].stepped_at = -9000;
    view_partition(&now, 0, 0, 10, 6, 0);
    kafka_view_carry(now.kafka, before.kafka, false);
    ck_assert_int_eq(now.kafka->partitions[0].waits_since, 2000);
    ck_assert_int_eq(now.kafka->partitions[0].stepped_at, 0);
    view_release(&before);
    view_release(&now);
}
END_TEST

START_TEST(a_group_that_was_not_heard_stays_as_it_was)
{
    struct snapshot before = view_snapshot(1, 1000), now = view_snapshot(1, 2000);

    view_member(&before, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&now, 0, 0, 10, 6, -1);
    now.kafka->is_group_old = true;
    kafka_view_carry(now.kafka, before.kafka, false);
    ck_assert_int_eq(now.kafka->member_count, 1);
    ck_assert_str_eq(now.kafka->members[0].id, "a");
    ck_assert_int_eq(now.kafka->partitions[0].owner, 0);
    ck_assert_int_eq(now.kafka->partitions[0].stepped_at, 2000);
    view_release(&before);
    view_release(&now);
}
END_TEST

START_TEST(a_rebalance_keeps_the_owners_that_are_still_there)
{
    struct snapshot before = view_snapshot(2, 1000), now = view_snapshot(3, 2000);

    view_member(&before, "a");
    view_member(&before, "b");
    view_partition(&before, 0, 0, 10, 0, 0);
    view_partition(&before, 1, 0, 10, 0, 1);
    view_member(&now, "b");
    now.kafka->is_stable = false;
    kafka_view_carry(now.kafka, before.kafka, false);
    ck_assert_int_eq(now.kafka->partitions[0].owner, -1);
    ck_assert_int_eq(now.kafka->partitions[1].owner, 0);
    ck_assert_int_eq(now.kafka->partitions[2].owner, -1);
    view_release(&before);
    view_release(&now);
}
END_TEST

START_TEST(a_copy_is_of_its_own)
{
    struct snapshot now = view_snapshot(2, 1000);
    struct kafka_view *kafka;
    struct postgres_view *postgres;

    view_member(&now, "a");
    view_partition(&now, 1, 3, 10, 5, 0);
    now.postgres->partitions[1].applied = 7;
    view_type(&now, "ORDER_PLACED", 3);
    view_type(&now, "DELIVERED", 4);
    kafka = kafka_view_copy(now.kafka);
    postgres = postgres_view_copy(now.postgres);
    view_release(&now);
    ck_assert_int_eq(kafka->partitions[1].committed, 5);
    ck_assert_str_eq(kafka->members[0].id, "a");
    ck_assert_int_eq(postgres_view_sum(postgres).applied, 7);
    ck_assert_uint_eq(postgres->type_count, 2);
    ck_assert_str_eq(postgres->types[1].type, "DELIVERED");
    ck_assert_int_eq(postgres->types[1].events, 4);
    kafka_view_free(kafka);
    postgres_view_free(postgres);
}
END_TEST

START_TEST(the_sum_is_over_all_partitions)
{
    struct snapshot now = view_snapshot(2, 1000);
    struct partition_outcomes sum;

    now.postgres->partitions[0] = (struct partition_outcomes){ 0, 28, 1, 2, 3, 4, 7, 5, 6, 8, 9 };
    now.postgres->partitions[1] = (struct partition_outcomes){ 1, 280, 10, 20, 30, 40, 70, 50, 60, 80, 90 };
    sum = postgres_view_sum(now.postgres);
    ck_assert_int_eq(sum.received, 308);
    ck_assert_int_eq(sum.applied, 11);
    ck_assert_int_eq(sum.duplicate, 22);
    ck_assert_int_eq(sum.redelivered, 33);
    ck_assert_int_eq(sum.quarantined, 44);
    ck_assert_int_eq(sum.retired, 77);
    ck_assert_int_eq(sum.absent, 55);
    ck_assert_int_eq(sum.deleted, 66);
    ck_assert_int_eq(sum.uncounted, 88);
    view_release(&now);
}
END_TEST

SUITE("snapshot", lag_is_what_is_left_to_read, a_member_is_stalled_that_does_not_move_while_records_wait,
      a_member_that_works_anywhere_is_not_stalled, what_the_owner_before_did_does_not_count,
      a_group_that_was_not_heard_stays_as_it_was,
      a_rebalance_keeps_the_owners_that_are_still_there, a_copy_is_of_its_own,
      the_sum_is_over_all_partitions)
