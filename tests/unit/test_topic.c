#define _POSIX_C_SOURCE 200809L
#include "topic.h"

#include "monotonic.h"
#include "stop.h"

#include "suite.h"

#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>

enum { PARTITIONS = 4, LATER_MS = 500, SOON_MS = 20000 /* by itself the wait ends after 60 s */ };

static const struct kafka_trouble TROUBLE;
static rd_kafka_t *cluster_rk;
static rd_kafka_mock_cluster_t *cluster;
static struct topic topic;

static void start_cluster(void)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    char error[256];

    cluster_rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof(error));
    cluster = rd_kafka_mock_cluster_new(cluster_rk, 1);
    ck_assert_ptr_nonnull(cluster);
    topic = (struct topic){ .brokers = rd_kafka_mock_cluster_bootstraps(cluster), .name = "events", .trouble = &TROUBLE };
    rd_kafka_conf_set(conf, "bootstrap.servers", topic.brokers, error, sizeof(error));
    rd_kafka_conf_set(conf, "allow.auto.create.topics", "false", error, sizeof(error)); /* as publisher.c has it */
    topic.rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    ck_assert_ptr_nonnull(topic.rk);
}

static void stop_cluster(void)
{
    topic_release(&topic);
    rd_kafka_destroy(topic.rk);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(cluster_rk);
}

static void *create_later(void *unused)
{
    poll(NULL, 0, LATER_MS);
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
    return unused;
}

static void *stop_later(void *unused)
{
    poll(NULL, 0, LATER_MS);
    raise(SIGTERM);
    return unused;
}

START_TEST(what_is_there_is_found)
{
    start_cluster();
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
    topic.create_partitions = PARTITIONS + 1; /* is told, no more */
    ck_assert_int_eq(topic_prepare(&topic), REPLAY_OK);
    ck_assert_int_eq(topic.partitions, PARTITIONS);
    ck_assert_int_eq(topic_await(&topic), REPLAY_OK);
    stop_cluster();
}
END_TEST

/* Another continent, or a VPN: each answer takes longer than the first wait for one. */
START_TEST(a_far_cluster_is_waited_for)
{
    start_cluster();
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
    ck_assert(!rd_kafka_mock_broker_set_rtt(cluster, 1, 900));
    ck_assert_int_eq(topic_prepare(&topic), REPLAY_OK);
    ck_assert_int_eq(topic.partitions, PARTITIONS);
    ck_assert(!topic_is_gone(&topic));
    topic.partitions = PARTITIONS + 1;
    for (int64_t limit = monotonic_ms() + SOON_MS; !topic_is_gone(&topic);)
        ck_assert_int_lt(monotonic_ms(), limit);
    stop_cluster();
}
END_TEST

/* Brokers do not make it by being asked, see foreign_kafka.t; the mock cluster does. */
START_TEST(what_is_missing_is_told)
{
    start_cluster();
    ck_assert_int_eq(topic_prepare(&topic), REPLAY_NO_TOPIC);
    stop_cluster();
}
END_TEST

START_TEST(what_comes_later_is_awaited)
{
    pthread_t creator;

    start_cluster();
    pthread_create(&creator, NULL, create_later, NULL);
    ck_assert_int_eq(topic_await(&topic), REPLAY_OK);
    ck_assert_int_eq(topic.partitions, PARTITIONS);
    pthread_join(creator, NULL);
    stop_cluster();
}
END_TEST

START_TEST(a_stop_ends_the_wait)
{
    pthread_t stopper;
    int64_t began = monotonic_ms();

    stop_on_signals();
    start_cluster();
    pthread_create(&stopper, NULL, stop_later, NULL);
    ck_assert_int_eq(topic_await(&topic), REPLAY_STOPPED);
    ck_assert_int_lt(monotonic_ms() - began, SOON_MS);
    pthread_join(stopper, NULL);
    stop_cluster();
}
END_TEST

START_TEST(offsets_that_go_back_tell_of_another_topic)
{
    static char value[] = "{}";

    start_cluster();
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
    for (int i = 0; i < 3; i++)
        ck_assert(!rd_kafka_producev(topic.rk, RD_KAFKA_V_TOPIC("events"), RD_KAFKA_V_PARTITION(0),
                                     RD_KAFKA_V_VALUE(value, 2), RD_KAFKA_V_END));
    ck_assert(!rd_kafka_flush(topic.rk, SOON_MS));
    ck_assert_int_eq(topic_await(&topic), REPLAY_OK);
    ck_assert(topic_grows(&topic, 1, 0));
    ck_assert(topic_grows(&topic, 1, 2));
    ck_assert(topic_grows(&topic, 1, 3));
    ck_assert(!topic_grows(&topic, 1, 3));
    ck_assert(!topic_grows(&topic, 0, 2)); /* was there before */
    ck_assert(topic_grows(&topic, 0, 3));
    stop_cluster();
}
END_TEST

START_TEST(what_is_missing_twice_is_gone)
{
    int64_t began = monotonic_ms();

    start_cluster();
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS - 1, 1);
    topic.partitions = PARTITIONS; /* when it was found */
    ck_assert(!topic_is_gone(&topic));
    while (!topic_is_gone(&topic))
        ck_assert_int_lt(monotonic_ms() - began, SOON_MS);
    stop_cluster();
}
END_TEST

START_TEST(what_is_there_is_not_gone)
{
    int64_t began = monotonic_ms();

    start_cluster();
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
    ck_assert_int_eq(topic_await(&topic), REPLAY_OK);
    while (monotonic_ms() - began < 3000) /* it looks once a second */
        ck_assert(!topic_is_gone(&topic));
    stop_cluster();
}
END_TEST

SUITE("topic", what_is_there_is_found, a_far_cluster_is_waited_for, what_is_missing_is_told,
      what_comes_later_is_awaited, a_stop_ends_the_wait, offsets_that_go_back_tell_of_another_topic, what_is_missing_twice_is_gone,
      what_is_there_is_not_gone)
