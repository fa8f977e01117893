/*
 * What both programs do about each error that a broker can answer: a table,
 * against librdkafka's mock cluster. Every answer is given until the error is
 * told of, or for PATIENCE_S, and then no more. Whatever it was, nothing is
 * lost: the consumer comes to read and commit all, or ends; the producer's
 * events are acknowledged or counted as failed.
 */
#define _POSIX_C_SOURCE 200809L
#include "event_id.h"
#include "publisher.h"
#include "source.h"

#include "olist.h"
#include "suite.h"
#include "watched_log.h"

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PARTITIONS = 2, RECORDS = 20, PATIENCE_S = 40, QUIET_S = 3, LIMIT_S = 60, ANSWERS = 2000 };
enum api { PRODUCE = 0, FETCH = 1, LIST_OFFSETS = 2, METADATA = 3, OFFSET_COMMIT = 8, OFFSET_FETCH = 9, FIND_COORDINATOR = 10,
           JOIN_GROUP = 11, HEARTBEAT = 12, SYNC_GROUP = 14 };

static const char TOPIC[] = "events";

struct cluster {
    rd_kafka_t *kafka;
    rd_kafka_mock_cluster_t *mock;
};

static void start_cluster(struct cluster *cluster)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();

    rd_kafka_conf_set(conf, "log_level", "0", NULL, 0);
    cluster->kafka = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    cluster->mock = rd_kafka_mock_cluster_new(cluster->kafka, 1);
    rd_kafka_mock_topic_create(cluster->mock, TOPIC, PARTITIONS, 1);
}

static void stop_cluster(struct cluster *cluster)
{
    rd_kafka_mock_cluster_destroy(cluster->mock);
    rd_kafka_destroy(cluster->kafka);
}

/* From now on; METADATA in the answer about the topic. */
static void answer_with(struct cluster *cluster, enum api api, rd_kafka_resp_err_t error)
{
    rd_kafka_resp_err_t errors[ANSWERS];

    for (int i = 0; i < ANSWERS; i++)
        errors[i] = error;
    if (api == METADATA)
        rd_kafka_mock_topic_set_error(cluster->mock, TOPIC, error);
    else
        rd_kafka_mock_push_request_errors_array(cluster->mock, (int16_t)api, ANSWERS, errors);
}

static void answer_well(struct cluster *cluster, enum api api)
{
    if (api == METADATA)
        rd_kafka_mock_topic_set_error(cluster->mock, TOPIC, RD_KAFKA_RESP_ERR_NO_ERROR);
    else
        rd_kafka_mock_clear_request_errors(cluster->mock, (int16_t)api);
}

/* --- what the user is told */

static const char LATE_START[] = " WARN  source: where to start";

/* A busy machine may be late with what is not on trial: where to start. */
static bool has_warning(const char *text, bool is_late)
{
    for (const char *warning = text; (warning = strstr(warning, " WARN ")); warning++) {
        if (!is_late || strncmp(warning, LATE_START, sizeof(LATE_START) - 1) != 0)
            return true;
    }
    return false;
}

/* is_late: the error is one that comes after the partitions were assigned, and their positions found. */
static bool is_told(bool is_late)
{
    const char *text = watched_log();

    return has_warning(text, is_late) || strstr(text, " ERROR ") || strstr(text, "partitions revoked") ||
           strstr(text, "partitions lost") || strstr(text, "not committed");
}

/* --- the consumer */

enum answer {
    RETRIED,  /* asked again, with all that was assigned */
    REJOINED, /* lost its partitions, and got new ones */
    FATAL,    /* ends the program */
    SURVIVED, /* one or the other, as it comes */
    DROPPED,  /* the producer's only: counted as failed, and the exit status says so */
};

struct reader {
    struct source *source;
    int64_t next[PARTITIONS];
    int assignments, removals;
    bool is_reading, is_fatal, is_gone;
};

static void start(struct reader *reader)
{
    static const struct known_logs NONE = { 0 };
    struct start *starts;
    size_t count;

    reader->is_reading = source_assign(reader->source, &NONE, &starts, &count);
    if (reader->is_reading)
        free(starts);
}

/* As the worker does after each batch, even an empty one. */
static void commit(struct reader *reader)
{
    struct partition_offset offsets[PARTITIONS];

    for (int32_t i = 0; i < PARTITIONS; i++)
        offsets[i] = (struct partition_offset){ i, reader->next[i] };
    if (reader->is_reading)
        source_commit_wait(reader->source, offsets, PARTITIONS);
}

/* What the worker does, without a database: each record is as good as applied. */
static void step(struct reader *reader)
{
    struct record record;
    struct partition_offset next;

    if (reader->assignments > reader->removals && !reader->is_reading)
        start(reader);
    switch (source_poll(reader->source, 50, &record)) {
    case SOURCE_RECORD:
        next = (struct partition_offset){ record.partition, record.offset + 1 };
        reader->next[record.partition] = next.offset;
        source_release(&record);
        source_commit(reader->source, &next, 1);
        break;
    case SOURCE_ASSIGNED:
        reader->assignments++;
        reader->is_reading = false;
        break;
    case SOURCE_REVOKED:
    case SOURCE_LOST:
        reader->removals++;
        source_unassign(reader->source);
        reader->is_reading = false;
        break;
    case SOURCE_POSITIONS_STALE:
        source_hold(reader->source);
        reader->is_reading = false;
        break;
    case SOURCE_FATAL:
        reader->is_fatal = true;
        break;
    default:
        break;
    }
}

static bool is_done(const struct reader *reader)
{
    static const struct partition_offset ENDS[PARTITIONS] = { { 0, RECORDS }, { 1, RECORDS } };

    if (reader->is_fatal)
        return true;
    for (int i = 0; i < PARTITIONS; i++) {
        if (reader->next[i] != RECORDS)
            return false;
    }
    return source_has_committed(reader->source, ENDS, PARTITIONS);
}

static void fill(struct cluster *cluster)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_t *producer;

    rd_kafka_conf_set(conf, "bootstrap.servers", rd_kafka_mock_cluster_bootstraps(cluster->mock), NULL, 0);
    producer = rd_kafka_new(RD_KAFKA_PRODUCER, conf, NULL, 0);
    for (int i = 0; i < PARTITIONS * RECORDS; i++)
        rd_kafka_producev(producer, RD_KAFKA_V_TOPIC(TOPIC), RD_KAFKA_V_PARTITION(i % PARTITIONS),
                          RD_KAFKA_V_VALUE((char *)"value", 5), RD_KAFKA_V_END);
    ck_assert_int_eq(rd_kafka_flush(producer, LIMIT_S * 1000), RD_KAFKA_RESP_ERR_NO_ERROR);
    rd_kafka_destroy(producer);
}

static const struct {
    enum api api;
    rd_kafka_resp_err_t error;
    enum answer answer;
    bool told; /* false: perhaps; librdkafka tries again by itself */
} CONSUMER[] = {
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RETRIED, true },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RETRIED, true },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RETRIED, true },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RETRIED, true },
    { FIND_COORDINATOR, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_GROUP_MAX_SIZE_REACHED, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_MEMBER_ID_REQUIRED, RETRIED, false }, /* the first answer of any broker */
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FATAL, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { JOIN_GROUP, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FATAL, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { SYNC_GROUP, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FATAL, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR_UNKNOWN, REJOINED, true },
    { HEARTBEAT, RD_KAFKA_RESP_ERR__TRANSPORT, SURVIVED, true },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RETRIED, true },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, RETRIED, true },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RETRIED, true },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { OFFSET_FETCH, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { LIST_OFFSETS, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true }, /* without an end, where a request a partition is made */
    { FETCH, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RETRIED, true },
    { FETCH, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, RETRIED, false },
    { FETCH, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { FETCH, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE, SURVIVED, false },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_NOT_COORDINATOR, SURVIVED, false },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, REJOINED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, REJOINED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_INVALID_COMMIT_OFFSET_SIZE, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, FATAL, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
    { OFFSET_COMMIT, RD_KAFKA_RESP_ERR__TRANSPORT, SURVIVED, true },
    { METADATA, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RETRIED, true },
    { METADATA, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED, true },
    { METADATA, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, RETRIED, true },
    { METADATA, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, RETRIED, true },
    { METADATA, RD_KAFKA_RESP_ERR_UNKNOWN, RETRIED, true },
};

/* What a busy machine warns of besides is no answer where another one is to come. */
static bool has_answered(const struct reader *reader, enum answer answer, bool is_late)
{
    if (reader->is_fatal)
        return true;
    return answer == REJOINED ? reader->removals > 0 : answer != FATAL && is_told(is_late);
}

START_TEST(the_consumer_loses_nothing)
{
    static const struct option_values PROPERTIES = { { "session.timeout.ms=6000", "heartbeat.interval.ms=200",
                                                       "topic.metadata.refresh.interval.ms=500" }, 3 };
    struct cluster cluster;
    struct reader reader = { 0 };
    struct source_settings settings = { .topic = TOPIC, .group = "group", .properties = &PROPERTIES };
    char error[SOURCE_ERROR_SIZE];
    enum api api = CONSUMER[_i].api;
    bool is_late = api == HEARTBEAT || api == FETCH || api == OFFSET_COMMIT;
    bool told, done;
    time_t limit = time(NULL) + LIMIT_S, patience;

    watch_log();
    start_cluster(&cluster);
    fill(&cluster);
    settings.brokers = rd_kafka_mock_cluster_bootstraps(cluster.mock);
    if (!is_late) /* before there is a client: it looks for its coordinator as soon as it is made */
        answer_with(&cluster, api, CONSUMER[_i].error);
    reader.source = source_new(&settings, error);
    ck_assert(source_subscribe(reader.source, error));
    while (is_late && reader.assignments == 0 && time(NULL) < limit)
        step(&reader);
    if (is_late)
        answer_with(&cluster, api, CONSUMER[_i].error);
    patience = time(NULL) + (CONSUMER[_i].told ? PATIENCE_S : QUIET_S);
    while (!has_answered(&reader, CONSUMER[_i].answer, is_late) && time(NULL) < patience)
        step(&reader);
    told = is_told(is_late);
    answer_well(&cluster, api);
    limit = time(NULL) + LIMIT_S;
    while (!(done = is_done(&reader)) && time(NULL) < limit) {
        step(&reader);
        commit(&reader);
    }
    while (CONSUMER[_i].answer == FATAL && !reader.is_fatal && time(NULL) < limit)
        step(&reader); /* it may come after the last answer */
    ck_assert_msg(!strstr(watched_log(), "not all partitions can be read") || strstr(watched_log(), "reading continues"),
                  "stuck for ever:\n%s", watched_log());
    ck_assert_msg(done, "something is lost:\n%s", watched_log());
    if (CONSUMER[_i].answer == SURVIVED)
        ck_assert(!reader.is_fatal);
    else
        ck_assert_int_eq(reader.is_fatal ? FATAL : reader.removals > 0 ? REJOINED : RETRIED, CONSUMER[_i].answer);
    ck_assert_msg(told || !CONSUMER[_i].told, "nobody was told:\n%s", watched_log());
    source_free(reader.source);
    stop_cluster(&cluster);
}
END_TEST

/* --- the producer */

enum { EVENTS = 100 };

static const struct {
    enum api api;
    rd_kafka_resp_err_t error;
    enum answer answer;
} PRODUCER[] = {
    { PRODUCE, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR__TRANSPORT, RETRIED },
    { PRODUCE, RD_KAFKA_RESP_ERR_INVALID_MSG, SURVIVED }, /* dropped by librdkafka 2.0.2, retried by 2.8.0 */
    { PRODUCE, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_INVALID_REQUIRED_ACKS, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_UNSUPPORTED_FOR_MESSAGE_FORMAT, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_INVALID_RECORD, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_POLICY_VIOLATION, DROPPED },
    { PRODUCE, RD_KAFKA_RESP_ERR_UNKNOWN, DROPPED },
    { METADATA, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RETRIED },
};

/* The user was told, and nothing is on its way that a good answer could still save. */
static bool has_had_its_effect(const struct publisher_counts *counts, enum answer answer)
{
    return is_told(false) && (answer != DROPPED || counts->failed == EVENTS);
}

START_TEST(the_producer_accounts_for_all)
{
    static const struct option_values PROPERTIES = { { "topic.metadata.refresh.interval.ms=500" }, 1 };
    struct publisher_config config = { .form = &olist()->form, .topic = TOPIC, .properties = &PROPERTIES };
    struct cluster cluster;
    struct publisher *publisher;
    const struct publisher_counts *counts;
    enum publisher_result result = PUBLISHER_OK;
    time_t patience;
    enum replay_end end;
    bool told, answered;

    watch_log();
    start_cluster(&cluster);
    config.brokers = rd_kafka_mock_cluster_bootstraps(cluster.mock);
    publisher = publisher_open(&config, &end);
    ck_assert_ptr_nonnull(publisher);
    counts = publisher_counts(publisher);
    answer_with(&cluster, PRODUCER[_i].api, PRODUCER[_i].error);
    for (int i = 0; i < EVENTS; i++) {
        struct event event = { .type = olist_type(ORDER_PLACED), .at = 1000 + i, .order_id = "order" };

        event.id = event_id_make(event.order_id, event.type, event.at);
        ck_assert_int_eq(publisher_send(publisher, &event, "{}"), PUBLISHER_OK);
    }
    patience = time(NULL) + PATIENCE_S;
    while (result == PUBLISHER_OK && !has_had_its_effect(counts, PRODUCER[_i].answer) &&
           tally_total(&counts->acknowledged) < EVENTS && time(NULL) < patience)
        result = publisher_serve(publisher, 50);
    told = is_told(false);
    answered = tally_total(&counts->acknowledged) == EVENTS;
    answer_well(&cluster, PRODUCER[_i].api);
    result = publisher_finish(publisher);
    ck_assert_int_eq(result, PUBLISHER_OK);
    if (PRODUCER[_i].answer != SURVIVED)
        ck_assert_uint_eq(counts->failed, PRODUCER[_i].answer == DROPPED ? EVENTS : 0);
    ck_assert_uint_eq(counts->failed + tally_total(&counts->acknowledged), EVENTS);
    ck_assert_msg(told || answered, "nobody was told:\n%s", watched_log());
    publisher_free(publisher);
    stop_cluster(&cluster);
}
END_TEST

SUITE_OF_ROWS("client_faults", { the_consumer_loses_nothing, ROWS(CONSUMER) },
              { the_producer_accounts_for_all, ROWS(PRODUCER) })
