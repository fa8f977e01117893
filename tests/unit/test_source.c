/*
 * The consumer's Kafka side against librdkafka's mock cluster: what happens
 * when the coordinator refuses, forgets or rearranges its members.
 */
#define _POSIX_C_SOURCE 200809L
#include "source.h"

#include "suite.h"
#include "watched_log.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { PARTITIONS = 2, API_OFFSET_COMMIT = 8, API_HEARTBEAT = 12, LIMIT_S = 60 };

static const char TOPIC[] = "events";

struct cluster {
    rd_kafka_t *kafka; /* hosts the cluster, and produces to it */
    rd_kafka_mock_cluster_t *mock;
    struct option_values properties;
};

static void start_brokers(struct cluster *cluster, int brokers)
{
    char error[512];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    *cluster = (struct cluster){ .properties = { { "session.timeout.ms=6000", "heartbeat.interval.ms=200" }, 2 } };
    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    rd_kafka_conf_set(conf, "client.id", "host", NULL, 0);
    cluster->kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
    cluster->mock = rd_kafka_mock_cluster_new(cluster->kafka, brokers);
    rd_kafka_mock_topic_create(cluster->mock, TOPIC, PARTITIONS, 1);
}

static void start_cluster(struct cluster *cluster)
{
    start_brokers(cluster, 1);
}

static void stop_cluster(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->kafka);
}

static void produce(struct cluster *cluster, int32_t partition, int count)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *producer;
    char value[] = "value";

    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster->mock), NULL, 0);
    producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    for (int i = 0; i < count; i++) {
        rd_kafka_resp_err_t failed =
            rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(partition),
                              RD_KAFKA_V_KEY("key", 3), RD_KAFKA_V_VALUE(value, 5), RD_KAFKA_V_END);

        ck_assert_int_eq(failed, RD_KAFKA_RESP_ERR_NO_ERROR);
    }
    ck_assert_int_eq(rd_kafka_flush(producer, LIMIT_S * 1000), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
}

static struct source *join(struct cluster *cluster)
{
    const struct source_settings settings = { rd_kafka_mock_cluster_bootstraps(cluster->mock), TOPIC, "group",
                                              &cluster->properties };
    char error[SOURCE_ERROR_SIZE];
    struct source *source = source_new(&settings, error);

    ck_assert_msg(source, "%s", error);
    ck_assert(source_subscribe(source, error));
    return source;
}

struct record_place {
    int32_t partition;
    int64_t offset;
};

/* Polls until something happens that is neither NOTHING nor the end of a partition; a record is released. */
static enum source_event next_event(struct source *source, struct record_place *at)
{
    time_t limit = time(NULL) + LIMIT_S;
    struct record record;
    enum source_event event = SOURCE_NOTHING;

    while ((event == SOURCE_NOTHING || event == SOURCE_END) && time(NULL) < limit)
        event = source_poll(source, 100, &record);
    if (event == SOURCE_RECORD) {
        if (at)
            *at = (struct record_place){ record.partition, record.offset };
        source_release(&record);
    }
    return event;
}

static void assign_from(struct source *source, struct known_log *known, size_t count)
{
    const struct known_logs logs = { known, count };
    struct start *starts;
    size_t start_count;

    ck_assert(source_assign(source, &logs, &starts, &start_count));
    free(starts);
}

START_TEST(reads_nothing_before_it_is_told_where_to_start)
{
    struct cluster cluster;
    struct source *source;
    struct record record;

    start_cluster(&cluster);
    produce(&cluster, 0, 3);
    source = join(&cluster);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    for (int i = 0; i < 10; i++)
        ck_assert_int_eq(source_poll(source, 50, &record), SOURCE_NOTHING);
    assign_from(source, NULL, 0);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_RECORD);
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

static const struct {
    int64_t committed, applied, start;
} STARTS[] = {
    { 5, 3, 3 },
    { 3, 5, 3 },
    { 5, OFFSET_UNKNOWN, 0 },
    { OFFSET_UNKNOWN, 5, 0 },
    { 99, 3, 3 }, /* beyond the end: somebody set it */
    { 99, OFFSET_UNKNOWN, 0 },
    { 99, 99, 0 }, /* the partition is not the one that it was */
};

START_TEST(starts_at_the_smaller_of_committed_and_applied)
{
    struct known_log applied = { .log = 1, .next_offset = STARTS[_i].applied, .seam.offset = OFFSET_UNKNOWN };
    struct record_place at;
    struct cluster cluster;
    struct source *source;

    start_cluster(&cluster);
    produce(&cluster, 0, 8);
    source = join(&cluster);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    if (STARTS[_i].committed != OFFSET_UNKNOWN)
        source_commit_wait(source, &(struct partition_offset){ 0, STARTS[_i].committed }, 1);
    assign_from(source, &applied, STARTS[_i].applied == OFFSET_UNKNOWN ? 0 : 1);
    ck_assert_int_eq(next_event(source, &at), SOURCE_RECORD);
    ck_assert_int_eq(at.offset, STARTS[_i].start);
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

static const rd_kafka_resp_err_t COMMIT_ERRORS[] = {
    RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION,
    RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
    RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
    RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
};

/* A commit that is refused is neither lost for good nor the end of the member. */
START_TEST(a_refused_commit_is_survived)
{
    const struct partition_offset next = { 0, 2 };
    struct cluster cluster;
    struct source *source;
    enum source_event event;

    start_cluster(&cluster);
    produce(&cluster, 0, 3);
    source = join(&cluster);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    assign_from(source, NULL, 0);
    rd_kafka_mock_push_request_errors(cluster.mock, API_OFFSET_COMMIT, 1, COMMIT_ERRORS[_i]);
    source_commit_wait(source, &next, 1);
    ck_assert_msg(!source_has_committed(source, &next, 1), "the error was not injected");

    while ((event = next_event(source, NULL)) != SOURCE_RECORD) { /* librdkafka may join again */
        ck_assert(event == SOURCE_LOST || event == SOURCE_REVOKED || event == SOURCE_ASSIGNED);
        if (event == SOURCE_ASSIGNED)
            assign_from(source, NULL, 0);
        else
            source_unassign(source);
    }
    source_commit_wait(source, &next, 1);
    ck_assert(source_has_committed(source, &next, 1));
    ck_assert_msg(!source_has_committed(source, &(struct partition_offset){ 0, 3 }, 1), "more than was asked for");
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(a_member_that_was_forgotten_loses_its_partitions_and_gets_new_ones)
{
    struct cluster cluster;
    struct source *source;
    enum source_event event;

    start_cluster(&cluster);
    source = join(&cluster);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    assign_from(source, NULL, 0);
    rd_kafka_mock_push_request_errors(cluster.mock, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_LOST);
    source_unassign(source);
    event = next_event(source, NULL);
    ck_assert_int_eq(event, SOURCE_ASSIGNED);
    assign_from(source, NULL, 0);
    produce(&cluster, 1, 1);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_RECORD);
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

/* Another process uses the same group.instance.id: librdkafka's fatal error of a consumer. */
START_TEST(a_fatal_error_is_told_and_the_source_can_be_freed)
{
    struct cluster cluster;
    struct source *source;

    start_cluster(&cluster);
    cluster.properties.values[cluster.properties.count++] = "group.instance.id=static";
    source = join(&cluster);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    assign_from(source, NULL, 0);
    rd_kafka_mock_push_request_errors(cluster.mock, API_HEARTBEAT, 1, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID);
    ck_assert_int_eq(next_event(source, NULL), SOURCE_FATAL);
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

/* What happened last, after another look; partitions are given back when asked for, however often the group rebalances. */
static enum source_event answer(struct source *source, enum source_event last)
{
    struct record record;
    enum source_event event = source_poll(source, 50, &record);

    if (event == SOURCE_REVOKED || event == SOURCE_LOST)
        source_unassign(source);
    return event == SOURCE_NOTHING ? last : event;
}

START_TEST(a_second_member_takes_over_in_good_order)
{
    struct cluster cluster;
    struct source *first, *second;
    enum source_event of_first = SOURCE_NOTHING, of_second = SOURCE_NOTHING;
    time_t limit = time(NULL) + LIMIT_S;

    start_cluster(&cluster);
    first = join(&cluster);
    ck_assert_int_eq(next_event(first, NULL), SOURCE_ASSIGNED);
    assign_from(first, NULL, 0);
    second = join(&cluster);
    while (of_first != SOURCE_REVOKED && time(NULL) < limit)
        of_first = answer(first, of_first);
    ck_assert_int_eq(of_first, SOURCE_REVOKED);
    while ((of_first != SOURCE_ASSIGNED || of_second != SOURCE_ASSIGNED) && time(NULL) < limit) {
        of_first = answer(first, of_first);
        of_second = answer(second, of_second);
    }
    ck_assert_int_eq(of_first, SOURCE_ASSIGNED);
    ck_assert_int_eq(of_second, SOURCE_ASSIGNED);
    source_free(second); /* an unanswered assignment must not block the close */
    source_free(first);
    stop_cluster(&cluster);
}
END_TEST

static bool logs(struct source *source, const char *words, int seconds)
{
    time_t limit = time(NULL) + seconds;
    struct record record;

    while (!strstr(watched_log(), words) && time(NULL) < limit)
        ck_assert_int_ne(source_poll(source, 50, &record), SOURCE_RECORD);
    return strstr(watched_log(), words) != NULL;
}

/* Nothing is left to read: no record shows that there is a broker. */
static struct source *idle(struct cluster *cluster)
{
    struct source *source = join(cluster);

    ck_assert_int_eq(next_event(source, NULL), SOURCE_ASSIGNED);
    assign_from(source, NULL, 0);
    watch_log();
    return source;
}

static const char AWAY[] = "no broker can be reached", BACK[] = "a broker answers again";

START_TEST(an_idle_source_notices_that_brokers_are_back)
{
    struct cluster cluster;
    struct source *source;

    start_cluster(&cluster);
    source = idle(&cluster);
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    ck_assert(logs(source, AWAY, LIMIT_S));
    ck_assert(!strstr(watched_log(), BACK));
    rd_kafka_mock_broker_set_up(cluster.mock, 1);
    ck_assert(logs(source, BACK, LIMIT_S));
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(a_broker_that_still_answers_is_enough)
{
    enum { LONGER_THAN_IT_WAITS_S = 12 };
    struct cluster cluster;
    struct source *source;

    start_brokers(&cluster, 3);
    rd_kafka_mock_coordinator_set(cluster.mock, "group", "group", 1);
    source = idle(&cluster);
    rd_kafka_mock_broker_set_down(cluster.mock, 2);
    rd_kafka_mock_broker_set_down(cluster.mock, 3);
    ck_assert_msg(!logs(source, AWAY, LONGER_THAN_IT_WAITS_S), "%s", watched_log());
    rd_kafka_mock_broker_set_down(cluster.mock, 1);
    ck_assert(logs(source, AWAY, LIMIT_S));
    source_free(source);
    stop_cluster(&cluster);
}
END_TEST

START_TEST(settings_that_the_guarantees_rest_on_cannot_be_changed)
{
    static const struct option_values PROPERTIES = { { "enable.auto.commit=true" }, 1 };
    static const struct source_settings SETTINGS = { "127.0.0.1:1", "events", "group", &PROPERTIES };
    char error[SOURCE_ERROR_SIZE];

    ck_assert_ptr_null(source_new(&SETTINGS, error));
    ck_assert_msg(strstr(error, "enable.auto.commit"), "%s", error);
}
END_TEST

START_TEST(a_missing_topic_is_told_from_a_silent_broker)
{
    static const struct option_values NONE = { { NULL }, 0 };
    struct cluster cluster;
    char error[SOURCE_ERROR_SIZE];
    struct source_settings settings = { .topic = TOPIC, .group = "group", .properties = &NONE };
    struct source *source;

    start_cluster(&cluster);
    settings.brokers = rd_kafka_mock_cluster_bootstraps(cluster.mock);
    source = source_new(&settings, error);
    ck_assert_int_eq(source_find_topic(source, error), SOURCE_FOUND);
    source_free(source);

    rd_kafka_mock_topic_set_error(cluster.mock, "missing", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
    settings.topic = "missing";
    source = source_new(&settings, error);
    ck_assert_int_eq(source_find_topic(source, error), SOURCE_NO_TOPIC);
    source_free(source);
    stop_cluster(&cluster);

    settings.brokers = "127.0.0.1:1";
    source = source_new(&settings, error);
    ck_assert_int_eq(source_find_topic(source, error), SOURCE_NO_ANSWER);
    source_free(source);
}
END_TEST

SUITE_OF_ROWS("source", { reads_nothing_before_it_is_told_where_to_start, 1 },
              { starts_at_the_smaller_of_committed_and_applied, ROWS(STARTS) },
              { a_refused_commit_is_survived, ROWS(COMMIT_ERRORS) },
              { a_member_that_was_forgotten_loses_its_partitions_and_gets_new_ones, 1 },
              { a_fatal_error_is_told_and_the_source_can_be_freed, 1 }, { a_second_member_takes_over_in_good_order, 1 },
              { an_idle_source_notices_that_brokers_are_back, 1 }, { a_broker_that_still_answers_is_enough, 1 },
              { settings_that_the_guarantees_rest_on_cannot_be_changed, 1 },
              { a_missing_topic_is_told_from_a_silent_broker, 1 })
