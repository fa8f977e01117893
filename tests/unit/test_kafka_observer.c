/*
 * The observer outlives whatever a broker answers, against librdkafka's mock
 * cluster. That does not know DescribeGroups, so no look finds a group here; what a
 * look finds is for tests/integration/monitor.t. Errors of a topic in metadata are not
 * among the answers: the mock cluster sends partitions with them, as no broker does,
 * and librdkafka 2.8.0 ends there if it has not had any before.
 */
#include "kafka_observer.h"

#include "suite.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <string.h>

enum { PARTITIONS = 2, ANSWERS = 200 };
enum api { LIST_OFFSETS = 2, OFFSET_FETCH = 9, FIND_COORDINATOR = 10 };

static const struct {
    enum api api;
    rd_kafka_resp_err_t error;
    int delay_ms;
} CASES[] = {
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, 0 }, /* while a broker starts or another takes over */
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 0 },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, 0 },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, 0 },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR__TRANSPORT, 0 }, /* hangs up */
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, 0 },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, 0 },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, 0 },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, 0 },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_NO_ERROR, KAFKA_LOOK_MS + 500 }, /* an answer to a question that is given up */
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_NO_ERROR, KAFKA_LOOK_MS + 500 },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_NO_ERROR, KAFKA_LOOK_MS + 500 },
};

static void answer_with(rd_kafka_mock_cluster_t *mock, enum api api, rd_kafka_resp_err_t error, int delay_ms)
{
    for (int i = 0; i < ANSWERS; i++)
        rd_kafka_mock_broker_push_request_error_rtts(mock, 1, (int16_t)api, 1, error, delay_ms);
}

START_TEST(it_outlives_errors)
{
    static const struct option_values NONE = { 0 };
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *kafka;
    rd_kafka_mock_cluster_t *mock;
    struct kafka_observer *observer;
    char error[KAFKA_OBSERVER_ERROR_SIZE];

    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    mock = rd_kafka_mock_cluster_new(kafka, 1);
    rd_kafka_mock_topic_create(mock, "events", PARTITIONS, 1);
    observer = kafka_observer_new(rd_kafka_mock_cluster_bootstraps(mock), "events", "group", &NONE, error);
    ck_assert_ptr_nonnull(observer);
    answer_with(mock, CASES[_i].api, CASES[_i].error, CASES[_i].delay_ms);
    for (int i = 0; i < 2; i++) {
        struct kafka_view *view = kafka_observer_look(observer);

        ck_assert(view->state.up || strlen(view->state.reason) > 0);
        ck_assert_str_ne(view->state.reason, rd_kafka_err2str(RD_KAFKA_RESP_ERR__UNKNOWN_GROUP)); /* that the client has none */
        kafka_view_free(view);
    }
    kafka_observer_free(observer);
    rd_kafka_mock_cluster_destroy(mock);
    rd_kafka_destroy(kafka);
}
END_TEST

SUITE_OF_ROWS("kafka_observer", { it_outlives_errors, ROWS(CASES) })
