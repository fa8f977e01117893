#include "retry.h"

#include "monotonic.h"

#include "suite.h"

/* The pause that was just begun is between half of so long and all of it; the clock may move on by a little meanwhile. */
static void assert_pause(const struct retry *retry, int64_t before, int longest_ms)
{
    int64_t pause = retry->due_at - before;

    ck_assert_msg(pause >= longest_ms / 2 && pause <= longest_ms + 1000, "%lld ms", (long long)pause);
    ck_assert(!retry_is_due(retry));
}

START_TEST(pauses_grow_up_to_a_limit)
{
    static const int LONGEST[] = { 100, 200, 400, 800, 1600, 3000, 3000 };
    struct retry retry;

    retry_init(&retry, 1);
    ck_assert(retry_is_due(&retry));
    for (int i = 0; i < ROWS(LONGEST); i++) {
        int64_t before = monotonic_ms();

        ck_assert_int_eq(retry.pause_ms, LONGEST[i]);
        retry_pause(&retry);
        assert_pause(&retry, before, LONGEST[i]);
    }
    retry_reset(&retry);
    ck_assert_int_eq(retry.pause_ms, LONGEST[0]);
}
END_TEST

START_TEST(programs_come_back_at_different_times)
{
    struct retry one, other;

    retry_init(&one, 1);
    retry_init(&other, 2);
    for (int i = 0; i < 6; i++) {
        retry_pause(&one);
        retry_pause(&other);
    }
    ck_assert_int_ne(one.due_at, other.due_at);
}
END_TEST

SUITE("retry", pauses_grow_up_to_a_limit, programs_come_back_at_different_times)
