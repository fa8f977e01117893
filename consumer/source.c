/*
 * Owns the member's librdkafka handle, and polls it. The group, the commits and the start positions are in separate modules,
 * which share the handle: membership.h, commits.h, start_finder.h. librdkafka's callbacks are received here and passed on,
 * because a handle has one pointer for all of them.
 *
 * The rebalance callback only notes the change. source_poll returns it to the worker, which commits before it gives
 * partitions up.
 *
 * The assignor is an eager one: with cooperative-sticky and manual commits, librdkafka before 2.10 can lose assignments.
 * (With the consumer protocol, in which single partitions are assigned and revoked, all start positions are found again.)
 * Messages are polled one by one: the batch queue of librdkafka 2.0.2 returns stale records after a rebalance.
 */
#include "source.h"

#include "bug.h"
#include "commits.h"
#include "compaction.h"
#include "continuity.h"
#include "failpoint.h"
#include "fetch_wake.h"
#include "kafka_access.h"
#include "kafka_conf.h"
#include "kafka_end.h"
#include "kafka_record.h"
#include "log.h"
#include "membership.h"
#include "memory.h"
#include "outage.h"
#include "peek.h"
#include "refusals.h"
#include "start_finder.h"
#include "topic_lookup.h"

#include <stdio.h>
#include <stdlib.h>

enum { BROKER_TIMEOUT_MS = 5000 };

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-consumer", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "enable.auto.offset.store", "false", KAFKA_FIXED },
    { "auto.offset.reset", "error", KAFKA_FIXED }, /* librdkafka would reset without telling: see source_assign */
    { "isolation.level", "read_committed", KAFKA_FIXED },
    { "enable.partition.eof", "true", KAFKA_FIXED }, /* shows that there is no other record before an offset */
    { "partition.assignment.strategy", "range", KAFKA_CLASSIC },
    { "session.timeout.ms", "10000", KAFKA_CLASSIC_DEFAULT },
    { "heartbeat.interval.ms", "1000", KAFKA_CLASSIC_DEFAULT }, /* by default 3 s: a member that joins waits for it */
    { "topic.metadata.refresh.interval.ms", "10000", KAFKA_DEFAULT },
    { "queued.max.messages.kbytes", "6144", KAFKA_DEFAULT }, /* together they bound the memory: a fetched */
    { "fetch.message.max.bytes", "262144", KAFKA_DEFAULT },  /* batch is that size before it is decompressed */
    { "fetch.error.backoff.ms", "100", KAFKA_DEFAULT },
    { "fetch.queue.backoff.ms", "10", KAFKA_IF_KNOWN },    /* by default 1 s; older versions: see fetch_wake.h */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT }, /* by default 10 s: the session would be over */
    { "log_level", "2", KAFKA_DEFAULT },                   /* errors come to on_error besides */
    { 0 },
};

struct source {
    rd_kafka_t *kafka;
    const char *topic, *brokers;
    struct membership membership;
    struct commits commits;
    struct start_finder finder;
    struct continuity continuity;
    struct outage outage;
    struct refusals refusals;
    struct topic_lookup lookup;
    bool is_reading, is_paused, is_fatal;
    int64_t woken_at; /* see fetch_wake.h */
};

static void on_rebalance(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *partitions,
                         void *opaque)
{
    struct source *source = opaque;

    (void)kafka;
    membership_note_rebalance(&source->membership, error, partitions);
}

static void on_commit(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *offsets,
                      void *opaque)
{
    struct source *source = opaque;

    (void)kafka;
    (void)offsets;
    commits_note_answer(&source->commits, error);
}

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct source *source = opaque;

    (void)kafka;
    log_debug("source", "%s", reason);
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        source->is_fatal = true;
    outage_note_error(&source->outage, error, reason);
}

static rd_kafka_conf_t *make_conf(struct source *source, const struct source_settings *settings, char *error)
{
    rd_kafka_conf_t *conf = kafka_conf_new(settings->brokers, settings->group, SETTINGS, settings->properties, error);

    if (!conf)
        return NULL;
    rd_kafka_conf_set_opaque(conf, source);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, on_commit);
    rd_kafka_conf_set_error_cb(conf, on_error);
    continuity_watch(&source->continuity, conf);
    return conf;
}

static void share_handle(struct source *source, const char *group)
{
    source->membership.kafka = source->kafka;
    source->finder.kafka = source->kafka;
    source->refusals = (struct refusals){ .kafka = source->kafka, .topic = source->topic, .group = group };
    source->commits = (struct commits){
        .kafka = source->kafka, .topic = source->topic, .refusals = &source->refusals, .outage = &source->outage
    };
    source->lookup = (struct topic_lookup){ .kafka = source->kafka,
                                            .brokers = source->brokers,
                                            .topic = source->topic,
                                            .refusals = &source->refusals,
                                            .trouble = &source->outage.trouble };
}

struct source *source_new(const struct source_settings *settings, char error[SOURCE_ERROR_SIZE])
{
    struct source *source = checked(calloc(1, sizeof(*source)));
    struct peek *peek = peek_new(settings->brokers, settings->topic, settings->properties, error);
    rd_kafka_conf_t *conf = peek ? make_conf(source, settings, error) : NULL;

    source->topic = settings->topic;
    source->brokers = settings->brokers;
    source->finder = (struct start_finder){ .peek = peek, .topic = settings->topic };
    membership_init(&source->membership, settings->topic, settings->group,
                    conf && kafka_conf_is(conf, "group.protocol", "consumer"));
    if (conf)
        source->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, SOURCE_ERROR_SIZE);
    share_handle(source, settings->group);
    if (source->kafka) {
        rd_kafka_poll_set_consumer(source->kafka);
        return source;
    }
    if (conf)
        rd_kafka_conf_destroy(conf);
    source_free(source);
    return NULL;
}

void source_free(struct source *source)
{
    if (!source)
        return;
    FAILPOINT("the group not left");
    if (source->kafka && !membership_leave(&source->membership)) {
        log_warn("source",
                 "left without an answer from the coordinator; the group will notice when the session times out");
        return; /* what is left ends with the process */
    }
    FAILPOINT("the group left");
    if (source->kafka)
        kafka_end(source->kafka);
    peek_free(source->finder.peek);
    continuity_release(&source->continuity);
    membership_release(&source->membership);
    commits_release(&source->commits);
    free(source);
}

bool source_subscribe(struct source *source, char error[SOURCE_ERROR_SIZE])
{
    rd_kafka_resp_err_t failed = membership_join(&source->membership);

    if (failed)
        snprintf(error, SOURCE_ERROR_SIZE, "cannot subscribe to topic %s: %s", source->topic, rd_kafka_err2str(failed));
    return !failed;
}

int32_t source_count_partitions(const struct source *source)
{
    int partitions;

    topic_lookup_count(&source->lookup, source->kafka, &partitions);
    return partitions;
}

enum source_lookup source_find_topic(struct source *source, char error[SOURCE_ERROR_SIZE])
{
    enum source_lookup answer = topic_lookup_find(&source->lookup, error);

    return answer; /* cppcheck does not see the call in a return */
}

bool source_permits_topic(struct source *source, bool is_compacted_allowed)
{
    return compaction_permits(source->kafka, "source", source->brokers, source->topic, is_compacted_allowed);
}

const struct log_identity *source_identity(const struct source *source)
{
    return &source->finder.identity;
}

void source_pause(struct source *source)
{
    if (!source->is_paused)
        rd_kafka_pause_partitions(source->kafka, source->membership.owned);
    source->is_paused = true;
}

void source_resume(struct source *source)
{
    if (source->is_paused)
        rd_kafka_resume_partitions(source->kafka, source->membership.owned);
    source->is_paused = false;
}

void source_hold(struct source *source)
{
    source_resume(source);
    commits_drop(&source->commits);
    membership_hold(&source->membership);
    source->is_reading = false;
}

static enum source_event take_change(struct source *source)
{
    switch (membership_take_change(&source->membership)) {
    case MEMBERSHIP_UNCHANGED:
        return SOURCE_NOTHING;
    case MEMBERSHIP_ASSIGNED:
        source_hold(source); /* an unanswered assignment blocks the member */
        refusals_forget(&source->refusals);
        return SOURCE_ASSIGNED;
    case MEMBERSHIP_REVOKED:
        return SOURCE_REVOKED;
    case MEMBERSHIP_LOST:
        return SOURCE_LOST;
    }
    BUG("unknown membership_change");
}

/* An error comes from no broker, and is looked at by itself. */
static bool is_continuous(struct source *source, const rd_kafka_message_t *message)
{
    if (!continuity_holds(&source->continuity))
        return false;
    return message->err ||
           continuity_is_of(&source->continuity, message->partition, rd_kafka_message_broker_id(message));
}

static void drop(rd_kafka_message_t *message)
{
    if (message)
        rd_kafka_message_destroy(message);
}

static enum source_event tell_fatal(const struct source *source)
{
    char reason[SOURCE_ERROR_SIZE];

    rd_kafka_fatal_error(source->kafka, reason, sizeof(reason));
    log_error("source", "librdkafka reports a fatal error: %s", reason);
    return SOURCE_FATAL;
}

/* A message that came while partitions are read. *message becomes NULL if the record borrows it. */
static enum source_event take_message(struct source *source, rd_kafka_message_t **message, struct record *record)
{
    rd_kafka_message_t *taken = *message;

    if (!is_continuous(source, taken)) {
        log_debug("source", "a broker came back or another one leads: comparing the logs again");
        return SOURCE_POSITIONS_STALE;
    }
    if (taken->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return SOURCE_POSITIONS_STALE;
    if (taken->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        *record = (struct record){ .partition = taken->partition, .offset = taken->offset };
        outage_note_success(&source->outage);
        return SOURCE_END;
    }
    if (taken->err) {
        refusals_tell_message(&source->refusals, taken);
        return SOURCE_NOTHING;
    }
    outage_note_success(&source->outage);
    *record = kafka_record(taken);
    *message = NULL;
    return SOURCE_RECORD;
}

enum source_event source_poll(struct source *source, int timeout_ms, struct record *record)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(source->kafka, timeout_ms);
    enum source_event event;

    if (source->is_fatal || (message && message->err == RD_KAFKA_RESP_ERR__FATAL)) {
        drop(message);
        return tell_fatal(source);
    }
    outage_look(&source->outage, source->kafka,
                source->is_reading && !source->is_paused ? source->membership.owned : NULL);
    membership_tell_waiting(&source->membership, &source->outage, kafka_access_is_denied(source->refusals.told));
    event = take_change(source);
    if (event != SOURCE_NOTHING) {
        drop(message); /* whoever owns the partition next reads it again */
        return event;
    }
    if (source->refusals.is_topic_gone && source->is_reading)
        event = SOURCE_POSITIONS_STALE;
    else if (message && source->is_reading)
        event = take_message(source, &message, record);
    else if (message && message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF &&
             message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        refusals_tell_message(&source->refusals, message);
    else if (!message && source->is_reading && !source->is_paused)
        fetch_wake(source->kafka, source->membership.owned, &source->woken_at);
    drop(message);
    return event;
}

void source_release(struct record *record)
{
    rd_kafka_message_destroy(record->handle);
    *record = (struct record){ 0 };
}

bool source_assign(struct source *source, const struct known_logs *known, struct start **starts, size_t *start_count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(source->membership.owned);
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    *start_count = (size_t)list->cnt;
    *starts = checked(calloc(*start_count + 1, sizeof(**starts)));
    if (list->cnt > 0) /* none where the group has more members than the topic has partitions */
        failed = start_finder_find(&source->finder, list, known, *starts, &source->continuity);
    if (!failed)
        failed = FAILPOINT("positions known, not assigned") ? RD_KAFKA_RESP_ERR__FAIL
                                                            : membership_start(&source->membership, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (!failed) {
        source->is_reading = true;
        source->refusals.is_topic_gone = source->refusals.is_topic_gone && *start_count == 0;
        return true;
    }
    if (!refusals_tell(&source->refusals, failed))
        log_warn("source", "cannot find out where to start: %s; trying again", rd_kafka_err2str(failed));
    free(*starts);
    *starts = NULL;
    *start_count = 0;
    return false;
}

bool source_find_logs(struct source *source, const struct known_logs *known, bool is_of_all, struct log_now **logs,
                      size_t *count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    int partitions = 0;
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    if (is_of_all)
        failed = topic_lookup_count(&source->lookup, peek_handle(source->finder.peek), &partitions);
    for (int i = 0; i < (is_of_all ? partitions : source->membership.owned->cnt); i++)
        rd_kafka_topic_partition_list_add(list, source->topic,
                                          is_of_all ? i : source->membership.owned->elems[i].partition);
    *count = (size_t)list->cnt;
    *logs = checked(calloc(*count + 1, sizeof(**logs)));
    if (!failed && list->cnt > 0)
        failed = start_finder_find_logs(&source->finder, list, known, *logs);
    rd_kafka_topic_partition_list_destroy(list);
    if (!failed)
        return true;
    log_debug("source", "which logs there are is not known: %s", rd_kafka_err2str(failed));
    free(*logs);
    *logs = NULL;
    *count = 0;
    return false;
}

void source_unassign(struct source *source)
{
    source_resume(source);
    commits_end_generation(&source->commits);
    source->is_reading = false;
    membership_give_up(&source->membership);
}

int64_t source_end_offset(const struct source *source, int32_t partition)
{
    int64_t low, end_offset;
    rd_kafka_resp_err_t failed =
        rd_kafka_get_watermark_offsets(source->kafka, source->topic, partition, &low, &end_offset);

    return failed || end_offset < 0 ? OFFSET_UNKNOWN : end_offset;
}

void source_commit(struct source *source, const struct partition_offset *offsets, size_t count)
{
    commits_send(&source->commits, offsets, count);
}

void source_commit_wait(struct source *source, const struct partition_offset *offsets, size_t count)
{
    commits_send_wait(&source->commits, offsets, count);
}

bool source_has_committed(struct source *source, const struct partition_offset *offsets, size_t count)
{
    return commits_have_reached(&source->commits, offsets, count, BROKER_TIMEOUT_MS);
}
