/*
 * Which log it is, against librdkafka's mock cluster: records are read again, and compared.
 */
#include "recognise.h"

#include "suite.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>

enum { PARTITIONS = 2, RECORDS = 10, LIMIT_MS = 30000 };

static const char TOPIC[] = "events";

struct cluster {
    rd_kafka_t *kafka; /* hosts the cluster, and produces to it */
    rd_kafka_mock_cluster_t *mock;
    struct peek *peek;
};

/* Each value says where it is. */
static void fill(struct cluster *cluster)
{
    for (int i = 0; i < PARTITIONS * RECORDS; i++) {
        char value[32];

        snprintf(value, sizeof(value), "value %d", i);
        rd_kafka_producev(cluster->kafka, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(i % PARTITIONS),
                          RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value, strlen(value)),
                          RD_KAFKA_V_TIMESTAMP(1000000 + i), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END);
    }
    ck_assert_int_eq(rd_kafka_flush(cluster->kafka, LIMIT_MS), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static void start_cluster(struct cluster *cluster)
{
    static const struct option_values NONE = { { NULL }, 0 };
    char error[REASON_SIZE];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", NULL, 0);
    cluster->kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    cluster->mock = rd_kafka_handle_mock_cluster(cluster->kafka);
    rd_kafka_mock_topic_create(cluster->mock, TOPIC, PARTITIONS, 1);
    fill(cluster);
    cluster->peek = peek_new(rd_kafka_mock_cluster_bootstraps(cluster->mock), TOPIC, &NONE, error);
    ck_assert_msg(cluster->peek, "%s", error);
}

static void stop_cluster(struct cluster *cluster)
{
    peek_free(cluster->peek);
    rd_kafka_destroy(cluster->kafka);
}

/* The seam of the record there, as the consumer would have counted it. */
static struct seam seam_at(int32_t partition, int64_t offset)
{
    char value[32];
    const int number = (int)offset * PARTITIONS + partition;

    snprintf(value, sizeof(value), "value %d", number);
    return (struct seam){ offset, 1000000 + number, seam_hash("key", 3, value, strlen(value)) };
}

static struct known_log log_up_to(int32_t partition, int32_t log, int64_t next)
{
    return (struct known_log){ .partition = partition,
                               .log = log,
                               .next_offset = next,
                               .seam = seam_at(partition, next - 1),
                               .anchor = { .offset = OFFSET_UNKNOWN } };
}

static void look(struct cluster *cluster, struct known_log *known, size_t count, struct log_now *now)
{
    static const struct log_identity HERE = { "here", "" };
    const struct known_logs logs = { known, count };

    for (int32_t i = 0; i < PARTITIONS; i++)
        now[i] = (struct log_now){ .partition = i, .low = 0, .end_offset = RECORDS };
    ck_assert(recognise(cluster->peek, &HERE, &logs, now, PARTITIONS, LIMIT_MS));
}

static void assert_log(const struct log_now *now, int32_t log, bool is_new)
{
    ck_assert_msg(now->log == log && now->is_new == is_new, "log %d new %d, not log %d new %d", now->log, now->is_new,
                  log, is_new);
}

START_TEST(a_log_is_recognised_by_its_last_record)
{
    struct cluster cluster;
    struct known_log known[PARTITIONS];
    struct log_now now[PARTITIONS];

    start_cluster(&cluster);
    known[0] = log_up_to(0, 4, RECORDS);
    known[1] = log_up_to(1, 1, 3);
    look(&cluster, known, 2, now);
    assert_log(&now[0], 4, false);
    assert_log(&now[1], 1, false);
    ck_assert(!now[0].is_unsure && now[0].known == &known[0]);
    ck_assert_int_ge(now[0].broker, 0);
    known[0].seam.hash++;
    known[1].seam.append_time++;
    look(&cluster, known, 2, now);
    assert_log(&now[0], 5, true);
    assert_log(&now[1], 2, true);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(a_log_that_ends_before_is_another)
{
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 1, RECORDS + 1) };
    struct log_now now[PARTITIONS];

    start_cluster(&cluster);
    look(&cluster, known, 1, now);
    assert_log(&now[0], 2, true);
    ck_assert_msg(now[0].known == &known[0], "the one that was expected");
    assert_log(&now[1], 1, true);
    ck_assert_ptr_null(now[1].known);
    stop_cluster(&cluster);
}
END_TEST

/* The seam is of the log that is there now; the record that was compared before is not. */
START_TEST(an_anchor_that_differs_is_another_log)
{
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 1, 8) };
    struct log_now now[PARTITIONS];

    start_cluster(&cluster);
    known[0].anchor = seam_at(0, 3);
    look(&cluster, known, 1, now);
    assert_log(&now[0], 1, false);
    known[0].anchor.hash ^= 1;
    look(&cluster, known, 1, now);
    assert_log(&now[0], 2, true);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(an_older_log_may_be_there_again)
{
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 3, 8), log_up_to(0, 2, 5), log_up_to(0, 1, 4) };
    struct log_now now[PARTITIONS];

    start_cluster(&cluster);
    known[0].seam.hash++;
    known[1].anchor = seam_at(0, 2);
    known[1].anchor.hash++;
    look(&cluster, known, 3, now);
    assert_log(&now[0], 1, false);
    ck_assert_ptr_eq(now[0].known, &known[2]);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(another_cluster_or_topic_has_other_logs)
{
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 1, 8), log_up_to(1, 1, 8) };
    struct log_now now[PARTITIONS];

    start_cluster(&cluster);
    strcpy(known[0].identity.cluster_id, "elsewhere");
    strcpy(known[1].identity.cluster_id, "here");
    strcpy(known[1].identity.topic_id, "not known of the one that is there");
    look(&cluster, known, 2, now);
    assert_log(&now[0], 2, true);
    assert_log(&now[1], 1, false);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(what_was_deleted_cannot_be_compared)
{
    static const struct log_identity HERE = { "here", "topic" };
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 1, 4), log_up_to(1, 1, 4) };
    const struct known_logs logs = { known, 2 };
    struct log_now now[PARTITIONS] = { { .partition = 0, .low = 5, .end_offset = RECORDS },
                                       { .partition = 1, .low = 5, .end_offset = RECORDS } };

    start_cluster(&cluster);
    strcpy(known[1].identity.topic_id, "topic");
    ck_assert(recognise(cluster.peek, &HERE, &logs, now, PARTITIONS, LIMIT_MS));
    assert_log(&now[0], 1, false);
    assert_log(&now[1], 1, false);
    ck_assert_msg(now[0].is_unsure, "nothing is left to compare");
    ck_assert_msg(!now[1].is_unsure, "the topic's id says it");
    stop_cluster(&cluster);
}
END_TEST

START_TEST(without_an_answer_nothing_is_known)
{
    static const struct log_identity HERE = { "here", "" };
    enum { SHORT_MS = 500 };
    struct cluster cluster;
    struct known_log known[] = { log_up_to(0, 1, 4) };
    const struct known_logs logs = { known, 1 };
    struct log_now now = { .partition = 0, .low = 0, .end_offset = RECORDS };

    start_cluster(&cluster);
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    ck_assert(!recognise(cluster.peek, &HERE, &logs, &now, 1, SHORT_MS));
    stop_cluster(&cluster);
}
END_TEST

START_TEST(keys_and_values_that_are_missing_hash_otherwise)
{
    const int64_t hashes[] = { seam_hash(NULL, 0, NULL, 0), seam_hash("", 0, NULL, 0), seam_hash(NULL, 0, "", 0),
                               seam_hash("", 0, "", 0),     seam_hash("a", 1, "b", 1), seam_hash("b", 1, "a", 1),
                               seam_hash("", 0, "ab", 2),   seam_hash("ab", 2, "", 0) };
    enum { COUNT = sizeof(hashes) / sizeof(hashes[0]) };

    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < i; j++)
            ck_assert_int_ne(hashes[i], hashes[j]);
    }
}
END_TEST

SUITE("recognise", a_log_is_recognised_by_its_last_record, a_log_that_ends_before_is_another,
      an_anchor_that_differs_is_another_log, an_older_log_may_be_there_again, another_cluster_or_topic_has_other_logs,
      what_was_deleted_cannot_be_compared, without_an_answer_nothing_is_known,
      keys_and_values_that_are_missing_hash_otherwise)
