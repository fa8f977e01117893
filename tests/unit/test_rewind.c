/* Where a partition starts again, and what the thread does with answers of Kafka, against librdkafka's mock cluster. */
#include "rewind.h"

#include "suite.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>

static const struct {
    int64_t committed, low, records, target;
} TARGETS[] = {
    { 100, 0, 30, 70 },
    { 100, 0, 100, 0 },
    { 100, 0, 101, 0 },
    { 100, 0, 1000000000000, 0 },
    { 100, 0, 0, 0 },    /* all */
    { 100, 60, 30, 70 },
    { 100, 90, 30, 90 }, /* no further than the first record */
    { 100, 90, 0, 90 },
    { 100, 100, 30, -1 },
    { 100, 120, 30, -1 }, /* not forward */
    { 0, 0, 30, -1 },
    { -1001, 0, 30, -1 }, /* nothing was committed */
    { INT64_MAX, 0, 1, INT64_MAX - 1 },
};

START_TEST(targets_are_between_the_first_record_and_the_committed_offset)
{
    ck_assert_int_eq(rewind_target(TARGETS[_i].committed, TARGETS[_i].low, TARGETS[_i].records), TARGETS[_i].target);
}
END_TEST

enum { PARTITIONS = 3, OFFSET_COMMIT = 8, LIMIT_MS = 3000 };

static const char TOPIC[] = "events", GROUP[] = "group";

struct cluster {
    rd_kafka_t *kafka;
    rd_kafka_mock_cluster_t *mock;
};

static rd_kafka_t *make_client(const char *brokers)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    rd_kafka_conf_set(conf, "group.id", GROUP, NULL, 0);
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers, NULL, 0);
    return rd_kafka_new(RD_KAFKA_CONSUMER, conf, NULL, 0);
}

static struct cluster make_cluster(void)
{
    struct cluster cluster;

    cluster.kafka = make_client("");
    cluster.mock = rd_kafka_mock_cluster_new(cluster.kafka, 1);
    rd_kafka_mock_topic_create(cluster.mock, TOPIC, PARTITIONS, 1);
    return cluster;
}

static void release(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy_flags(cluster->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

/* Commits partition 0 up to 100, partition 1 up to 10, and nothing of partition 2. */
static void commit_offsets(struct cluster *cluster)
{
    rd_kafka_t *kafka = make_client(rd_kafka_mock_cluster_bootstraps(cluster->mock));
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(2);

    rd_kafka_topic_partition_list_add(offsets, TOPIC, 0)->offset = 100;
    rd_kafka_topic_partition_list_add(offsets, TOPIC, 1)->offset = 10;
    ck_assert_int_eq(rd_kafka_commit(kafka, offsets, 0), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_destroy_flags(kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

static void check_committed(struct cluster *cluster, int64_t first, int64_t second)
{
    rd_kafka_t *kafka = make_client(rd_kafka_mock_cluster_bootstraps(cluster->mock));
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(PARTITIONS);

    rd_kafka_topic_partition_list_add_range(offsets, TOPIC, 0, PARTITIONS - 1);
    ck_assert_int_eq(rd_kafka_committed(kafka, offsets, 10000), RD_KAFKA_RESP_ERR_NO_ERROR);
    ck_assert_int_eq(offsets->elems[0].offset, first);
    ck_assert_int_eq(offsets->elems[1].offset, second);
    ck_assert_int_eq(offsets->elems[2].offset, RD_KAFKA_OFFSET_INVALID);
    rd_kafka_topic_partition_list_destroy(offsets);
    rd_kafka_destroy_flags(kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

static struct rewind_result set_back(struct cluster *cluster, int64_t records)
{
    static const struct option_values PROPERTIES = { 0 };
    const struct rewind_request request = { rd_kafka_mock_cluster_bootstraps(cluster->mock), TOPIC, GROUP, &PROPERTIES,
                                            PARTITIONS, records, LIMIT_MS };
    struct rewind *rewind = rewind_start(&request);
    const struct rewind_result *result;
    struct rewind_result copy;

    while (!(result = rewind_result(rewind)))
        poll(NULL, 0, 5);
    copy = *result;
    ck_assert(rewind_free(rewind));
    return copy;
}

START_TEST(offsets_are_set_back)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result;

    commit_offsets(&cluster);
    result = set_back(&cluster, 30);
    ck_assert_str_eq(result.text, "offsets set back in 2 partitions, by 40 records in total");
    ck_assert(result.is_done);
    ck_assert_int_eq(result.records, 40);
    check_committed(&cluster, 70, 0);
    release(&cluster);
}
END_TEST

START_TEST(without_committed_offsets_there_is_nothing_to_do)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result = set_back(&cluster, 0);

    ck_assert(!result.is_done);
    ck_assert_ptr_nonnull(strstr(result.text, "nothing to set back"));
    check_committed(&cluster, RD_KAFKA_OFFSET_INVALID, RD_KAFKA_OFFSET_INVALID);
    release(&cluster);
}
END_TEST

static const rd_kafka_resp_err_t OF_MEMBERS[] = { RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
                                                  RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
                                                  RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS };

static void answer_commits_with(struct cluster *cluster, rd_kafka_resp_err_t error, int count)
{
    for (int i = 0; i < count; i++)
        rd_kafka_mock_push_request_errors(cluster->mock, OFFSET_COMMIT, 1, error);
}

START_TEST(it_waits_until_the_members_are_gone)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result;

    commit_offsets(&cluster);
    answer_commits_with(&cluster, OF_MEMBERS[_i], 3);
    result = set_back(&cluster, 30);
    ck_assert_msg(result.is_done, "%s", result.text);
    ck_assert_int_eq(result.records, 40);
    check_committed(&cluster, 70, 0);
    release(&cluster);
}
END_TEST

START_TEST(members_that_stay_are_the_reason)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result;

    commit_offsets(&cluster);
    answer_commits_with(&cluster, OF_MEMBERS[_i], 100);
    result = set_back(&cluster, 30);
    ck_assert(!result.is_done);
    ck_assert_ptr_nonnull(strstr(result.text, "still has members after 3 s"));
    check_committed(&cluster, 100, 10);
    release(&cluster);
}
END_TEST

START_TEST(a_permission_that_is_missing_is_the_reason_at_once)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result;

    commit_offsets(&cluster);
    answer_commits_with(&cluster, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 1);
    result = set_back(&cluster, 30);
    ck_assert(!result.is_done);
    ck_assert_ptr_nonnull(strstr(result.text, "lacks the permission Read on group group"));
    check_committed(&cluster, 100, 10);
    release(&cluster);
}
END_TEST

/* The answer comes after the thread has given up waiting for it, and has sent the commit again. */
START_TEST(an_answer_that_is_lost_does_not_set_back_twice)
{
    struct cluster cluster = make_cluster();
    struct rewind_result result;

    commit_offsets(&cluster);
    rd_kafka_mock_broker_push_request_error_rtts(cluster.mock, 1, OFFSET_COMMIT, 1, RD_KAFKA_RESP_ERR_NO_ERROR, 1500);
    result = set_back(&cluster, 30);
    ck_assert_msg(result.is_done, "%s", result.text);
    check_committed(&cluster, 70, 0);
    release(&cluster);
}
END_TEST

START_TEST(it_can_be_ended_while_it_tries)
{
    struct cluster cluster = make_cluster();
    static const struct option_values PROPERTIES = { 0 };
    const struct rewind_request request = { "127.0.0.1:1", TOPIC, GROUP, &PROPERTIES, PARTITIONS, 0, 600000 };
    struct rewind *rewind = rewind_start(&request);

    poll(NULL, 0, 200);
    ck_assert_ptr_null(rewind_result(rewind));
    ck_assert(rewind_free(rewind));
    release(&cluster);
}
END_TEST

START_TEST(a_property_that_is_refused_is_the_reason)
{
    static const struct option_values PROPERTIES = { { "nonsense=1" }, 1 };
    const struct rewind_request request = { "127.0.0.1:1", TOPIC, GROUP, &PROPERTIES, PARTITIONS, 0, 600000 };
    struct rewind *rewind = rewind_start(&request);
    const struct rewind_result *result;

    while (!(result = rewind_result(rewind)))
        poll(NULL, 0, 5);
    ck_assert(!result->is_done);
    ck_assert_ptr_nonnull(strstr(result->text, "nonsense"));
    rewind_free(rewind);
}
END_TEST

SUITE_OF_ROWS("rewind", { targets_are_between_the_first_record_and_the_committed_offset, ROWS(TARGETS) },
              { offsets_are_set_back, 1 }, { without_committed_offsets_there_is_nothing_to_do, 1 },
              { it_waits_until_the_members_are_gone, ROWS(OF_MEMBERS) },
              { members_that_stay_are_the_reason, ROWS(OF_MEMBERS) },
              { a_permission_that_is_missing_is_the_reason_at_once, 1 },
              { an_answer_that_is_lost_does_not_set_back_twice, 1 }, { it_can_be_ended_while_it_tries, 1 },
              { a_property_that_is_refused_is_the_reason, 1 })
