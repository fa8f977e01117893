/*
 * A client with the group's id that is not a member may commit offsets while the group has no members. This is what
 * rd_kafka_AlterConsumerGroupOffsets does, too. It is not used, for the reason given in kafka_observer.c: in librdkafka
 * 2.0.2 answers of the Admin API that arrive too late end the process.
 */
#include "rewind.h"

#include "kafka_access.h"
#include "kafka_conf.h"
#include "memory.h"
#include "monotonic.h"
#include "text.h"
#include "timed_join.h"
#include "watermarks.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALL_MS = 1000, RETRY_MS = 200, END_MS = 3000 };

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-monitor", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* errors go to on_error instead of the log */
    { 0 },
};

struct rewind {
    struct rewind_request request;
    struct option_values properties;
    pthread_t thread;
    atomic_bool stop, is_over;
    struct rewind_result result; /* the thread's, until is_over */
    /* The thread's: */
    rd_kafka_t *kafka;
    struct kafka_trouble trouble;
    rd_kafka_topic_partition_list_t *targets; /* NULL until they are known */
    rd_kafka_resp_err_t commit_error;
};

int64_t rewind_target(int64_t committed, int64_t low, int64_t records)
{
    int64_t target = records == 0 || committed - records < low ? low : committed - records;

    return committed >= 0 && target < committed ? target : -1;
}

/* --- the steps: each takes about a second at most, and may be tried again */

static rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        if (list->elems[i].err)
            return list->elems[i].err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* The offsets that the group has committed, and the first offsets of the partitions. */
static rd_kafka_resp_err_t look_up(struct rewind *rewind, rd_kafka_topic_partition_list_t *committed,
                                   struct watermarks *marks)
{
    rd_kafka_resp_err_t failed = rd_kafka_committed(rewind->kafka, committed, CALL_MS);

    if (!failed)
        failed = first_error(committed);
    return failed ? failed : watermarks_query(rewind->kafka, committed, CALL_MS, marks);
}

/* Chooses the targets, once: if they were chosen again after a commit whose answer was lost, they would be too early. */
static rd_kafka_resp_err_t aim(struct rewind *rewind)
{
    const char *topic = rewind->request.topic;
    int count = rewind->request.partitions;
    rd_kafka_topic_partition_list_t *committed = rd_kafka_topic_partition_list_new(count);
    struct watermarks *marks = checked(calloc((size_t)count, sizeof(*marks)));
    rd_kafka_resp_err_t failed;

    rd_kafka_topic_partition_list_add_range(committed, topic, 0, count - 1);
    failed = look_up(rewind, committed, marks);
    if (!failed)
        rewind->targets = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; !failed && i < count; i++) {
        int64_t offset = committed->elems[i].offset, target;

        target = rewind_target(offset, marks[i].low, rewind->request.records);
        if (target < 0)
            continue;
        rd_kafka_topic_partition_list_add(rewind->targets, topic, committed->elems[i].partition)->offset = target;
        rewind->result.records += offset - target;
    }
    free(marks);
    rd_kafka_topic_partition_list_destroy(committed);
    return failed;
}

static void on_commit(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *offsets,
                      void *opaque)
{
    struct rewind *rewind = opaque;

    (void)kafka;
    rewind->commit_error = error || !offsets ? error : first_error(offsets);
}

static rd_kafka_resp_err_t commit(struct rewind *rewind)
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(rewind->kafka);
    rd_kafka_resp_err_t failed = rd_kafka_commit_queue(rewind->kafka, rewind->targets, answers, on_commit, rewind);

    if (!failed)
        failed =
            rd_kafka_queue_poll_callback(answers, CALL_MS) > 0 ? rewind->commit_error : RD_KAFKA_RESP_ERR__TIMED_OUT;
    rd_kafka_queue_destroy(answers);
    return failed;
}

/* --- what errors mean */

static bool is_of_members(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID || error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION ||
           error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS;
}

static void explain(struct rewind *rewind, rd_kafka_resp_err_t error)
{
    const struct rewind_request *request = &rewind->request;
    bool is_group = error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    char *text = rewind->result.text;

    if (is_of_members(error))
        snprintf(
            text, REWIND_TEXT_SIZE,
            "the group still has members after %d s, and Kafka changes only the offsets of a group without members: "
            "stop the consumers, then try again",
            request->limit_ms / 1000);
    else if (kafka_access_is_denied(error))
        kafka_access_explain(rd_kafka_conf(rewind->kafka), "Read", is_group ? "group" : "topic",
                             is_group ? request->group : request->topic, text);
    else if (kafka_trouble_is_connection((int)error) && rewind->trouble.code)
        kafka_trouble_explain(&rewind->trouble, request->brokers, text);
    else
        snprintf(text, REWIND_TEXT_SIZE, "Kafka refuses: %s", rd_kafka_err2str(error));
}

/* Tries a step until it succeeds, cannot succeed, or the time is up. */
static bool keep_trying(struct rewind *rewind, rd_kafka_resp_err_t (*step)(struct rewind *), int64_t ends_at)
{
    rd_kafka_resp_err_t failed;

    while ((failed = step(rewind)) && !kafka_access_is_denied(failed) && !kafka_trouble_is_missing_topic((int)failed) &&
           !atomic_load(&rewind->stop) && monotonic_ms() < ends_at) {
        rd_kafka_poll(rewind->kafka, 0); /* serves on_error */
        poll(NULL, 0, RETRY_MS);
    }
    if (failed)
        explain(rewind, failed);
    return !failed;
}

/* --- the thread */

static void set_back(struct rewind *rewind)
{
    int64_t ends_at = monotonic_ms() + rewind->request.limit_ms;
    struct rewind_result *result = &rewind->result;

    if (!keep_trying(rewind, aim, ends_at))
        return;
    if (rewind->targets->cnt == 0) {
        snprintf(
            result->text, sizeof(result->text),
            "there is nothing to set back: the group has committed no offset after the first record of a partition");
        return;
    }
    if (!keep_trying(rewind, commit, ends_at))
        return;
    result->is_done = true;
    snprintf(result->text, sizeof(result->text), "offsets set back in %d partitions, by %" PRId64 " records in total",
             rewind->targets->cnt, result->records);
}

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct rewind *rewind = opaque;

    (void)kafka;
    if (kafka_trouble_is_connection(error))
        kafka_trouble_note(&rewind->trouble, error, reason);
}

static rd_kafka_t *connect_to(struct rewind *rewind)
{
    const struct rewind_request *request = &rewind->request;
    char *error = rewind->result.text; /* larger than REASON_SIZE */
    rd_kafka_conf_t *conf = kafka_conf_new(request->brokers, request->group, SETTINGS, &rewind->properties, error);
    rd_kafka_t *kafka;

    if (!conf)
        return NULL;
    rd_kafka_conf_set_opaque(conf, rewind);
    rd_kafka_conf_set_error_cb(conf, on_error);
    kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, REWIND_TEXT_SIZE);
    if (!kafka)
        rd_kafka_conf_destroy(conf);
    return kafka;
}

static void *run(void *opaque)
{
    struct rewind *rewind = opaque;
    rd_kafka_t *kafka = rewind->kafka = connect_to(rewind);

    if (kafka)
        set_back(rewind);
    text_one_line(rewind->result.text);
    text_clean(rewind->result.text);
    if (rewind->targets)
        rd_kafka_topic_partition_list_destroy(rewind->targets);
    if (kafka) /* this may take long if the topic was deleted: see rewind_free */
        rd_kafka_destroy_flags(kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    atomic_store(&rewind->is_over, true); /* last, so that whoever has the result frees the rewind without waiting */
    return NULL;
}

/* With group.protocol=consumer a client has an id as a member, and so cannot commit for a group without members. */
static void copy_properties(const struct option_values *from, struct option_values *to)
{
    for (size_t i = 0; i < from->count; i++) {
        if (strncmp(from->values[i], "group.protocol=", 15) != 0)
            to->values[to->count++] = from->values[i];
    }
}

struct rewind *rewind_start(const struct rewind_request *request)
{
    struct rewind *rewind = checked(calloc(1, sizeof(*rewind)));

    rewind->request = *request;
    copy_properties(request->properties, &rewind->properties);
    if (pthread_create(&rewind->thread, NULL, run, rewind) != 0)
        OUT_OF_MEMORY();
    return rewind;
}

const struct rewind_result *rewind_result(const struct rewind *rewind)
{
    return atomic_load(&rewind->is_over) ? &rewind->result : NULL;
}

bool rewind_free(struct rewind *rewind)
{
    if (!rewind)
        return true;
    atomic_store(&rewind->stop, true);
    if (!timed_join(rewind->thread, END_MS))
        return false;
    free(rewind);
    return true;
}
