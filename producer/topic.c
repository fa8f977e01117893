#include "topic.h"

#include "compaction.h"
#include "failpoint.h"
#include "kafka_access.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "reason.h"
#include "stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_LIMIT_MS = 10000,
    CREATE_LIMIT_MS = 60000, /* as Kafka's own tools (default.api.timeout.ms) */
    LEADERS_LIMIT_MS = 1000,
    LOOK_EVERY_MS = 1000,
    SLICE_MS = 200,
};

/* Asks for all topics. Those that this user may not see are not among them. */
static rd_kafka_resp_err_t count_partitions(const struct topic *topic, int *partitions, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata;
    rd_kafka_resp_err_t failed = rd_kafka_metadata(topic->rk, 1, NULL, &metadata, timeout_ms);

    if (failed)
        return failed;
    *partitions = 0;
    for (int i = 0; i < metadata->topic_cnt; i++) {
        if (strcmp(metadata->topics[i].topic, topic->name) == 0)
            *partitions = metadata->topics[i].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/*
 * Asks once. While no broker is connected the wait is short. One that is connected but has not answered in time may be far
 * away: the next wait is twice as long. It is not all the time that is left at once, for one broker of several may be
 * frozen, and the next question goes to any of them.
 */
static bool ask(struct topic *topic, int *partitions, int64_t left_ms)
{
    int64_t patience = topic->patience_ms > SLICE_MS ? topic->patience_ms : SLICE_MS;
    rd_kafka_resp_err_t failed = count_partitions(topic, partitions,
                                                  (int)(patience < left_ms ? patience
                                                        : left_ms > 1      ? left_ms
                                                                           : 1));

    if (failed == RD_KAFKA_RESP_ERR__TIMED_OUT && patience < CONNECT_LIMIT_MS)
        topic->patience_ms = 2 * patience;
    return !failed;
}

/* Asks until a broker answers. The answer may be that the topic does not exist. */
static enum replay_end find(struct topic *topic)
{
    int64_t limit = monotonic_ms() + CONNECT_LIMIT_MS;
    char reason[KAFKA_TROUBLE_SIZE];

    do {
        bool is_answered = ask(topic, &topic->partitions, limit - monotonic_ms());

        rd_kafka_poll(topic->rk, 0);
        if (is_answered)
            return REPLAY_OK;
    } while (!stop_requested() && monotonic_ms() < limit);

    if (stop_requested())
        return REPLAY_STOPPED;
    kafka_trouble_explain(topic->trouble, topic->brokers, reason);
    log_error("publisher", "no answer from Kafka within %d s: %s", CONNECT_LIMIT_MS / 1000, reason);
    return kafka_trouble_is_refusal(topic->trouble) ? REPLAY_NO_TRUST : REPLAY_NO_BROKER;
}

/*
 * Whether it is not among all topics because this user may not see it. Brokers do not say then whether it exists. The question
 * names the topic, and creates it nowhere: allow.auto.create.topics is false.
 */
static bool is_hidden(const struct topic *topic)
{
    rd_kafka_topic_t *handle = rd_kafka_topic_new(topic->rk, topic->name, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed =
        handle ? rd_kafka_metadata(topic->rk, 0, handle, &metadata, CONNECT_LIMIT_MS) : RD_KAFKA_RESP_ERR__FAIL;

    if (!failed && metadata->topic_cnt == 1)
        failed = metadata->topics[0].err;
    rd_kafka_metadata_destroy(metadata);
    if (handle)
        rd_kafka_topic_destroy(handle);
    return kafka_access_is_denied(failed);
}

/* The end of a replay that lacks a permission. */
static enum replay_end refuse(const struct topic *topic, const char *operation)
{
    char text[KAFKA_ACCESS_SIZE];

    kafka_access_explain(rd_kafka_conf(topic->rk), operation, "topic", topic->name, text);
    log_error("publisher", "%s", text);
    return REPLAY_NO_PERMISSION;
}

/* What the answer to CreateTopics says. A topic that somebody else has just created is as good. */
static rd_kafka_resp_err_t read_answer(rd_kafka_event_t *event, char reason[REASON_SIZE])
{
    const rd_kafka_topic_result_t **results;
    rd_kafka_resp_err_t error;
    size_t count = 0;

    if (!event || rd_kafka_event_error(event)) {
        reason_set(reason, "%s", event ? rd_kafka_event_error_string(event) : "no answer");
        return event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    }
    results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    error = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
    if (!error || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return RD_KAFKA_RESP_ERR_NO_ERROR;
    reason_set(reason, "%s",
               count == 1 && rd_kafka_topic_result_error_string(results[0])
                   ? rd_kafka_topic_result_error_string(results[0])
                   : rd_kafka_err2str(error));
    return error;
}

/* The results depend on these, and the defaults of a cluster may differ. */
static const struct {
    const char *name, *value;
} TOPIC_CONFIG[] = {
    { "cleanup.policy", "delete" }, /* compact keeps one event of an order */
    { "retention.ms", "-1" },
    { "retention.bytes", "-1" },
    { "message.timestamp.type", "LogAppendTime" },
};

/* Sends CreateTopics and waits for its answer. */
static rd_kafka_resp_err_t request(const struct topic *topic, char reason[REASON_SIZE])
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(topic->rk);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(topic->rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_NewTopic_t *wanted =
        rd_kafka_NewTopic_new(topic->name, (int)topic->create_partitions, -1, reason, REASON_SIZE);
    rd_kafka_event_t *answer = NULL;
    int64_t limit = monotonic_ms() + CREATE_LIMIT_MS;
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR__INVALID_ARG; /* it has no place for a topic of that name */

    if (wanted) {
        rd_kafka_AdminOptions_set_request_timeout(options, CREATE_LIMIT_MS, NULL, 0);
        for (size_t i = 0; i < sizeof(TOPIC_CONFIG) / sizeof(TOPIC_CONFIG[0]); i++)
            rd_kafka_NewTopic_set_config(wanted, TOPIC_CONFIG[i].name, TOPIC_CONFIG[i].value);
        rd_kafka_CreateTopics(topic->rk, &wanted, 1, options, answers);
        while (!answer && !stop_requested() && monotonic_ms() < limit)
            answer = rd_kafka_queue_poll(answers, SLICE_MS);
        failed = read_answer(answer, reason);
        if (answer)
            rd_kafka_event_destroy(answer);
        rd_kafka_NewTopic_destroy(wanted);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(answers);
    return failed;
}

static enum replay_end create(const struct topic *topic)
{
    char reason[REASON_SIZE] = "";
    rd_kafka_resp_err_t failed = request(topic, reason);

    if (kafka_access_is_denied(failed))
        return refuse(topic, "Create");
    if (failed && stop_requested())
        return REPLAY_STOPPED;
    if (failed) {
        log_error("publisher", "the topic cannot be created: %s topic=%s", reason, topic->name);
        return REPLAY_NO_TOPIC;
    }
    FAILPOINT("topic created, not seen");
    log_info("publisher", "topic created topic=%s partitions=%" PRId64, topic->name, topic->create_partitions);
    return REPLAY_OK;
}

enum replay_end topic_prepare(struct topic *topic)
{
    enum replay_end end = find(topic);

    if (end != REPLAY_OK)
        return end;
    if (topic->partitions == 0 && is_hidden(topic))
        return refuse(topic, "Write");
    if (topic->partitions == 0 && topic->create_partitions == 0) {
        char reason[KAFKA_TROUBLE_SIZE];

        kafka_trouble_explain_missing_topic(topic->name, topic->brokers, reason);
        log_error("publisher", "%s", reason);
        return REPLAY_NO_TOPIC;
    }
    if (topic->partitions == 0)
        return create(topic);
    if (topic->create_partitions > 0 && topic->create_partitions != topic->partitions)
        log_warn("publisher",
                 "the topic already exists, but not with %" PRId64 " partitions: it is used as it is "
                 "topic=%s partitions=%d",
                 topic->create_partitions, topic->name, topic->partitions);
    return REPLAY_OK;
}

/*
 * Asking for the partitions' ends makes librdkafka connect to all leaders. Without
 * that it can take up to a second until it notices events for a leader that it has
 * no connection to. If no broker answers, nothing is lost.
 */
static void look_for_ends(struct topic *topic)
{
    rd_kafka_topic_partition_list_t *ends = rd_kafka_topic_partition_list_new(topic->partitions);

    topic->ends = checked(calloc((size_t)topic->partitions, sizeof(*topic->ends)));
    for (int i = 0; i < topic->partitions; i++)
        rd_kafka_topic_partition_list_add(ends, topic->name, i)->offset = RD_KAFKA_OFFSET_END;
    if (rd_kafka_offsets_for_times(topic->rk, ends, LEADERS_LIMIT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR) {
        for (int i = 0; i < topic->partitions; i++) {
            if (!ends->elems[i].err && ends->elems[i].offset > 0)
                topic->ends[i] = ends->elems[i].offset;
        }
    }
    rd_kafka_topic_partition_list_destroy(ends);
}

static enum replay_end look_closely(struct topic *topic)
{
    if (!compaction_permits(topic->rk, "publisher", topic->brokers, topic->name, topic->allow_compacted))
        return REPLAY_WRONG_TOPIC;
    look_for_ends(topic);
    return REPLAY_OK;
}

enum replay_end topic_await(struct topic *topic)
{
    int64_t limit = monotonic_ms() + CREATE_LIMIT_MS;
    enum replay_end end;

    while ((end = find(topic)) == REPLAY_OK) {
        if (topic->partitions > 0)
            return look_closely(topic);
        if (stop_requested())
            return REPLAY_STOPPED;
        if (monotonic_ms() >= limit) {
            log_error("publisher", "the topic does not appear; try again topic=%s", topic->name);
            return REPLAY_TOPIC_LATE;
        }
        rd_kafka_poll(topic->rk, SLICE_MS / 4);
    }
    return end;
}

bool topic_grows(struct topic *topic, int32_t partition, int64_t offset)
{
    bool grows = offset >= topic->ends[partition];

    topic->ends[partition] = offset + 1;
    topic->times_missed = 0;
    return grows;
}

bool topic_is_gone(struct topic *topic)
{
    int partitions;

    if (monotonic_ms() < topic->look_at)
        return false;
    if (ask(topic, &partitions, LOOK_EVERY_MS))
        topic->times_missed = partitions < topic->partitions ? topic->times_missed + 1 : 0;
    topic->look_at = monotonic_ms() + LOOK_EVERY_MS;
    return topic->times_missed > 1;
}

void topic_release(struct topic *topic)
{
    free(topic->ends);
    topic->ends = NULL;
}
