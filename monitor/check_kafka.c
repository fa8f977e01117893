/*
 * This uses the same calls as kafka_observer.c, for the same reasons. It uses the Admin API only for topics, which have no
 * coordinator.
 */
#include "check_kafka.h"

#include "check_topic.h"
#include "kafka_access.h"
#include "kafka_conf.h"
#include "kafka_trouble.h"
#include "monotonic.h"
#include "reason.h"
#include "topic_config.h"
#include "wall_clock.h"

#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    METADATA_MS = 10000,
    ANSWER_MS = 5000,
    RETRY_MS = 200,
    AHEAD_MS = 2000,
    BEYOND_ALL_PARTITIONS = 2000000000,
};

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-monitor", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "log_level", "2", KAFKA_DEFAULT }, /* errors go to on_error instead of the log */
    { 0 },
};

struct check {
    rd_kafka_t *kafka;
    rd_kafka_topic_t *handle;
    const char *brokers, *topic, *group;
    struct findings *findings;
    struct kafka_trouble trouble;
    char fix[KAFKA_ACCESS_SIZE]; /* of the current finding */
    int broker_count, a_broker;  /* … and the id of one of them */
};

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct check *check = opaque;

    (void)kafka;
    if (kafka_trouble_is_connection(error))
        kafka_trouble_note(&check->trouble, error, reason);
}

static const char *grant(struct check *check, const char *operation, const char *resource, const char *name)
{
    kafka_access_explain(rd_kafka_conf(check->kafka), operation, resource, name, check->fix);
    return check->fix;
}

/* --- how the topic is configured */

static int64_t largest_batch(struct check *check)
{
    char value[32] = "";
    size_t size = sizeof(value);

    rd_kafka_conf_get(rd_kafka_conf(check->kafka), "message.max.bytes", value, &size);
    return strtoll(value, NULL, 10);
}

static void check_config(struct check *check, int replication)
{
    const struct check_topic place = { check->brokers, check->topic, replication, check->broker_count };
    struct topic_config config;
    enum config_result result = topic_config_ask(check->kafka, check->topic, ANSWER_MS, &config);

    if (result == CONFIG_KNOWN) {
        check_topic_config(&place, &config, largest_batch(check), check->findings);
        return;
    }
    for (const char *const *name = CHECK_TOPIC_CONFIG_NAMES; *name; name++) {
        if (result == CONFIG_FORBIDDEN)
            findings_add(check->findings, FINDING_UNKNOWN, *name,
                         grant(check, "DescribeConfigs", "topic", check->topic), "this user may not ask");
        else
            findings_add(check->findings, FINDING_UNKNOWN, *name, NULL, "Kafka does not say");
    }
}

/* --- permissions */

/* A user who may not see the group cannot find its coordinator. librdkafka reports that only to a consumer that polls. */
static bool is_group_denied(struct check *check)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(check->kafka, 0);
    bool is_denied = message && message->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;

    if (message)
        rd_kafka_message_destroy(message);
    return is_denied;
}

static rd_kafka_resp_err_t error_of_commit(rd_kafka_event_t *answer)
{
    const rd_kafka_topic_partition_list_t *offsets = rd_kafka_event_topic_partition_list(answer);

    return offsets && offsets->cnt == 1 && offsets->elems[0].err ? offsets->elems[0].err : rd_kafka_event_error(answer);
}

static rd_kafka_resp_err_t await_commit(struct check *check, rd_kafka_queue_t *queue)
{
    int64_t ends_at = monotonic_ms() + ANSWER_MS;

    while (monotonic_ms() < ends_at) {
        rd_kafka_event_t *answer = rd_kafka_queue_poll(queue, RETRY_MS);

        if (answer) {
            rd_kafka_resp_err_t error = error_of_commit(answer);

            rd_kafka_event_destroy(answer);
            return error;
        }
        if (is_group_denied(check))
            return RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;
    }
    return RD_KAFKA_RESP_ERR__TIMED_OUT;
}

/*
 * Commits an offset of a partition that does not exist. Kafka first checks the
 * permissions of a consumer, to Read the group and the topic. Then it finds no
 * such partition, so it stores nothing, whatever members the group has.
 */
static rd_kafka_resp_err_t may_commit(struct check *check)
{
    rd_kafka_topic_partition_list_t *offsets = rd_kafka_topic_partition_list_new(1);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(check->kafka);
    rd_kafka_resp_err_t error;

    rd_kafka_topic_partition_list_add(offsets, check->topic, BEYOND_ALL_PARTITIONS)->offset = 0;
    error = rd_kafka_commit_queue(check->kafka, offsets, queue, NULL, NULL);
    if (!error)
        error = await_commit(check, queue);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_partition_list_destroy(offsets);
    return error;
}

static void check_reading(struct check *check)
{
    rd_kafka_resp_err_t error = may_commit(check);

    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        findings_add(check->findings, FINDING_WARN, "permission to consume",
                     grant(check, "Read", "group", check->group),
                     "no permission to Read group %s, which order-consumer needs", check->group);
    else if (error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED)
        findings_add(check->findings, FINDING_WARN, "permission to consume",
                     grant(check, "Read", "topic", check->topic),
                     "no permission to Read topic %s, which order-consumer needs", check->topic);
    else if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
        findings_add(check->findings, FINDING_OK, "permission to consume", NULL, "Read of topic and group");
    else
        findings_add(check->findings, FINDING_UNKNOWN, "permission to consume", NULL, "Kafka answers: %s",
                     rd_kafka_err2str(error));
}

/* Only a record that is sent shows who may write, or that the brokers check no permissions. */
static void check_writing(struct check *check)
{
    bool has_authorizer = true;

    if (broker_config_has_authorizer(check->kafka, check->a_broker, ANSWER_MS, &has_authorizer) == CONFIG_KNOWN &&
        !has_authorizer)
        findings_add(check->findings, FINDING_OK, "permission to produce", NULL,
                     "this cluster allows everything to everybody");
    else
        findings_add(check->findings, FINDING_UNKNOWN, "permission to produce",
                     grant(check, "Write", "topic", check->topic),
                     "whether this user may Write to topic %s is not known until a record is sent", check->topic);
}

/* --- the group */

static void take_group(struct check *check, const struct rd_kafka_group_info *group, int partitions)
{
    if (strcmp(group->protocol_type, "") != 0 && strcmp(group->protocol_type, "consumer") != 0)
        findings_add(check->findings, FINDING_FAIL, "consumer group", "name another one: --group",
                     "%s is used for another purpose: %s", check->group, group->protocol_type);
    else if (strcmp(group->state, "Dead") == 0)
        findings_add(check->findings, FINDING_UNKNOWN, "consumer group", NULL,
                     "%s is used with the newer group protocol, and this librdkafka does not see its members",
                     check->group);
    else if (group->member_cnt > 0 && group->protocol[0] && strcmp(group->protocol, "range") != 0)
        findings_add(check->findings, FINDING_FAIL, "consumer group", "name another one: --group",
                     "the members of %s assign partitions by %s, but order-consumer by range: it cannot join",
                     check->group, group->protocol);
    else if (group->member_cnt > partitions)
        findings_add(check->findings, FINDING_OK, "consumer group", NULL,
                     "%d members for %d partitions: %d of them stand by", group->member_cnt, partitions,
                     group->member_cnt - partitions);
    else
        findings_add(check->findings, FINDING_OK, "consumer group", NULL, "%d %s, state %s", group->member_cnt,
                     group->member_cnt == 1 ? "member" : "members", group->state);
}

static void check_group(struct check *check, int partitions)
{
    const struct rd_kafka_group_list *list = NULL;
    rd_kafka_resp_err_t error = rd_kafka_list_groups(check->kafka, check->group, &list, ANSWER_MS);

    if (list && list->group_cnt > 0)
        error = list->groups[0].err;
    if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED)
        findings_add(check->findings, FINDING_UNKNOWN, "consumer group",
                     grant(check, "Describe", "group", check->group), "this user may not ask about group %s",
                     check->group);
    else if (error)
        findings_add(check->findings, FINDING_UNKNOWN, "consumer group", NULL, "Kafka answers: %s",
                     rd_kafka_err2str(error));
    else if (list && list->group_cnt > 0)
        take_group(check, &list->groups[0], partitions);
    else
        findings_add(check->findings, FINDING_OK, "consumer group", NULL, "%s is new, or hidden from this user",
                     check->group);
    if (list)
        rd_kafka_group_list_destroy(list);
}

/* --- the clock: Kafka shows its time only in appended records */

static void check_clock(struct check *check, int partitions)
{
    int64_t now = wall_clock_ms();
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(partitions);
    rd_kafka_resp_err_t error;
    int in_future = 0;

    for (int i = 0; i < partitions; i++)
        rd_kafka_topic_partition_list_add(list, check->topic, i)->offset = now + AHEAD_MS;
    error = rd_kafka_offsets_for_times(check->kafka, list, ANSWER_MS);
    for (int i = 0; i < list->cnt && !error; i++) {
        error = list->elems[i].err;
        in_future += list->elems[i].offset >= 0;
    }
    rd_kafka_topic_partition_list_destroy(list);
    if (error)
        findings_add(check->findings, FINDING_UNKNOWN, "clock of Kafka", NULL, "Kafka answers: %s",
                     rd_kafka_err2str(error));
    else if (in_future > 0)
        findings_add(
            check->findings, FINDING_WARN, "clock of Kafka",
            "correct the wrong clock and keep it synchronized: timedatectl set-ntp true",
            "%d partitions have records with a future time: a broker's clock is, or was, ahead of this machine's",
            in_future);
    else
        findings_add(check->findings, FINDING_OK, "clock of Kafka", NULL, "no record has a future time");
}

/* --- all of them */

static void look_at_topic(struct check *check, const struct rd_kafka_metadata_topic *topic)
{
    findings_add(check->findings, FINDING_OK, "topic", NULL, "%s, %d partitions", check->topic, topic->partition_cnt);
    check_topic_replicas(topic, check->broker_count, check->findings);
    check_config(check, check_topic_replication(topic));
    check_reading(check);
    check_writing(check);
    check_group(check, topic->partition_cnt);
    check_clock(check, topic->partition_cnt);
}

static int take_topic(struct check *check, const struct rd_kafka_metadata_topic *topic)
{
    switch (topic->err) {
    case RD_KAFKA_RESP_ERR_NO_ERROR:
    case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        look_at_topic(check, topic);
        return topic->partition_cnt;
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        snprintf(check->fix, sizeof(check->fix), "order-producer --brokers %.100s --topic %.100s --create-topic …",
                 check->brokers, check->topic);
        findings_add(check->findings, FINDING_FAIL, "topic", check->fix, "there is no topic %s", check->topic);
        return 0;
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
        findings_add(check->findings, FINDING_UNKNOWN, "topic", grant(check, "Describe", "topic", check->topic),
                     "this user may not ask whether there is a topic %s", check->topic);
        return -1;
    default:
        findings_add(check->findings, FINDING_FAIL, "topic", NULL, "%s: %s", check->topic,
                     rd_kafka_err2str(topic->err));
        return -1;
    }
}

static int ask(struct check *check)
{
    int64_t ends_at = monotonic_ms() + METADATA_MS;
    const struct rd_kafka_metadata *metadata = NULL;
    char reason[KAFKA_TROUBLE_SIZE];
    int partitions;

    while (rd_kafka_metadata(check->kafka, 0, check->handle, &metadata, RETRY_MS * 5) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        rd_kafka_poll(check->kafka, 0); /* serves on_error */
        if (monotonic_ms() < ends_at && !kafka_trouble_is_refusal(&check->trouble))
            continue;
        kafka_trouble_explain(&check->trouble, check->brokers, reason);
        findings_add(check->findings, FINDING_FAIL, "Kafka", NULL, "no answer: %s", reason);
        return CHECK_KAFKA_AWAY;
    }
    check->broker_count = metadata->broker_cnt;
    check->a_broker = metadata->broker_cnt > 0 ? metadata->brokers[0].id : -1;
    findings_add(check->findings, FINDING_OK, "Kafka", NULL, "%d %s at %s", metadata->broker_cnt,
                 metadata->broker_cnt == 1 ? "broker answers" : "brokers answer", check->brokers);
    partitions = take_topic(check, &metadata->topics[0]);
    rd_kafka_metadata_destroy(metadata);
    return partitions;
}

static bool open_client(struct check *check, const struct option_values *properties)
{
    char error[REASON_SIZE];
    rd_kafka_conf_t *conf = kafka_conf_new(check->brokers, check->group, SETTINGS, properties, error);

    if (conf) {
        rd_kafka_conf_set_opaque(conf, check);
        rd_kafka_conf_set_error_cb(conf, on_error);
        check->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
        if (!check->kafka)
            rd_kafka_conf_destroy(conf);
    }
    if (!check->kafka)
        findings_add(check->findings, FINDING_FAIL, "Kafka", "correct -X or --properties", "%s", error);
    return check->kafka;
}

int check_kafka(const struct check_kafka_settings *settings, struct findings *findings)
{
    struct check check = {
        .brokers = settings->brokers, .topic = settings->topic, .group = settings->group, .findings = findings
    };
    int partitions = CHECK_KAFKA_REFUSED;

    if (!open_client(&check, settings->properties))
        return CHECK_KAFKA_REFUSED;
    check.handle = rd_kafka_topic_new(check.kafka, check.topic, NULL);
    if (check.handle) {
        partitions = ask(&check);
        rd_kafka_topic_destroy(check.handle);
    } else {
        findings_add(findings, FINDING_FAIL, "topic", "name it with --topic", "%s: %s", check.topic,
                     rd_kafka_err2str(rd_kafka_last_error()));
    }
    rd_kafka_destroy_flags(check.kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    return partitions;
}
