#include "metrics.h"

#include "suite.h"
#include "views.h"

#include <string.h>

static struct snapshot make(void)
{
    struct snapshot now = view_snapshot(2, 1000);

    view_member(&now, "a");
    view_partition(&now, 0, 3, 10, 4, 0);
    view_partition(&now, 1, 0, 20, -1, 0);
    view_type(&now, "ORDER_PLACED", 7);
    now.postgres->partitions[1].duplicate = 5;
    now.postgres->partitions[1].absent = 3;
    now.postgres->partitions[0].deleted = 11;
    now.postgres->partitions[1].uncounted = 4;
    now.postgres->conflicts = 2;
    return now;
}

/* Whether the text has the line, or with a line that ends in '*', one that begins so. */
static bool has(const char *text, const char *line)
{
    size_t length = strlen(line);
    bool is_beginning = line[length - 1] == '*';

    length -= is_beginning;
    for (; text; text = strchr(text, '\n') ? strchr(text, '\n') + 1 : NULL) {
        if (strncmp(text, line, length) == 0 && (is_beginning || text[length] == '\n'))
            return true;
    }
    return false;
}

START_TEST(says_what_is_known)
{
    static const char *const LINES[] = {
        "kafka_topic_partition_oldest_offset{topic=\"t\",partition=\"0\"} 3",
        "kafka_topic_partition_current_offset{topic=\"t\",partition=\"1\"} 20",
        "kafka_consumergroup_current_offset{consumergroup=\"g\",topic=\"t\",partition=\"0\"} 4",
        "kafka_consumergroup_lag{consumergroup=\"g\",topic=\"t\",partition=\"0\"} 6",
        "kafka_consumergroup_lag{consumergroup=\"g\",topic=\"t\",partition=\"1\"} 20",
        "kafka_consumergroup_members{consumergroup=\"g\"} 1",
        "kafka_topic_partitions{topic=\"t\"} 2",
        "order_replay_events_applied_total{event_type=\"ORDER_PLACED\"} 7",
        "order_replay_records_total{partition=\"1\",outcome=\"duplicate\"} 5",
        "order_replay_absent_offsets_total{partition=\"0\"} 0",
        "order_replay_absent_offsets_total{partition=\"1\"} 3",
        "order_replay_deleted_offsets_total{partition=\"0\"} 11",
        "order_replay_deleted_offsets_total{partition=\"1\"} 0",
        "order_replay_uncounted_offsets{partition=\"0\"} 0",
        "order_replay_uncounted_offsets{partition=\"1\"} 4",
        "order_replay_conflicts_total 2",
        "order_replay_kafka_up 1",
        "order_replay_postgres_up 1",
        "# TYPE order_replay_records_total counter",
        "# TYPE kafka_consumergroup_lag gauge",
        "# HELP kafka_consumergroup_lag *",
    };
    struct snapshot now = make();
    char *text = metrics_print(&now, "t", "g");

    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++)
        ck_assert_msg(has(text, LINES[i]), "no line %s in\n%s", LINES[i], text);
    ck_assert(!has(text, "kafka_consumergroup_current_offset{consumergroup=\"g\",topic=\"t\",partition=\"1\"}*"));
    free(text);
    view_release(&now);
}
END_TEST

START_TEST(is_silent_about_what_is_away)
{
    struct snapshot now = make();
    char *text;

    now.kafka->state.up = now.postgres->state.up = false;
    text = metrics_print(&now, "t", "g");
    ck_assert(has(text, "order_replay_kafka_up 0"));
    ck_assert(has(text, "order_replay_postgres_up 0"));
    ck_assert(!has(text, "kafka_*"));
    ck_assert(!has(text, "order_replay_events_applied_total*"));
    free(text);
    view_release(&now);
}
END_TEST

/* The topic has partitions 0 to 2; of 0 and 2 nothing was received yet. 5 is one of another time. */
START_TEST(counts_of_each_partition_begin_at_zero)
{
    static const char *const LINES[] = {
        "order_replay_records_total{partition=\"0\",outcome=\"quarantined\"} 0",
        "order_replay_records_total{partition=\"1\",outcome=\"quarantined\"} 6",
        "order_replay_records_total{partition=\"2\",outcome=\"quarantined\"} 0",
        "order_replay_records_total{partition=\"5\",outcome=\"quarantined\"} 7",
        "order_replay_deleted_offsets_total{partition=\"2\"} 0",
    };
    struct snapshot now = view_snapshot(3, 1000);
    char *text;

    now.postgres->partition_count = 2;
    now.postgres->partitions[0] = (struct partition_outcomes){ .partition = 1, .quarantined = 6 };
    now.postgres->partitions[1] = (struct partition_outcomes){ .partition = 5, .quarantined = 7 };
    text = metrics_print(&now, "t", "g");
    for (size_t i = 0; i < sizeof(LINES) / sizeof(LINES[0]); i++)
        ck_assert_msg(has(text, LINES[i]), "no line %s in\n%s", LINES[i], text);
    ck_assert(!has(text, "order_replay_records_total{partition=\"3\"*"));
    free(text);
    view_release(&now);
}
END_TEST

START_TEST(escapes_labels)
{
    struct snapshot now = make();
    char *text = metrics_print(&now, "t", "a\"b\\c\nd");

    ck_assert(has(text, "kafka_consumergroup_members{consumergroup=\"a\\\"b\\\\c\\nd\"} 1"));
    free(text);
    view_release(&now);
}
END_TEST

START_TEST(has_all_types_with_their_whole_names)
{
    struct snapshot now = view_snapshot(0, 1000);
    char *text;

    view_longest_types(&now);
    text = metrics_print(&now, "t", "g");
    for (size_t i = 0; i < VIEW_TYPES_MAX; i++) {
        char type[TYPE_NAME_SIZE], line[160];

        view_longest_type(i, type);
        ck_assert_uint_eq(strlen(type), 63);
        snprintf(line, sizeof(line), "order_replay_events_applied_total{event_type=\"%s\"} %zu", type, i);
        ck_assert_msg(has(text, line), "no line %s in\n%s", line, text);
    }
    free(text);
    view_release(&now);
}
END_TEST

SUITE("metrics", says_what_is_known, has_all_types_with_their_whole_names, is_silent_about_what_is_away,
      counts_of_each_partition_begin_at_zero, escapes_labels)
