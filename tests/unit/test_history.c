#include "history.h"

#include "api.h"

#include "suite.h"
#include "views.h"

#include <string.h>

static struct history *filled(size_t partitions, int64_t samples)
{
    struct history *history = history_new();

    for (int64_t i = 1; i <= samples; i++) {
        struct snapshot snapshot = view_snapshot(partitions, i * 1000);

        view_partition(&snapshot, 0, 0, 10 * i, 9 * i, -1);
        history_add(history, &snapshot);
        view_release(&snapshot);
    }
    return history;
}

START_TEST(keeps_the_latest)
{
    struct history *history = filled(3, HISTORY_MAX + 5);
    const struct sample *oldest = history_at(history, 0), *latest = history_at(history, HISTORY_MAX - 1);

    ck_assert_int_eq(history_count(history), HISTORY_MAX);
    ck_assert_int_eq(oldest->number, 6);
    ck_assert_int_eq(latest->number, HISTORY_MAX + 5);
    ck_assert_int_eq(latest->partition_count, 3);
    ck_assert_int_eq(latest->partitions[0].high, 10 * (HISTORY_MAX + 5));
    ck_assert_int_eq(latest->partitions[0].lag, HISTORY_MAX + 5);
    history_free(history);
}
END_TEST

START_TEST(is_bounded_in_bytes_and_keeps_one_at_least)
{
    struct history *history = filled(10000, 100);
    size_t count = history_count(history);

    ck_assert_int_gt(count, 10);
    ck_assert_int_le(count * 10000 * sizeof(struct sample_partition), HISTORY_BYTES);
    ck_assert_int_eq(history_at(history, count - 1)->number, 100);
    history_free(history);
    history = filled(HISTORY_BYTES / sizeof(struct sample_partition) + 1, 2);
    ck_assert_int_eq(history_count(history), 1);
    history_free(history);
}
END_TEST

START_TEST(has_members_and_conflicts)
{
    struct history *history = history_new();
    struct snapshot snapshot = view_snapshot(1, 1000);

    view_member(&snapshot, "a");
    view_member(&snapshot, "b");
    snapshot.postgres->conflicts = 7;
    history_add(history, &snapshot);
    snapshot.kafka->state.up = false;
    history_add(history, &snapshot);
    ck_assert_int_eq(history_at(history, 0)->member_count, 2);
    ck_assert_int_eq(history_at(history, 0)->conflicts, 7);
    ck_assert_int_eq(history_at(history, 1)->member_count, 0);
    view_release(&snapshot);
    history_free(history);
}
END_TEST

START_TEST(has_gaps_where_a_server_was_away)
{
    struct history *history = history_new();
    struct snapshot snapshot = view_snapshot(2, 1000);

    snapshot.kafka->state.up = snapshot.postgres->state.up = false;
    history_add(history, &snapshot);
    ck_assert_int_eq(history_at(history, 0)->kafka_at, 0);
    ck_assert_int_eq(history_at(history, 0)->postgres_at, 0);
    ck_assert_int_eq(history_at(history, 0)->partition_count, 0);
    view_release(&snapshot);
    history_free(history);
}
END_TEST

/* A client that asks again and again gets each sample once, in answers of bounded size. */
START_TEST(is_told_in_portions)
{
    static const struct api_source SOURCE = { "a topic", "a \"group\"", 42 };
    enum { PARTITIONS = 3000, SAMPLES = 20 };
    struct history *history = filled(PARTITIONS, SAMPLES);
    struct moments *moments = moments_new();
    int64_t last = 0, expected = 1, answers = 0;
    bool more = true;

    for (; more; answers++) {
        char *text = api_history(&SOURCE, history, moments, last), *sample = text;

        ck_assert_ptr_nonnull(strstr(text, "\"group\":\"a \\\"group\\\"\",\"started\":42,"));
        while ((sample = strstr(sample + 1, "{\"number\":")))
            ck_assert_int_eq(strtoll(sample + strlen("{\"number\":"), NULL, 10), expected++);
        last = strtoll(strstr(text, "\"last\":") + strlen("\"last\":"), NULL, 10);
        more = strstr(text, "\"more\":true") != NULL;
        free(text);
    }
    ck_assert_int_eq(expected, SAMPLES + 1);
    ck_assert_int_eq(last, SAMPLES);
    ck_assert_int_ge(answers, SAMPLES * PARTITIONS / API_VALUES_MAX);
    moments_free(moments);
    history_free(history);
}
END_TEST

SUITE("history", keeps_the_latest, is_bounded_in_bytes_and_keeps_one_at_least, has_members_and_conflicts,
      has_gaps_where_a_server_was_away, is_told_in_portions)
