#include "commits.h"

#include "failpoint.h"
#include "log.h"

enum { ANSWER_MS = 2000 /* a program that ends does so within 10 s: see also LEAVE_MS */ };

void commits_drop(struct commits *commits)
{
    if (commits->waiting)
        rd_kafka_topic_partition_list_destroy(commits->waiting);
    commits->waiting = NULL;
}

void commits_end_generation(struct commits *commits)
{
    commits_drop(commits);
    commits->is_in_flight = false;
}

void commits_release(struct commits *commits)
{
    commits_drop(commits);
}

/* Errors that say that the partitions, and so their offsets, may be another member's by now. */
static bool is_stale_member(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS || error == RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST;
}

static void tell_result(struct commits *commits, rd_kafka_resp_err_t error)
{
    FAILPOINT("offsets answered");
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        outage_note_success(commits->outage);
    else if (refusals_tell(commits->refusals, error))
        return;
    else if (is_stale_member(error))
        log_info("source", "offsets not committed, the group has moved on (%s); they will be redelivered",
                 rd_kafka_err2str(error));
    else
        log_warn("source", "offsets not committed: %s; the next commit covers them", rd_kafka_err2str(error));
}

static void send_waiting(struct commits *commits)
{
    if (!commits->waiting || commits->is_in_flight)
        return;
    commits->is_in_flight = rd_kafka_commit(commits->kafka, commits->waiting, 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
    commits_drop(commits);
}

void commits_note_answer(struct commits *commits, rd_kafka_resp_err_t error)
{
    tell_result(commits, error);
    commits->is_in_flight = false;
    if (commits->refusals->is_topic_gone)
        commits_drop(commits);
    send_waiting(commits);
}

static rd_kafka_topic_partition_list_t *to_list(const char *topic, const struct partition_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, topic, offsets[i].partition)->offset = offsets[i].offset;
    return list;
}

/* What the waiting commit held is outdated by these offsets. */
static rd_kafka_topic_partition_list_t *replace_waiting(struct commits *commits, const struct partition_offset *offsets,
                                                        size_t count)
{
    commits_drop(commits);
    if (count == 0 || commits->refusals->is_topic_gone)
        return NULL;
    return to_list(commits->topic, offsets, count);
}

void commits_send(struct commits *commits, const struct partition_offset *offsets, size_t count)
{
    commits->waiting = replace_waiting(commits, offsets, count);
    send_waiting(commits);
}

static void on_answer(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *offsets,
                      void *commits)
{
    (void)kafka;
    (void)offsets;
    tell_result(commits, error);
}

void commits_send_wait(struct commits *commits, const struct partition_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = replace_waiting(commits, offsets, count);
    rd_kafka_queue_t *answers;

    if (!list)
        return;
    answers = rd_kafka_queue_new(commits->kafka);
    if (rd_kafka_commit_queue(commits->kafka, list, answers, on_answer, commits) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        !FAILPOINT("last offsets sent, not answered") && rd_kafka_queue_poll_callback(answers, ANSWER_MS) == 0)
        log_warn("source", "offsets not committed: no answer within %d s; they will be redelivered", ANSWER_MS / 1000);
    rd_kafka_queue_destroy(answers);
    rd_kafka_topic_partition_list_destroy(list);
}

bool commits_have_reached(const struct commits *commits, const struct partition_offset *offsets, size_t count,
                          int timeout_ms)
{
    rd_kafka_topic_partition_list_t *list = to_list(commits->topic, offsets, count);
    bool have = count == 0 || rd_kafka_committed(commits->kafka, list, timeout_ms) == RD_KAFKA_RESP_ERR_NO_ERROR;

    for (int i = 0; have && i < list->cnt; i++)
        have = !list->elems[i].err && list->elems[i].offset >= offsets[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return have;
}
