#define _POSIX_C_SOURCE 200809L
#include "publisher.h"

#include "event_id.h"
#include "stop.h"

#include "olist.h"
#include "suite.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PRODUCE = 0 /* the request's number in Kafka's protocol */, PARTITIONS = 4, EVENTS = 200 * OLIST_TYPES };
enum { CRASHES_ON_TOPIC_ERROR = 0x020800ff /* the mock cluster's error of a topic ends this version in SIGSEGV */ };

static rd_kafka_t *rk;
static rd_kafka_mock_cluster_t *cluster;
static struct option_values properties;
static struct publisher *publisher;

static void start_cluster(void)
{
    char error[256];

    rk = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), error, sizeof(error));
    cluster = rd_kafka_mock_cluster_new(rk, 1);
    ck_assert_ptr_nonnull(cluster);
    rd_kafka_mock_topic_create(cluster, "events", PARTITIONS, 1);
}

static void stop_cluster(void)
{
    publisher_free(publisher);
    rd_kafka_mock_cluster_destroy(cluster);
    rd_kafka_destroy(rk);
}

static struct publisher *open_topic(const char *topic, enum replay_end *end)
{
    struct publisher_config config = { .form = &olist()->form, .brokers = rd_kafka_mock_cluster_bootstraps(cluster), .topic = topic,
                                       .properties = &properties };

    return publisher_open(&config, end);
}

static void open_publisher(void)
{
    enum replay_end end;

    start_cluster();
    publisher = open_topic("events", &end);
    ck_assert_ptr_nonnull(publisher);
    ck_assert_int_eq(publisher_partitions(publisher), PARTITIONS);
}

static enum publisher_result send_event(int number, const char *payload)
{
    struct event event = { .type = olist_type(number % OLIST_TYPES), .at = 1000 + number };

    snprintf(event.order_id, sizeof(event.order_id), "order-%d", number / OLIST_TYPES);
    event.id = event_id_make(event.order_id, event.type, event.at);
    return publisher_send(publisher, &event, payload);
}

static void send_events(int count)
{
    for (int i = 0; i < count; i++)
        ck_assert_int_eq(send_event(i, "{}"), PUBLISHER_OK);
}

static uint64_t acknowledged(void)
{
    return tally_total(&publisher_counts(publisher)->acknowledged);
}

static uint64_t accounted_for(void)
{
    const struct publisher_counts *counts = publisher_counts(publisher);

    return acknowledged() + counts->failed + counts->not_sent + counts->unknown;
}

START_TEST(every_event_is_acknowledged)
{
    const struct tally *tally;

    open_publisher();
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    tally = &publisher_counts(publisher)->acknowledged;
    for (int type = 0; type < OLIST_TYPES; type++)
        ck_assert_uint_eq(tally->events[type], EVENTS / OLIST_TYPES);
    ck_assert_int_eq(tally->first_at, 1000);
    ck_assert_int_eq(tally->last_at, 1000 + EVENTS - 1);
    ck_assert_uint_eq(accounted_for(), EVENTS);
    stop_cluster();
}
END_TEST

START_TEST(what_passes_is_retried)
{
    open_publisher();
    rd_kafka_mock_push_request_errors(cluster, PRODUCE, 4, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                      RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
                                      RD_KAFKA_RESP_ERR__TRANSPORT);
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_eq(acknowledged(), EVENTS);
    stop_cluster();
}
END_TEST

/* In the one partition each number comes after all that are less. It may be there twice. */
static void check_order(int count)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_topic_partition_list_t *start = rd_kafka_topic_partition_list_new(1);
    rd_kafka_t *consumer;
    char error[256];
    int next = 0;

    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster), error, sizeof(error));
    rd_kafka_conf_set(conf, "group.id", "order", error, sizeof(error));
    consumer = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    ck_assert_ptr_nonnull(consumer);
    rd_kafka_topic_partition_list_add(start, "single", 0)->offset = 0;
    rd_kafka_assign(consumer, start);
    while (next < count) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer, 10000);

        ck_assert_ptr_nonnull(message);
        if (!message->err) {
            int number = (int)strtol((const char *)message->key + strlen("order-"), NULL, 10);

            ck_assert_int_le(number, next);
            next += number == next;
        }
        rd_kafka_message_destroy(message);
    }
    rd_kafka_topic_partition_list_destroy(start);
    rd_kafka_destroy(consumer);
}

static void start_single(void)
{
    start_cluster();
    rd_kafka_mock_topic_create(cluster, "single", 1, 1);
    rd_kafka_mock_broker_set_rtt(cluster, 1, 20); /* time enough to get the next batch ready */
}

/* Events from this number up to that one, each of an order of its own. */
static void send_single(int from, int to, int errors_every)
{
    enum replay_end end;

    publisher = open_topic("single", &end);
    ck_assert_ptr_nonnull(publisher);
    for (int i = from; i < to; i++) {
        if (i % errors_every == 0)
            rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
        ck_assert_int_eq(send_event(i * OLIST_TYPES, "{}"), PUBLISHER_OK);
    }
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_eq(acknowledged(), to - from);
}

/* A broker that answers with an error, as one that has just come back: what is behind the batch must not overtake it. */
START_TEST(order_survives_errors)
{
    enum { COUNT = 300 };

    properties = (struct option_values){ { "batch.num.messages=5" }, 1 };
    start_single();
    send_single(0, COUNT, 50);
    check_order(COUNT);
    stop_cluster();
}
END_TEST

/* Events that wait until librdkafka knows the partitions may leave in several batches. */
START_TEST(the_first_round_leaves_whole)
{
    enum { PUBLISHERS = 20, COUNT = 50 };

    start_single();
    for (int i = 0; i < PUBLISHERS; i++) {
        send_single(i * COUNT, (i + 1) * COUNT, COUNT);
        publisher_free(publisher);
    }
    publisher = NULL;
    check_order(PUBLISHERS * COUNT);
    stop_cluster();
}
END_TEST

START_TEST(what_is_refused_for_good_is_counted)
{
    open_publisher();
    rd_kafka_mock_push_request_errors(cluster, PRODUCE, 1, RD_KAFKA_RESP_ERR_INVALID_RECORD);
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_gt(publisher_counts(publisher)->failed, 0);
    ck_assert_uint_lt(publisher_counts(publisher)->failed, EVENTS);
    ck_assert_uint_eq(acknowledged() + publisher_counts(publisher)->failed, EVENTS);
    stop_cluster();
}
END_TEST

START_TEST(an_event_too_large_is_counted)
{
    enum { LARGE = 2000000 };
    char *payload = malloc(LARGE + 1);

    memset(payload, ' ', LARGE);
    payload[LARGE] = '\0';
    open_publisher();
    ck_assert_int_eq(send_event(0, payload), PUBLISHER_OK);
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_eq(publisher_counts(publisher)->failed, 1);
    ck_assert_uint_eq(acknowledged(), EVENTS);
    free(payload);
    stop_cluster();
}
END_TEST

START_TEST(an_outage_is_waited_out)
{
    open_publisher();
    send_events(EVENTS / 2);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    rd_kafka_mock_broker_set_down(cluster, 1);
    ck_assert_int_eq(send_event(0, "{}"), PUBLISHER_OK); /* a second one would wait for it, if it came late enough */
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(publisher_serve(publisher, 200), PUBLISHER_OK);
    ck_assert_uint_eq(acknowledged(), EVENTS / 2);
    rd_kafka_mock_broker_set_up(cluster, 1);
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_eq(acknowledged(), EVENTS / 2 + 1 + EVENTS);
    stop_cluster();
}
END_TEST

static void *know_topic_again(void *unused)
{
    poll(NULL, 0, 400);
    rd_kafka_mock_topic_set_error(cluster, "events", RD_KAFKA_RESP_ERR_NO_ERROR);
    return unused;
}

/* A broker that starts may not know its topics yet. */
START_TEST(a_topic_that_is_not_known_for_a_moment_is_waited_for)
{
    pthread_t later;

    if (rd_kafka_version() >= CRASHES_ON_TOPIC_ERROR)
        return;
    properties = (struct option_values){ { "topic.metadata.refresh.interval.ms=50" }, 1 };
    open_publisher();
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    rd_kafka_mock_topic_set_error(cluster, "events", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(publisher_serve(publisher, 100), PUBLISHER_OK);
    pthread_create(&later, NULL, know_topic_again, NULL);
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    pthread_join(later, NULL);
    ck_assert_uint_eq(acknowledged(), 2 * EVENTS);
    stop_cluster();
}
END_TEST

START_TEST(a_full_queue_is_waited_for)
{
    properties = (struct option_values){ { "queue.buffering.max.messages=100" }, 1 };
    open_publisher();
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK);
    ck_assert_uint_eq(acknowledged(), EVENTS);
    stop_cluster();
}
END_TEST

START_TEST(abandoned_events_are_not_sent)
{
    open_publisher();
    rd_kafka_mock_broker_set_down(cluster, 1);
    ck_assert_int_eq(send_event(0, "{}"), PUBLISHER_OK);
    publisher_abandon(publisher);
    ck_assert_uint_eq(publisher_counts(publisher)->not_sent, 1);
    ck_assert_uint_eq(accounted_for(), 1);
    stop_cluster();
}
END_TEST

/* Sent, and no answer yet: nobody can tell whether they arrived. */
START_TEST(abandoned_events_on_their_way_are_unknown)
{
    open_publisher();
    send_events(EVENTS);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_OK); /* what else it asks the broker is answered too */
    rd_kafka_mock_broker_set_rtt(cluster, 1, 30000);
    ck_assert_int_eq(send_event(0, "{}"), PUBLISHER_OK);
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(publisher_serve(publisher, 100), PUBLISHER_OK);
    publisher_abandon(publisher);
    ck_assert_uint_eq(publisher_counts(publisher)->unknown, 1);
    ck_assert_uint_eq(accounted_for(), EVENTS + 1);
    stop_cluster();
}
END_TEST

START_TEST(a_stop_ends_every_wait)
{
    stop_on_signals();
    open_publisher();
    send_events(EVENTS);
    raise(SIGTERM);
    ck_assert_int_eq(publisher_serve(publisher, 0), PUBLISHER_STOPPED);
    ck_assert_int_eq(publisher_finish(publisher), PUBLISHER_STOPPED);
    ck_assert_int_eq(send_event(0, "{}"), PUBLISHER_STOPPED);
    publisher_abandon(publisher);
    ck_assert_uint_eq(accounted_for(), EVENTS);
    stop_cluster();
}
END_TEST

START_TEST(a_missing_topic_is_refused)
{
    enum replay_end end;

    start_cluster();
    ck_assert_ptr_null(open_topic("missing", &end));
    ck_assert_int_eq(end, REPLAY_NO_TOPIC);
    stop_cluster();
}
END_TEST

START_TEST(what_the_guarantees_rest_on_cannot_be_changed)
{
    static const char *const FIXED[] = {
        "acks=1", "request.required.acks=1", "enable.idempotence=true", "linger.ms=5",
        "queue.buffering.max.ms=5", "retries=0", "message.send.max.retries=0", "message.timeout.ms=5",
        "delivery.timeout.ms=5", "partitioner=random", "queuing.strategy=lifo", "delivery.report.only.error=true",
        "allow.auto.create.topics=true", "no.such.property=1", "=1", "acks",
    };

    start_cluster();
    for (size_t i = 0; i < sizeof(FIXED) / sizeof(FIXED[0]); i++) {
        enum replay_end end;

        properties = (struct option_values){ { FIXED[i] }, 1 };
        ck_assert_msg(open_topic("events", &end) == NULL, "%s", FIXED[i]);
        ck_assert_int_eq(end, REPLAY_WRONG_PROPERTIES);
    }
    stop_cluster();
}
END_TEST

SUITE("publisher", every_event_is_acknowledged, what_passes_is_retried, order_survives_errors, the_first_round_leaves_whole,
      what_is_refused_for_good_is_counted, an_event_too_large_is_counted, an_outage_is_waited_out,
      a_topic_that_is_not_known_for_a_moment_is_waited_for, a_full_queue_is_waited_for, abandoned_events_are_not_sent,
      abandoned_events_on_their_way_are_unknown, a_stop_ends_every_wait, a_missing_topic_is_refused,
      what_the_guarantees_rest_on_cannot_be_changed)
