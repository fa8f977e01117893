#include "moments.h"

#include "suite.h"
#include "views.h"

#include <string.h>

static struct snapshot before, now;
static struct moments *moments;

static void setup_views(void)
{
    before = view_snapshot(2, 1000);
    now = view_snapshot(2, 2000);
    moments = moments_new();
}

/* What was found, as "kind kind …"; frees all. */
static const char *found(void)
{
    static char kinds[256];

    moments_compare(moments, &before, &now);
    *kinds = '\0';
    for (size_t i = 0; i < moments_count(moments); i++) {
        ck_assert_int_eq(moments_at(moments, i)->number, 2);
        ck_assert_int_eq(moments_at(moments, i)->at, 2000);
        strcat(strcat(kinds, *kinds ? " " : ""), moment_kind_name(moments_at(moments, i)->kind));
    }
    moments_free(moments);
    view_release(&before);
    view_release(&now);
    return kinds;
}

START_TEST(nothing_happened)
{
    setup_views();
    view_member(&before, "a");
    view_member(&now, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&now, 0, 0, 20, 15, 0);
    ck_assert_str_eq(found(), "");
}
END_TEST

START_TEST(servers_go_and_come)
{
    setup_views();
    now.kafka->state.up = now.postgres->state.up = false;
    ck_assert_str_eq(found(), "kafka-away postgres-away");
    setup_views();
    before.kafka->state.up = before.postgres->state.up = false;
    ck_assert_str_eq(found(), "kafka-back postgres-back");
    setup_views();
    before.number = 0; /* the first look is no return */
    before.kafka->state = before.postgres->state = (struct view_state){ 0 };
    ck_assert_str_eq(found(), "");
}
END_TEST

START_TEST(what_was_not_seen_did_not_change)
{
    setup_views();
    view_member(&before, "a");
    now.kafka->has_topic = false;
    before.kafka->state.up = now.kafka->state.up = false;
    ck_assert_str_eq(found(), "");
}
END_TEST

START_TEST(members_join_and_share)
{
    setup_views();
    view_member(&before, "a");
    view_member(&now, "b");
    view_member(&now, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&before, 1, 0, 10, 5, 0);
    view_partition(&now, 0, 0, 10, 5, 1);
    view_partition(&now, 1, 0, 10, 5, 0);
    ck_assert_str_eq(found(), "joined rebalance");
}
END_TEST

START_TEST(a_rebalance_is_told_when_it_is_over)
{
    setup_views();
    view_member(&before, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_member(&now, "a");
    view_partition(&now, 0, 0, 10, 5, -1);
    now.kafka->is_stable = false;
    ck_assert_str_eq(found(), "");
}
END_TEST

/* Kafka says the same of all: the member is not there. At 7 s it was still there, at 8 s it is gone. */
START_TEST(what_a_member_did_before_tells_why_it_is_gone)
{
    static const struct {
        int64_t committed, waits_since, stepped_at; /* of 10 records */
        const char *kind;
    } CASES[] = {
        { 10, 7000, 6000, "left" }, /* at work: Kafka had not missed it yet */
        { 5, 6000, 6000, "left" },  /* … though there was more to do */
        { 5, 7000, 5001, "left" },
        { 5, 4000, 4000, "died" },
        { 5, 1000, 0, "died" },     /* it never did anything */
        { 10, 7000, 1000, "gone" }, /* nothing to do: who can tell? */
        { 10, 7000, 0, "gone" },
        { 5, 4001, 4001, "gone" }, /* not for long enough */
        { 5, 7000, 1000, "gone" },
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        setup_views();
        before.kafka->state.at = 7000;
        now.kafka->state.at = 8000;
        view_member(&before, "a");
        view_partition(&before, 0, 0, 10, CASES[i].committed, 0);
        view_partition(&before, 1, 0, 10, 10, 0);
        before.kafka->partitions[0].waits_since = CASES[i].waits_since;
        before.kafka->partitions[0].stepped_at = CASES[i].stepped_at;
        view_partition(&now, 0, 0, 10, CASES[i].committed, -1);
        view_partition(&now, 1, 0, 10, 10, -1);
        now.kafka->is_stable = false;
        ck_assert_msg(strcmp(found(), CASES[i].kind) == 0, "case %zu", i);
    }
}
END_TEST

START_TEST(a_stall_is_told_once_and_names_the_member)
{
    setup_views();
    view_member(&before, "a");
    view_member(&now, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&now, 0, 0, 25, 5, 0);
    before.kafka->state.at = STALLED_AFTER_MS - 1;
    now.kafka->state.at = STALLED_AFTER_MS;
    moments_compare(moments, &before, &now);
    ck_assert_int_eq(moments_count(moments), 1);
    ck_assert_str_eq(moments_at(moments, 0)->text, "Member a has made no progress for 3 s while 20 records wait: it was killed or stopped, or is blocked");
    before.kafka->state.at = STALLED_AFTER_MS;
    ck_assert_str_eq(found(), "stalled"); /* still that one */
}
END_TEST

START_TEST(a_topic_goes_comes_and_is_made_anew)
{
    setup_views();
    now.kafka->has_topic = false;
    now.kafka->partition_count = 0;
    ck_assert_str_eq(found(), "topic-gone");
    setup_views();
    before.kafka->has_topic = false;
    before.kafka->partition_count = 0;
    ck_assert_str_eq(found(), "topic-new");
    setup_views();
    view_partition(&before, 0, 0, 10, -1, -1);
    view_partition(&before, 1, 0, 10, -1, -1);
    ck_assert_str_eq(found(), "topic-new"); /* one for both */
    setup_views();
    before.kafka->partition_count = 1;
    ck_assert_str_eq(found(), "topic-new");
}
END_TEST

START_TEST(the_parts_of_a_text_are_apart)
{
    const struct moment *moment;

    setup_views();
    view_member(&before, "a");
    view_member(&before, "b");
    view_member(&now, "a");
    view_partition(&before, 0, 0, 10, 5, 0);
    view_partition(&before, 1, 0, 30, 5, 1);
    view_partition(&now, 0, 0, 10, 5, 0);
    view_partition(&now, 1, 0, 30, 5, 0);
    before.kafka->state.at = STALLED_AFTER_MS;
    before.kafka->partitions[0].waits_since = STALLED_AFTER_MS;
    now.kafka->state.at = now.kafka->partitions[0].waits_since = now.kafka->partitions[1].waits_since = STALLED_AFTER_MS + 1000;
    now.postgres->state.up = false;
    snprintf(now.postgres->state.reason, VIEW_REASON_SIZE, "nobody there");
    moments_compare(moments, &before, &now);
    ck_assert_int_eq(moments_count(moments), 3);
    moment = moments_at(moments, 0);
    ck_assert_str_eq(moment->text, "Postgres is away: nobody there");
    ck_assert_str_eq(moment->reason, "nobody there");
    ck_assert_int_eq(moment->number_count, 0);
    ck_assert_str_eq(moment->member.id, "");
    moment = moments_at(moments, 1);
    ck_assert_str_eq(moment_kind_name(moment->kind), "died");
    ck_assert_str_eq(moment->member.id, "b");
    ck_assert_str_eq(moment->member.host, "/127.0.0.1");
    ck_assert_int_eq(moment->number_count, 1);
    ck_assert_int_eq(moment->numbers[0], 25);
    moment = moments_at(moments, 2);
    ck_assert_str_eq(moment_kind_name(moment->kind), "rebalance");
    ck_assert_int_eq(moment->number_count, 3);
    ck_assert_int_eq(moment->numbers[0], 1);
    ck_assert_int_eq(moment->numbers[1], 2);
    ck_assert_int_eq(moment->numbers[2], 1);
    moments_free(moments);
    view_release(&before);
    view_release(&now);
}
END_TEST

START_TEST(the_oldest_are_dropped)
{
    setup_views();
    for (int i = 0; i < MOMENTS_MAX + 10; i++) {
        now.number = i;
        now.kafka->state.up = i % 2;
        before.kafka->state.up = !now.kafka->state.up;
        moments_compare(moments, &before, &now);
    }
    ck_assert_int_eq(moments_count(moments), MOMENTS_MAX);
    ck_assert_int_eq(moments_at(moments, 0)->number, 10);
    ck_assert_int_eq(moments_at(moments, MOMENTS_MAX - 1)->number, MOMENTS_MAX + 9);
    moments_free(moments);
    view_release(&before);
    view_release(&now);
}
END_TEST

SUITE("moments", nothing_happened, servers_go_and_come, what_was_not_seen_did_not_change, members_join_and_share,
      a_rebalance_is_told_when_it_is_over, what_a_member_did_before_tells_why_it_is_gone,
      a_stall_is_told_once_and_names_the_member, a_topic_goes_comes_and_is_made_anew,
      the_parts_of_a_text_are_apart, the_oldest_are_dropped)
