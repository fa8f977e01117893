/* What a search finds in the log of librdkafka's mock cluster, and what it says if it cannot search. */
#define _POSIX_C_SOURCE 200809L
#include "log_search.h"

#include "suite.h"

#include <cjson/cJSON.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum { PARTITIONS = 3, FETCH = 1, FIND_COORDINATOR = 10, SEVERAL_CHUNKS = 60000 };

static const char TOPIC[] = "events";
static const struct option_values NO_PROPERTIES = { 0 };

struct cluster {
    rd_kafka_t *kafka; /* a producer */
    rd_kafka_mock_cluster_t *mock;
};

static struct cluster make_cluster(void)
{
    struct cluster cluster;
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    rd_kafka_conf_set(conf, "test.mock.num.brokers", "1", NULL, 0);
    cluster.kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    cluster.mock = rd_kafka_handle_mock_cluster(cluster.kafka);
    rd_kafka_mock_topic_create(cluster.mock, TOPIC, PARTITIONS, 1);
    return cluster;
}

static void put(struct cluster *cluster, int partition, const char *key, const char *value)
{
    ck_assert_int_eq(rd_kafka_producev(cluster->kafka, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(partition),
                                       RD_KAFKA_V_KEY(key, key ? strlen(key) : 0),
                                       RD_KAFKA_V_VALUE((void *)(uintptr_t)value, value ? strlen(value) : 0),
                                       RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_END),
                     RD_KAFKA_RESP_ERR_NO_ERROR);
}

static void append(struct cluster *cluster, int partition, const char *key, const char *value)
{
    put(cluster, partition, key, value);
    ck_assert_int_eq(rd_kafka_flush(cluster->kafka, 10000), RD_KAFKA_RESP_ERR_NO_ERROR);
}

static struct questions *start(struct cluster *cluster)
{
    return log_search_start(rd_kafka_mock_cluster_bootstraps(cluster->mock), TOPIC, "group", &NO_PROPERTIES);
}

static enum question_result ask(struct questions *search, const char *key, char **text)
{
    struct question *question = questions_ask(search, 0, key);

    while (!question_is_answered(question))
        poll(NULL, 0, 5);
    return question_take(question, text);
}

static void check_says(struct questions *search, enum question_result result, const char *part)
{
    char *text = NULL;

    ck_assert_int_eq(ask(search, "a", &text), result);
    ck_assert_ptr_nonnull(strstr(text, part));
    free(text);
}

/* On a busy machine a search may run out of time: then it is made again. */
static enum question_result ask_until_complete(struct questions *search, const char *key, char **text)
{
    enum question_result result;

    for (int tries = 0; (result = ask(search, key, text)) == QUESTION_ANSWERED && tries < 10; tries++) {
        cJSON *json = cJSON_Parse(*text);
        double searched = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "searched"));
        double held = cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "held"));

        cJSON_Delete(json);
        if (searched >= held)
            break;
        free(*text);
    }
    return result;
}

/* The answer, without timestamps: those are now. */
static void check_answer(struct questions *search, const char *key, const char *expected)
{
    char *text = NULL, *found;
    cJSON *json, *record;

    ck_assert_int_eq(ask_until_complete(search, key, &text), QUESTION_ANSWERED);
    json = cJSON_Parse(text);
    cJSON_ArrayForEach(record, cJSON_GetObjectItemCaseSensitive(json, "records")) {
        ck_assert(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(record, "timestamp")) > 1.6e12);
        cJSON_DeleteItemFromObjectCaseSensitive(record, "timestamp");
    }
    found = cJSON_PrintUnformatted(json);
    ck_assert_str_eq(found, expected);
    free(found);
    cJSON_Delete(json);
    free(text);
}

static void release(struct cluster *cluster, struct questions *search)
{
    ck_assert(questions_stop(search, 10000));
    rd_kafka_destroy(cluster->kafka);
}

START_TEST(finds_all_records_of_a_key)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);

    append(&cluster, 2, "a", "{\"eventId\":\"1\",\"eventType\":\"PLACED\"}");
    append(&cluster, 0, "b", "{\"eventId\":\"2\",\"eventType\":\"PLACED\"}");
    append(&cluster, 0, "a", "{\"eventId\":\"1\",\"eventType\":\"PLACED\"}");
    append(&cluster, 2, "ab", "{}");
    append(&cluster, 2, NULL, "{}");
    append(&cluster, 2, "a", "{\"eventId\":\"3\",\"eventType\":\"DELI\\nVERED\"}");
    check_answer(search, "a",
                 "{\"topic\":\"events\",\"order\":\"a\",\"found\":3,\"searched\":6,\"held\":6,\"records\":["
                 "{\"partition\":0,\"offset\":1,\"eventId\":\"1\",\"eventType\":\"PLACED\"},"
                 "{\"partition\":2,\"offset\":0,\"eventId\":\"1\",\"eventType\":\"PLACED\"},"
                 "{\"partition\":2,\"offset\":3,\"eventId\":\"3\",\"eventType\":\"DELI?VERED\"}]}");
    append(&cluster, 1, "a", NULL);
    append(&cluster, 1, "a", "no JSON");
    append(&cluster, 1, "a", "[\"eventId\"]");
    check_answer(search, "nobody",
                 "{\"topic\":\"events\",\"order\":\"nobody\",\"found\":0,\"searched\":9,\"held\":9,\"records\":[]}");
    append(&cluster, 1, "c", "{\"eventId\":7}");
    check_answer(search, "c",
                 "{\"topic\":\"events\",\"order\":\"c\",\"found\":1,\"searched\":10,\"held\":10,\"records\":["
                 "{\"partition\":1,\"offset\":3,\"eventId\":null,\"eventType\":null}]}");
    release(&cluster, search);
}
END_TEST

START_TEST(an_empty_log_has_no_records)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);

    check_answer(search, "a",
                 "{\"topic\":\"events\",\"order\":\"a\",\"found\":0,\"searched\":0,\"held\":0,\"records\":[]}");
    release(&cluster, search);
}
END_TEST

START_TEST(many_records_are_counted_and_some_are_listed)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);
    char *text = NULL;
    cJSON *json;

    for (int i = 0; i < LOG_SEARCH_RECORDS + 1; i++)
        append(&cluster, 1, "a", "{}");
    ck_assert_int_eq(ask_until_complete(search, "a", &text), QUESTION_ANSWERED);
    json = cJSON_Parse(text);
    ck_assert_int_eq(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "records")), LOG_SEARCH_RECORDS);
    ck_assert_double_eq(cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(json, "found")), LOG_SEARCH_RECORDS + 1);
    cJSON_Delete(json);
    free(text);
    release(&cluster, search);
}
END_TEST

START_TEST(a_long_log_is_searched_to_its_beginning)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);

    append(&cluster, 1, "a", "{}");
    for (int i = 0; i < SEVERAL_CHUNKS; i++) {
        put(&cluster, i % PARTITIONS, "b", "{}");
        if (i % 10000 == 0)
            rd_kafka_flush(cluster.kafka, 10000);
    }
    rd_kafka_flush(cluster.kafka, 10000);
    append(&cluster, 1, "a", "{}");
    check_answer(search, "a",
                 "{\"topic\":\"events\",\"order\":\"a\",\"found\":2,\"searched\":60002,\"held\":60002,\"records\":["
                 "{\"partition\":1,\"offset\":0,\"eventId\":null,\"eventType\":null},"
                 "{\"partition\":1,\"offset\":20001,\"eventId\":null,\"eventType\":null}]}");
    release(&cluster, search);
}
END_TEST

/* What was not read counts as not searched. */
START_TEST(a_slow_broker_ends_the_search)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);

    append(&cluster, 1, "a", "{}");
    for (int i = 0; i < 100; i++)
        rd_kafka_mock_broker_push_request_error_rtts(cluster.mock, 1, FETCH, 1, RD_KAFKA_RESP_ERR_NO_ERROR,
                                                     2 * LOG_SEARCH_MS);
    check_says(search, QUESTION_ANSWERED, "\"found\":0,\"searched\":0,\"held\":1,\"records\":[]}");
    release(&cluster, search);
}
END_TEST

START_TEST(a_missing_permission_is_named)
{
    struct cluster cluster = make_cluster();
    struct questions *search = start(&cluster);

    append(&cluster, 1, "a", "{}");
    for (int i = 0; i < 100; i++)
        rd_kafka_mock_push_request_errors(cluster.mock, FETCH, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    check_says(search, QUESTION_AWAY, "lacks the permission Read on topic events");
    release(&cluster, search);
}
END_TEST

/* The group is nothing to a search, and the properties are those of other programs. */
START_TEST(other_permissions_and_properties_do_not_matter)
{
    static const struct option_values PROPERTIES = {
        { "message.max.bytes=10000000", "allow.auto.create.topics=true", "queued.max.messages.kbytes=1048576" }, 3
    };
    struct cluster cluster = make_cluster();
    struct questions *search =
        log_search_start(rd_kafka_mock_cluster_bootstraps(cluster.mock), TOPIC, "group", &PROPERTIES);

    for (int i = 0; i < 100; i++)
        rd_kafka_mock_push_request_errors(cluster.mock, FIND_COORDINATOR, 1,
                                          RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED);
    append(&cluster, 1, "a", NULL);
    check_answer(search, "a",
                 "{\"topic\":\"events\",\"order\":\"a\",\"found\":1,\"searched\":1,\"held\":1,\"records\":["
                 "{\"partition\":1,\"offset\":0,\"eventId\":null,\"eventType\":null}]}");
    check_answer(search, "b",
                 "{\"topic\":\"events\",\"order\":\"b\",\"found\":0,\"searched\":1,\"held\":1,\"records\":[]}");
    release(&cluster, search);
}
END_TEST

START_TEST(a_cluster_that_nobody_can_reach_is_named)
{
    struct questions *search = log_search_start("127.0.0.1:1", TOPIC, "group", &NO_PROPERTIES);

    check_says(search, QUESTION_AWAY, "127.0.0.1:1");
    ck_assert(questions_stop(search, 10000));
}
END_TEST

SUITE("log_search", finds_all_records_of_a_key, an_empty_log_has_no_records,
      many_records_are_counted_and_some_are_listed, a_long_log_is_searched_to_its_beginning,
      a_slow_broker_ends_the_search, a_missing_permission_is_named, other_permissions_and_properties_do_not_matter,
      a_cluster_that_nobody_can_reach_is_named)
