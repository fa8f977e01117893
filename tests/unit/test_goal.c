#include "goal.h"

#include "suite.h"

static bool is_left(const struct goal *goal, struct known_log *logs, size_t count)
{
    const struct known_logs known = { logs, count };
    int64_t counted;

    return goal_left(goal, &known, &counted) != NULL;
}

START_TEST(an_end_is_one_of_a_log)
{
    const struct log_now now[] = {
        { .partition = 0, .low = 0, .end_offset = 10, .log = 1 },
        { .partition = 1, .low = 0, .end_offset = 5, .log = 2, .is_new = true },
        { .partition = 2, .low = 7, .end_offset = 7, .log = 1, .is_new = true }, /* nothing to read */
        { .partition = 3, .low = 9, .end_offset = 9, .log = 1 },                 /* deleted, and to be counted so */
    };
    struct known_log known[] = {
        { .partition = 0, .log = 1, .next_offset = 10 },
        { .partition = 1, .log = 1, .next_offset = 99 },
        { .partition = 3, .log = 1, .next_offset = 4 },
        { .partition = 1, .log = 2, .next_offset = 4 },
    };
    struct goal goal = { 0 };

    ck_assert(goal_aim(&goal, now, 4));
    ck_assert_uint_eq(goal.count, 3);
    ck_assert_msg(is_left(&goal, known, 3), "what another log has says nothing");
    known[2].next_offset = 9;
    ck_assert(is_left(&goal, known, 4));
    known[3].next_offset = 5;
    ck_assert(!is_left(&goal, known, 4));
    goal_release(&goal);
}
END_TEST

START_TEST(aiming_again_keeps_the_ends_of_logs_that_stay)
{
    struct log_now now[] = { { .partition = 0, .end_offset = 10, .log = 1 }, { .partition = 1, .end_offset = 5, .log = 1 } };
    struct goal goal = { 0 };

    ck_assert(goal_aim(&goal, now, 2));
    now[0].end_offset = 20;
    ck_assert_msg(!goal_aim(&goal, now, 2), "records that came later are not waited for");
    ck_assert_int_eq(goal.ends[0].offset, 10);
    now[1] = (struct log_now){ .partition = 1, .end_offset = 3, .log = 2, .is_new = true };
    ck_assert_msg(goal_aim(&goal, now, 2), "those of another log are");
    ck_assert_int_eq(goal.ends[0].offset, 10);
    ck_assert_int_eq(goal.ends[1].offset, 3);
    ck_assert_int_eq(goal.ends[1].log, 2);
    goal_release(&goal);
}
END_TEST

START_TEST(a_topic_without_records_is_reached_at_once)
{
    const struct log_now now = { .partition = 0, .log = 1, .is_new = true };
    struct goal goal = { 0 };

    goal_aim(&goal, &now, 1);
    ck_assert(!is_left(&goal, NULL, 0));
    goal_release(&goal);
}
END_TEST

SUITE("goal", an_end_is_one_of_a_log, aiming_again_keeps_the_ends_of_logs_that_stay,
      a_topic_without_records_is_reached_at_once)
