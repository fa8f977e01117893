/*
 * A look makes four requests, one after the other, because each takes only a millisecond
 * or two: for the partitions, the group's committed offsets, the ends of the partitions,
 * and the members. The ends come after the commits, so that a lag is never negative.
 *
 * It uses the calls of a consumer instead of librdkafka's Admin API, which would
 * crash the process: a client without a group dereferences NULL when a broker is no
 * longer the coordinator, and answers that arrive too late fail an assertion
 * (librdkafka#4605; 2.0.2, the version in Debian 12, has both bugs). So the client is
 * configured with the group's id, to find the coordinator. It is not a member of the
 * group, because it never subscribes.
 */
#include "kafka_observer.h"

#include "assignment.h"
#include "kafka_access.h"
#include "kafka_conf.h"
#include "kafka_trouble.h"
#include "memory.h"
#include "monotonic.h"
#include "text.h"
#include "wall_clock.h"
#include "watermarks.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RETRY_MS = 100 };

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-monitor", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "isolation.level", "read_committed", KAFKA_DEFAULT }, /* the same ends as order-consumer sees */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* errors go to on_error instead of the log */
    { 0 },
};

struct kafka_observer {
    rd_kafka_t *kafka;
    rd_kafka_topic_t *topic_handle;
    const char *brokers, *topic, *group;
    struct kafka_trouble trouble;
    rd_kafka_resp_err_t denied; /* the permission that a coordinator refused since Kafka was last up */
    int64_t ends_at;            /* of the current look */
};

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct kafka_observer *observer = opaque;

    (void)kafka;
    if (kafka_trouble_is_connection(error))
        kafka_trouble_note(&observer->trouble, error, reason);
}

struct kafka_observer *kafka_observer_new(const char *brokers, const char *topic, const char *group,
                                          const struct option_values *properties, char error[KAFKA_OBSERVER_ERROR_SIZE])
{
    rd_kafka_conf_t *conf = kafka_conf_new(brokers, group, SETTINGS, properties, error);
    struct kafka_observer *observer;

    if (!conf)
        return NULL;
    observer = checked(calloc(1, sizeof(*observer)));
    observer->brokers = brokers;
    observer->topic = topic;
    observer->group = group;
    rd_kafka_conf_set_opaque(conf, observer);
    rd_kafka_conf_set_error_cb(conf, on_error);
    observer->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, KAFKA_OBSERVER_ERROR_SIZE);
    if (!observer->kafka) {
        rd_kafka_conf_destroy(conf);
        free(observer);
        return NULL;
    }
    observer->topic_handle = rd_kafka_topic_new(observer->kafka, topic, NULL);
    if (!observer->topic_handle) {
        snprintf(error, KAFKA_OBSERVER_ERROR_SIZE, "topic %.100s: %s", topic, rd_kafka_err2str(rd_kafka_last_error()));
        rd_kafka_destroy(observer->kafka);
        free(observer);
        return NULL;
    }
    return observer;
}

void kafka_observer_free(struct kafka_observer *observer)
{
    if (!observer)
        return;
    rd_kafka_topic_destroy(observer->topic_handle);
    rd_kafka_destroy_flags(observer->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(observer);
}

static int time_left(const struct kafka_observer *observer)
{
    int64_t left = observer->ends_at - monotonic_ms();

    return left > 1 ? (int)left : 1;
}

/* Brokers answer this for a moment: after a topic was created, or another broker took over. */
static bool will_pass(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE || error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION ||
           error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS ||
           error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE || error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR;
}

static rd_kafka_resp_err_t count_partitions(struct kafka_observer *observer, int *count)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed =
        rd_kafka_metadata(observer->kafka, 0, observer->topic_handle, &metadata, time_left(observer));

    if (failed)
        return failed;
    failed = metadata->topics[0].err;
    *count = metadata->topics[0].partition_cnt;
    rd_kafka_metadata_destroy(metadata);
    return failed;
}

static rd_kafka_resp_err_t look_up_ends(struct kafka_observer *observer, struct kafka_view *view,
                                        const rd_kafka_topic_partition_list_t *partitions)
{
    struct watermarks *marks = checked(calloc(view->partition_count, sizeof(*marks)));
    rd_kafka_resp_err_t failed = watermarks_query(observer->kafka, partitions, time_left(observer), marks);

    for (size_t i = 0; !failed && i < view->partition_count; i++) {
        view->partitions[i].low = marks[i].low;
        view->partitions[i].high = marks[i].high;
    }
    free(marks);
    return failed;
}

static rd_kafka_resp_err_t look_up_commits(struct kafka_observer *observer, struct kafka_view *view,
                                           rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_resp_err_t failed = rd_kafka_committed(observer->kafka, partitions, time_left(observer));

    for (int i = 0; !failed && i < partitions->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &partitions->elems[i];

        failed = partition->err;
        if (!failed && partition->offset >= 0)
            view->partitions[partition->partition].committed = partition->offset;
    }
    return failed;
}

static void copy_name(char name[MEMBER_NAME_SIZE], const char *from)
{
    snprintf(name, MEMBER_NAME_SIZE, "%s", from ? from : "");
    text_clean(name);
}

static void take_member(const struct kafka_observer *observer, struct kafka_view *view,
                        const struct rd_kafka_group_member_info *info, size_t index)
{
    struct group_member *member = &view->members[index];
    struct assignment assignment;
    int partition;

    copy_name(member->id, info->member_id);
    copy_name(member->client, info->client_id);
    copy_name(member->host, info->client_host);
    assignment_read(&assignment, info->member_assignment, info->member_assignment_size, observer->topic);
    while ((partition = assignment_next(&assignment)) >= 0) {
        if ((size_t)partition < view->partition_count)
            view->partitions[partition].owner = (int)index;
    }
}

/* A broker that lists a group and then calls it dead knows it by the newer protocol (KIP-848), which this request does not speak. */
static const char *state_of(const struct rd_kafka_group_info *group)
{
    return strcmp(group->state, "Dead") == 0 ? KAFKA_GROUP_UNKNOWN : group->state;
}

/* NULL: no broker knows the group, so it has no members and never committed. */
static void take_group(const struct kafka_observer *observer, struct kafka_view *view,
                       const struct rd_kafka_group_info *group)
{
    const char *state = group ? state_of(group) : "Dead";

    /* A group without members has no partitions to share, and is stable too. */
    view->is_stable = strcmp(state, "Stable") == 0 || strcmp(state, "Empty") == 0 || strcmp(state, "Dead") == 0 ||
                      strcmp(state, KAFKA_GROUP_UNKNOWN) == 0;
    snprintf(view->group_state, sizeof(view->group_state), "%s", state);
    text_clean(view->group_state);
    view->member_count = group ? (size_t)group->member_cnt : 0;
    view->members = checked(calloc(view->member_count + 1, sizeof(*view->members)));
    for (size_t i = 0; group && i < view->member_count; i++)
        take_member(observer, view, &group->members[i], i);
}

static bool has_commits(const struct kafka_view *view)
{
    for (size_t i = 0; i < view->partition_count; i++) {
        if (view->partitions[i].committed >= 0)
            return true;
    }
    return false;
}

/*
 * All brokers are asked, and one of them knows the group. If another broker does
 * not answer, the whole call may fail. If the group's own broker does not answer,
 * the group may seem not to exist. Neither means that Kafka is away.
 */
static void look_up_group(struct kafka_observer *observer, struct kafka_view *view)
{
    int timeout_ms = time_left(observer) / 2 + 1;
    const struct rd_kafka_group_list *list = NULL;
    rd_kafka_resp_err_t failed = rd_kafka_list_groups(observer->kafka, observer->group, &list, timeout_ms);

    if (list && list->group_cnt > 0 && !list->groups[0].err)
        take_group(observer, view, &list->groups[0]);
    else if (!failed && list && list->group_cnt == 0 && !has_commits(view))
        take_group(observer, view, NULL);
    else
        view->is_group_old = true;
    if (list)
        rd_kafka_group_list_destroy(list);
}

/* False: the topic does not exist, or was deleted meanwhile. */
static bool look_up_topic(struct kafka_observer *observer, struct kafka_view *view, rd_kafka_resp_err_t *failed)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new((int)view->partition_count);

    rd_kafka_topic_partition_list_add_range(partitions, observer->topic, 0, (int)view->partition_count - 1);
    *failed = look_up_commits(observer, view, partitions);
    if (!*failed)
        *failed = look_up_ends(observer, view, partitions);
    rd_kafka_topic_partition_list_destroy(partitions);
    if (!kafka_trouble_is_missing_topic(*failed))
        return true;
    *failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    return false;
}

static void explain_error(const struct kafka_observer *observer, rd_kafka_resp_err_t failed,
                          char reason[VIEW_REASON_SIZE])
{
    bool is_group = failed == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;

    if (kafka_access_is_denied(failed))
        kafka_access_explain(rd_kafka_conf(observer->kafka), "Describe", is_group ? "group" : "topic",
                             is_group ? observer->group : observer->topic, reason);
    else if (kafka_trouble_is_connection(failed))
        kafka_trouble_explain(&observer->trouble, observer->brokers, reason);
    else
        snprintf(reason, VIEW_REASON_SIZE, "%s", rd_kafka_err2str(failed));
}

/*
 * A user who may not see a group finds no coordinator. librdkafka reports that once, as an error of a consumer, and the request for
 * the commits times out.
 */
static void note_denied(struct kafka_observer *observer)
{
    rd_kafka_message_t *message;

    while ((message = rd_kafka_consumer_poll(observer->kafka, 0))) {
        if (kafka_access_is_denied(message->err))
            observer->denied = message->err;
        rd_kafka_message_destroy(message);
    }
}

static void explain(struct kafka_observer *observer, rd_kafka_resp_err_t failed, char reason[VIEW_REASON_SIZE])
{
    if (observer->denied && failed == RD_KAFKA_RESP_ERR__TIMED_OUT)
        failed = observer->denied;
    explain_error(observer, failed, reason);
    text_one_line(reason);
    text_clean(reason);
}

/* Makes all four requests. The caller owns the view, which may be incomplete. */
static struct kafka_view *look_once(struct kafka_observer *observer, rd_kafka_resp_err_t *failed)
{
    struct kafka_view *view;
    int count = 0;

    *failed = count_partitions(observer, &count);
    view = kafka_view_new(*failed ? 0 : (size_t)count);
    if (kafka_trouble_is_missing_topic(*failed))
        *failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    else if (!*failed)
        view->has_topic = look_up_topic(observer, view, failed);
    if (!view->has_topic)
        view->partition_count = 0;
    if (!*failed)
        look_up_group(observer, view);
    return view;
}

static void forget_trouble(struct kafka_observer *observer)
{
    observer->trouble = (struct kafka_trouble){ 0 };
    observer->denied = RD_KAFKA_RESP_ERR_NO_ERROR;
}

struct kafka_view *kafka_observer_look(struct kafka_observer *observer)
{
    struct kafka_view *view;
    rd_kafka_resp_err_t failed;

    observer->ends_at = monotonic_ms() + KAFKA_LOOK_MS;
    view = look_once(observer, &failed);
    while (will_pass(failed) && time_left(observer) > RETRY_MS) {
        kafka_view_free(view);
        poll(NULL, 0, RETRY_MS);
        view = look_once(observer, &failed);
    }
    rd_kafka_poll(observer->kafka, 0); /* serves on_error */
    note_denied(observer);
    view->state.at = wall_clock_ms();
    view->state.up = !failed;
    if (failed)
        explain(observer, failed, view->state.reason);
    else
        forget_trouble(observer);
    return view;
}
