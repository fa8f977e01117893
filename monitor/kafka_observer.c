/*
 * Four questions, one after the other, as each takes a millisecond or two:
 * which partitions there are, how far the group has committed, where the
 * partitions end, who the members are. The ends come after the commits, so that
 * a lag is never below zero.
 */
#include "kafka_observer.h"

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
    { "isolation.level", "read_committed", KAFKA_DEFAULT }, /* it sees the ends that order-consumer sees */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* what it would log as errors comes to on_error */
    { 0 },
};

struct kafka_observer {
    rd_kafka_t *kafka;
    rd_kafka_topic_t *topic_handle;
    rd_kafka_queue_t *answers;
    const char *brokers, *topic, *group;
    struct kafka_trouble trouble;
    int64_t ends_at; /* of the look at hand */
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
    rd_kafka_conf_t *conf = kafka_conf_new(brokers, SETTINGS, properties, error);
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
    observer->answers = rd_kafka_queue_new(observer->kafka);
    return observer;
}

void kafka_observer_free(struct kafka_observer *observer)
{
    if (!observer)
        return;
    rd_kafka_queue_destroy(observer->answers);
    rd_kafka_topic_destroy(observer->topic_handle);
    rd_kafka_destroy_flags(observer->kafka, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(observer);
}

static int time_left(const struct kafka_observer *observer)
{
    int64_t left = observer->ends_at - monotonic_ms();

    return left > 1 ? (int)left : 1;
}

static bool is_missing_topic(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Brokers answer so for a moment: a topic was just made, or another of them took over. */
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

/* Options for a request of the kind; it is answered in the time that is left, with an error if need be. */
static rd_kafka_AdminOptions_t *make_options(struct kafka_observer *observer, rd_kafka_admin_op_t kind)
{
    rd_kafka_AdminOptions_t *options = checked(rd_kafka_AdminOptions_new(observer->kafka, kind));

    rd_kafka_AdminOptions_set_request_timeout(options, time_left(observer), NULL, 0);
    return options;
}

/* The answer, or NULL. One to an earlier request, which came too late for it, is dropped. The caller destroys it. */
static rd_kafka_event_t *await_answer(struct kafka_observer *observer, rd_kafka_event_type_t type,
                                      rd_kafka_resp_err_t *failed)
{
    rd_kafka_event_t *event;

    while ((event = rd_kafka_queue_poll(observer->answers, time_left(observer))) && rd_kafka_event_type(event) != type)
        rd_kafka_event_destroy(event);
    *failed = event ? rd_kafka_event_error(event) : RD_KAFKA_RESP_ERR__TIMED_OUT;
    return event;
}

static rd_kafka_resp_err_t look_up_commits(struct kafka_observer *observer, struct kafka_view *view,
                                           const rd_kafka_topic_partition_list_t *partitions)
{
    rd_kafka_AdminOptions_t *options = make_options(observer, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS);
    rd_kafka_ListConsumerGroupOffsets_t *request = rd_kafka_ListConsumerGroupOffsets_new(observer->group, partitions);
    const rd_kafka_topic_partition_list_t *list = NULL;
    rd_kafka_resp_err_t failed;
    rd_kafka_event_t *event;
    size_t count = 0;

    rd_kafka_ListConsumerGroupOffsets(observer->kafka, &request, 1, options, observer->answers);
    event = await_answer(observer, RD_KAFKA_EVENT_LISTCONSUMERGROUPOFFSETS_RESULT, &failed);
    if (!failed) {
        const rd_kafka_group_result_t **groups = rd_kafka_ListConsumerGroupOffsets_result_groups(
            rd_kafka_event_ListConsumerGroupOffsets_result(event), &count);

        failed = rd_kafka_error_code(rd_kafka_group_result_error(groups[0]));
        list = rd_kafka_group_result_partitions(groups[0]);
    }
    for (int i = 0; !failed && list && i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &list->elems[i];

        failed = partition->err;
        if (!failed && partition->offset >= 0 && (size_t)partition->partition < view->partition_count)
            view->partitions[partition->partition].committed = partition->offset;
    }
    rd_kafka_event_destroy(event);
    rd_kafka_ListConsumerGroupOffsets_destroy(request);
    rd_kafka_AdminOptions_destroy(options);
    return failed;
}

static void copy_name(char name[MEMBER_NAME_SIZE], const char *from)
{
    snprintf(name, MEMBER_NAME_SIZE, "%s", from ? from : "");
    text_clean(name);
}

static void take_member(const struct kafka_observer *observer, struct kafka_view *view,
                        const rd_kafka_MemberDescription_t *description, size_t index)
{
    struct group_member *member = &view->members[index];
    const rd_kafka_MemberAssignment_t *assignment = rd_kafka_MemberDescription_assignment(description);
    const rd_kafka_topic_partition_list_t *list = assignment ? rd_kafka_MemberAssignment_partitions(assignment) : NULL;

    copy_name(member->id, rd_kafka_MemberDescription_consumer_id(description));
    copy_name(member->client, rd_kafka_MemberDescription_client_id(description));
    copy_name(member->host, rd_kafka_MemberDescription_host(description));
    for (int i = 0; list && i < list->cnt; i++) {
        const rd_kafka_topic_partition_t *partition = &list->elems[i];

        if (strcmp(partition->topic, observer->topic) == 0 && partition->partition >= 0 &&
            (size_t)partition->partition < view->partition_count)
            view->partitions[partition->partition].owner = (int)index;
    }
}

static rd_kafka_resp_err_t take_group(const struct kafka_observer *observer, struct kafka_view *view,
                                      const rd_kafka_ConsumerGroupDescription_t *group)
{
    rd_kafka_consumer_group_state_t state = rd_kafka_ConsumerGroupDescription_state(group);
    rd_kafka_resp_err_t failed = rd_kafka_error_code(rd_kafka_ConsumerGroupDescription_error(group));

    if (failed == RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND) { /* brokers before 4.0 say so by the state alone */
        state = RD_KAFKA_CONSUMER_GROUP_STATE_DEAD;
        failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    if (failed)
        return failed;
    /* Without members nobody shares anything, and that is settled too. */
    view->is_stable = state == RD_KAFKA_CONSUMER_GROUP_STATE_STABLE || state == RD_KAFKA_CONSUMER_GROUP_STATE_EMPTY ||
                      state == RD_KAFKA_CONSUMER_GROUP_STATE_DEAD;
    snprintf(view->group_state, sizeof(view->group_state), "%s", rd_kafka_consumer_group_state_name(state));
    view->member_count = rd_kafka_ConsumerGroupDescription_member_count(group);
    view->members = checked(calloc(view->member_count + 1, sizeof(*view->members)));
    for (size_t i = 0; i < view->member_count; i++)
        take_member(observer, view, rd_kafka_ConsumerGroupDescription_member(group, i), i);
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

static rd_kafka_resp_err_t look_up_group(struct kafka_observer *observer, struct kafka_view *view)
{
    rd_kafka_AdminOptions_t *options = make_options(observer, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS);
    const char *names[] = { observer->group };
    rd_kafka_resp_err_t failed;
    rd_kafka_event_t *event;
    size_t count = 0;

    rd_kafka_DescribeConsumerGroups(observer->kafka, names, 1, options, observer->answers);
    event = await_answer(observer, RD_KAFKA_EVENT_DESCRIBECONSUMERGROUPS_RESULT, &failed);
    if (!failed) {
        const rd_kafka_ConsumerGroupDescription_t **groups =
            rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count);

        failed = take_group(observer, view, groups[0]);
    }
    rd_kafka_event_destroy(event);
    rd_kafka_AdminOptions_destroy(options);
    return failed;
}

/* False: the topic is not there, or was deleted meanwhile. */
static bool look_up_topic(struct kafka_observer *observer, struct kafka_view *view, rd_kafka_resp_err_t *failed)
{
    rd_kafka_topic_partition_list_t *partitions = rd_kafka_topic_partition_list_new((int)view->partition_count);

    rd_kafka_topic_partition_list_add_range(partitions, observer->topic, 0, (int)view->partition_count - 1);
    *failed = look_up_commits(observer, view, partitions);
    if (!*failed)
        *failed = look_up_ends(observer, view, partitions);
    rd_kafka_topic_partition_list_destroy(partitions);
    if (!is_missing_topic(*failed))
        return true;
    *failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    return false;
}

static void explain(struct kafka_observer *observer, rd_kafka_resp_err_t failed, char reason[VIEW_REASON_SIZE])
{
    if (kafka_trouble_is_connection(failed))
        kafka_trouble_explain(&observer->trouble, observer->brokers, reason);
    else
        snprintf(reason, VIEW_REASON_SIZE, "%s", rd_kafka_err2str(failed));
    text_one_line(reason);
    text_clean(reason);
}

/* All four questions. The caller owns what was found, if need be a part of it. */
static struct kafka_view *look_once(struct kafka_observer *observer, rd_kafka_resp_err_t *failed)
{
    struct kafka_view *view;
    int count = 0;

    *failed = count_partitions(observer, &count);
    view = kafka_view_new(*failed ? 0 : (size_t)count);
    if (is_missing_topic(*failed))
        *failed = RD_KAFKA_RESP_ERR_NO_ERROR;
    else if (!*failed)
        view->has_topic = look_up_topic(observer, view, failed);
    if (!view->has_topic)
        view->partition_count = 0;
    if (!*failed)
        *failed = look_up_group(observer, view);
    return view;
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
    view->state.at = wall_clock_ms();
    view->state.up = !failed;
    if (failed)
        explain(observer, failed, view->state.reason);
    else
        observer->trouble = (struct kafka_trouble){ 0 };
    return view;
}
