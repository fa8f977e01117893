#include "membership.h"

#include "failpoint.h"
#include "log.h"
#include "monotonic.h"

#include <inttypes.h>
#include <string.h>

enum {
    LEAVE_MS = 3000,             /* a program that ends does so within 10 s: see also ANSWER_MS of a commit */
    UNASSIGNED_AFTER_MS = 12000, /* longer than the group waits for a member that was killed */
    UNRESOLVED_AFTER_MS = 3000,  /* the same, where the name of the coordinator's host cannot be resolved */
};

void membership_init(struct membership *membership, const char *topic, const char *group, bool is_incremental)
{
    *membership = (struct membership){
        .topic = topic,
        .group = group,
        .is_incremental = is_incremental,
        .owned = rd_kafka_topic_partition_list_new(1),
        .reading = rd_kafka_topic_partition_list_new(1),
        .taken = rd_kafka_topic_partition_list_new(1),
    };
}

void membership_release(struct membership *membership)
{
    rd_kafka_topic_partition_list_destroy(membership->owned);
    rd_kafka_topic_partition_list_destroy(membership->reading);
    rd_kafka_topic_partition_list_destroy(membership->taken);
}

rd_kafka_resp_err_t membership_join(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_resp_err_t failed;

    rd_kafka_topic_partition_list_add(topics, membership->topic, RD_KAFKA_PARTITION_UA);
    failed = rd_kafka_subscribe(membership->kafka, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    membership->waiting_since = monotonic_ms();
    return failed;
}

/* --- the partitions */

static void replace(rd_kafka_topic_partition_list_t **list, const rd_kafka_topic_partition_list_t *other)
{
    rd_kafka_topic_partition_list_t *copy = rd_kafka_topic_partition_list_copy(other);

    rd_kafka_topic_partition_list_destroy(*list);
    *list = copy;
}

static void clear(rd_kafka_topic_partition_list_t **list)
{
    rd_kafka_topic_partition_list_destroy(*list);
    *list = rd_kafka_topic_partition_list_new(1);
}

/* Those of `more` that are neither in `list` nor in `without`. */
static void add_all(rd_kafka_topic_partition_list_t *list, const rd_kafka_topic_partition_list_t *more,
                    const rd_kafka_topic_partition_list_t *without)
{
    for (int i = 0; more && i < more->cnt; i++) {
        const rd_kafka_topic_partition_t *one = &more->elems[i];

        if (!rd_kafka_topic_partition_list_find(list, one->topic, one->partition) &&
            !(without && rd_kafka_topic_partition_list_find(without, one->topic, one->partition)))
            rd_kafka_topic_partition_list_add(list, one->topic, one->partition);
    }
}

/* Only for debugging: what cannot be assigned is tried again, and if it cannot be unassigned, it is assigned no more. */
static rd_kafka_resp_err_t finish(rd_kafka_error_t *error)
{
    rd_kafka_resp_err_t failed = rd_kafka_error_code(error);

    if (failed)
        log_debug("source", "partitions are not assigned as they should be: %s", rd_kafka_error_string(error));
    if (error)
        rd_kafka_error_destroy(error);
    return failed;
}

static rd_kafka_resp_err_t stop_reading(struct membership *membership)
{
    rd_kafka_resp_err_t failed = finish(rd_kafka_incremental_unassign(membership->kafka, membership->reading));

    clear(&membership->reading);
    return failed;
}

static rd_kafka_resp_err_t read_only(struct membership *membership, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    if (!membership->is_incremental)
        return rd_kafka_assign(membership->kafka, list);
    if (membership->reading->cnt > 0)
        failed = stop_reading(membership);
    if (!failed)
        failed = finish(rd_kafka_incremental_assign(membership->kafka, list));
    if (!failed)
        replace(&membership->reading, list);
    return failed;
}

rd_kafka_resp_err_t membership_start(struct membership *membership, const rd_kafka_topic_partition_list_t *list)
{
    rd_kafka_resp_err_t failed = read_only(membership, list);

    if (!failed)
        replace(&membership->owned, list);
    return failed;
}

void membership_hold(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);

    read_only(membership, nothing);
    rd_kafka_topic_partition_list_destroy(nothing);
}

void membership_give_up(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *left = rd_kafka_topic_partition_list_new(1);

    if (membership->is_incremental) {
        stop_reading(membership);
        add_all(left, membership->owned, membership->taken);
    } else {
        rd_kafka_assign(membership->kafka, NULL);
    }
    clear(&membership->taken);
    rd_kafka_topic_partition_list_destroy(membership->owned);
    membership->owned = left;
    if (left->cnt > 0)
        membership->change = MEMBERSHIP_ASSIGNED;
}

/* --- what the group asks for */

/* The member that leads the group hands out partitions, and may hand out any. */
static void refuse_other_topics(struct membership *membership)
{
    rd_kafka_topic_partition_list_t *owned = membership->owned;

    for (int i = owned->cnt - 1; i >= 0; i--) {
        if (strcmp(owned->elems[i].topic, membership->topic) == 0)
            continue;
        log_error("source",
                  "the leader of group %s handed out partition %" PRId32
                  " of another topic, %s: it is not read; which program "
                  "joins this group with that topic?",
                  membership->group, owned->elems[i].partition, owned->elems[i].topic);
        rd_kafka_topic_partition_list_del_by_idx(owned, i);
    }
}

void membership_note_rebalance(struct membership *membership, rd_kafka_resp_err_t error,
                               const rd_kafka_topic_partition_list_t *partitions)
{
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        FAILPOINT("in the callback of an assignment");
        if (!membership->is_incremental)
            clear(&membership->owned);
        add_all(membership->owned, partitions, NULL);
        refuse_other_topics(membership);
        membership->change = MEMBERSHIP_ASSIGNED;
    } else {
        membership->change = rd_kafka_assignment_lost(membership->kafka) ? MEMBERSHIP_LOST : MEMBERSHIP_REVOKED;
        FAILPOINT("in the callback of a revocation");
        add_all(membership->taken, partitions, NULL);
        if (membership->change == MEMBERSHIP_LOST)
            FAILPOINT("in the callback of a lost assignment");
    }
    rd_kafka_yield(membership->kafka); /* the poll that called would go on waiting for a record */
}

enum membership_change membership_take_change(struct membership *membership)
{
    enum membership_change change = membership->change;

    if (change == MEMBERSHIP_UNCHANGED)
        return change;
    membership->change = MEMBERSHIP_UNCHANGED;
    membership->waiting_since = change == MEMBERSHIP_ASSIGNED ? 0 : monotonic_ms();
    if (change == MEMBERSHIP_ASSIGNED)
        log_info("source", "assigned %d partitions topic=%s group=%s", membership->owned->cnt, membership->topic,
                 membership->group);
    else
        log_info("source", "%d partitions %s topic=%s group=%s", membership->taken->cnt,
                 change == MEMBERSHIP_LOST ? "lost: this member was away too long" : "revoked", membership->topic,
                 membership->group);
    return change;
}

/* librdkafka tries again by itself after most errors of a coordinator that a member joins, and does not report them. */
void membership_tell_waiting(struct membership *membership, const struct outage *outage, bool is_denied)
{
    const struct kafka_trouble *trouble = &outage->trouble;
    bool is_troubled = outage->is_away || outage->failed_at > membership->waiting_since;
    int patience_ms =
        is_troubled && trouble->code == RD_KAFKA_RESP_ERR__RESOLVE ? UNRESOLVED_AFTER_MS : UNASSIGNED_AFTER_MS;

    if (membership->waiting_since == 0 || monotonic_ms() - membership->waiting_since < patience_ms)
        return;
    membership->waiting_since = 0;
    if (is_denied)
        return;
    if (is_troubled)
        log_warn("source", "no partitions from the group for %d s, still asking: %s; %s topic=%s group=%s",
                 patience_ms / 1000, trouble->reason, kafka_trouble_advice(trouble), membership->topic,
                 membership->group);
    else
        log_warn("source",
                 "no partitions from the group for %d s, still asking: its coordinator is not ready, or other members "
                 "are slow topic=%s group=%s",
                 patience_ms / 1000, membership->topic, membership->group);
}

/* --- the end */

/*
 * By a queue, because rd_kafka_consumer_close waits without end for a coordinator that does not answer. Changes come by it too,
 * and not by the callback.
 */
bool membership_leave(struct membership *membership)
{
    int64_t ends_at = monotonic_ms() + LEAVE_MS;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(membership->kafka);
    rd_kafka_error_t *error;

    rd_kafka_assign(membership->kafka, NULL); /* also the answer to a change that was not answered */
    error = rd_kafka_consumer_close_queue(membership->kafka, queue);
    while (!error && !rd_kafka_consumer_closed(membership->kafka) && monotonic_ms() < ends_at) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, LEAVE_MS / 30);

        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
            rd_kafka_assign(membership->kafka, NULL);
        rd_kafka_event_destroy(event); /* or a record that nobody needs any more */
    }
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(queue);
    return rd_kafka_consumer_closed(membership->kafka);
}
