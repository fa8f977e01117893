/*
 * The only part of the consumer that speaks Kafka.
 *
 * The rebalance callback only notes what was asked; source_poll hands it to the
 * worker, which commits before it gives partitions away. rd_kafka_consumer_close
 * serves the callback itself, with nobody to hand anything to: there it answers
 * at once, or the close would never return.
 *
 * An eager assignor: librdkafka before 2.10 can lose assignments when
 * cooperative-sticky meets manual commits. (What the consumer protocol gives and
 * takes one by one is placed again as a whole, see ownership.h.) Single messages are polled, not the
 * batch queue, which returns stale records after a rebalance in 2.0.2.
 */
#include "source.h"

#include "compaction.h"
#include "continuity.h"
#include "failpoint.h"
#include "fetch_wake.h"
#include "kafka_access.h"
#include "kafka_conf.h"
#include "kafka_end.h"
#include "kafka_record.h"
#include "kafka_trouble.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "outage.h"
#include "ownership.h"
#include "peek.h"
#include "placement.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
    BROKER_TIMEOUT_MS = 5000,
    COMMIT_TIMEOUT_MS = 2000, /* this and the next: a program that ends does so within 10 s */
    LEAVE_TIMEOUT_MS = 3000,
    UNASSIGNED_AFTER_MS = 12000, /* longer than the group waits for a member that was killed */
    UNRESOLVED_AFTER_MS = 3000,  /* the same, where the name of the coordinator's host cannot be resolved */
};

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-consumer", KAFKA_DEFAULT },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "enable.auto.offset.store", "false", KAFKA_FIXED },
    { "auto.offset.reset", "error", KAFKA_FIXED }, /* not by itself, and in silence: see source_assign */
    { "isolation.level", "read_committed", KAFKA_FIXED },
    { "enable.partition.eof", "true",
      KAFKA_FIXED }, /* tells offsets without a record from those that are still to come */
    { "partition.assignment.strategy", "range", KAFKA_CLASSIC },
    { "session.timeout.ms", "10000", KAFKA_CLASSIC_DEFAULT },
    { "heartbeat.interval.ms", "1000", KAFKA_CLASSIC_DEFAULT }, /* by default 3 s: who joins waits for it */
    { "topic.metadata.refresh.interval.ms", "10000", KAFKA_DEFAULT },
    { "queued.max.messages.kbytes", "6144", KAFKA_DEFAULT }, /* together they bound the memory: a fetched */
    { "fetch.message.max.bytes", "262144", KAFKA_DEFAULT },  /* batch is that size before it is decompressed */
    { "fetch.error.backoff.ms", "100", KAFKA_DEFAULT },
    { "fetch.queue.backoff.ms", "10", KAFKA_IF_KNOWN },    /* by default 1 s; what does not know it: see fetch_wake.h */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT }, /* by default 10 s: the session would be over */
    { "log_level", "2", KAFKA_DEFAULT },                   /* what it would log as errors comes to on_error */
    { 0 },
};

struct source {
    rd_kafka_t *kafka;
    const char *topic;
    const char *group;
    const char *brokers;
    enum source_event pending; /* what the rebalance callback noted */
    struct ownership ownership;
    bool reading, paused, closing, fatal;
    bool committing;                        /* a commit was sent, and is not answered */
    rd_kafka_topic_partition_list_t *later; /* what to commit then, or NULL */
    bool gone; /* the topic, after it was read: where it is there again it is another one */
    struct placement placement;
    struct continuity continuity;
    int64_t joining_since; /* no partitions since then; 0: it has some, or the user was told */
    int64_t woken_at;      /* see fetch_wake.h */
    struct outage outage;
    rd_kafka_resp_err_t told; /* the error that the user was told of last, and that may come again and again */
};

/* The member that leads the group hands out partitions, and may hand out any. */
static void refuse_other_topics(struct source *source)
{
    rd_kafka_topic_partition_list_t *owned = source->ownership.owned;

    for (int i = owned->cnt - 1; i >= 0; i--) {
        if (strcmp(owned->elems[i].topic, source->topic) == 0)
            continue;
        log_error("source",
                  "the leader of group %s handed out partition %" PRId32
                  " of another topic, %s: it is not read; which program "
                  "joins this group with that topic?",
                  source->group, owned->elems[i].partition, owned->elems[i].topic);
        rd_kafka_topic_partition_list_del_by_idx(owned, i);
    }
}

static void on_rebalance(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *partitions,
                         void *opaque)
{
    struct source *source = opaque;

    if (source->closing) {
        rd_kafka_assign(kafka, NULL);
        return;
    }
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        FAILPOINT("in the callback of an assignment");
        ownership_add(&source->ownership, partitions);
        refuse_other_topics(source);
        source->pending = SOURCE_ASSIGNED;
    } else {
        source->pending = rd_kafka_assignment_lost(kafka) ? SOURCE_LOST : SOURCE_REVOKED;
        FAILPOINT("in the callback of a revocation");
        ownership_take(&source->ownership, partitions);
        if (source->pending == SOURCE_LOST)
            FAILPOINT("in the callback of a lost assignment");
    }
    rd_kafka_yield(kafka); /* the poll that called would go on waiting for a record */
}

/* Errors after which the offsets of a commit are somebody else's matter. */
static bool is_stale_member(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
           error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS || error == RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST;
}

static bool is_missing_topic(rd_kafka_resp_err_t error)
{
    return error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
           error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* Several requests find it out. */
static void note_gone(struct source *source)
{
    if (!source->gone)
        log_warn("source", "topic %s does not exist any more; waiting for it", source->topic);
    source->gone = true;
}

/* Which permission is missing. Read includes what is asked for besides, Describe. */
static void explain_denied(const struct source *source, rd_kafka_resp_err_t error, char text[KAFKA_ACCESS_SIZE])
{
    bool is_group = error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED;

    kafka_access_explain(rd_kafka_conf(source->kafka), "Read", is_group ? "group" : "topic",
                         is_group ? source->group : source->topic, text);
}

/* Once: it comes with every attempt. */
static void tell_denied(struct source *source, rd_kafka_resp_err_t error)
{
    char text[KAFKA_ACCESS_SIZE];

    if (source->told == error)
        return;
    source->told = error;
    explain_denied(source, error, text);
    log_warn("source", "trying again until it is granted: %s", text);
}

/* Something that will not pass by itself, once: it comes with every attempt. */
static void tell(struct source *source, const rd_kafka_message_t *message)
{
    if (is_missing_topic(message->err))
        note_gone(source);
    if (kafka_access_is_denied(message->err))
        tell_denied(source, message->err);
    if (is_missing_topic(message->err) || source->told == message->err)
        return;
    source->told = message->err;
    if (message->err == RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL)
        log_warn("source",
                 "group %s has members that share partitions in another way than 'range', so this one may not "
                 "join; stop them, or name another group (--group); trying again",
                 source->group);
    else
        log_warn("source", "%s topic=%s partition=%" PRId32 " group=%s", rd_kafka_message_errstr(message),
                 source->topic, message->rkt ? message->partition : RD_KAFKA_PARTITION_UA, source->group);
}

static void on_commit(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *offsets,
                      void *opaque)
{
    struct source *source = opaque;

    (void)kafka;
    (void)offsets;
    FAILPOINT("offsets answered");
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        outage_note_success(&source->outage);
    else if (is_missing_topic(error))
        note_gone(source);
    else if (kafka_access_is_denied(error))
        tell_denied(source, error);
    else if (is_stale_member(error))
        log_info("source", "offsets not committed, the group has moved on (%s); they will be redelivered",
                 rd_kafka_err2str(error));
    else
        log_warn("source", "offsets not committed: %s; the next commit covers them", rd_kafka_err2str(error));
}

static void forget_later(struct source *source)
{
    if (source->later)
        rd_kafka_topic_partition_list_destroy(source->later);
    source->later = NULL;
}

/*
 * One commit at a time: small batches are applied faster than a coordinator
 * answers, and what stands in line would hold up the last commit and the leaving.
 */
static void commit_later(struct source *source)
{
    if (!source->later || source->committing)
        return;
    source->committing = rd_kafka_commit(source->kafka, source->later, 1) == RD_KAFKA_RESP_ERR_NO_ERROR;
    forget_later(source);
}

static void on_commit_sent(rd_kafka_t *kafka, rd_kafka_resp_err_t error, rd_kafka_topic_partition_list_t *offsets,
                           void *opaque)
{
    struct source *source = opaque;

    on_commit(kafka, error, offsets, opaque);
    source->committing = false;
    if (source->gone)
        forget_later(source);
    commit_later(source);
}

static void on_error(rd_kafka_t *kafka, int error, const char *reason, void *opaque)
{
    struct source *source = opaque;

    (void)kafka;
    log_debug("source", "%s", reason);
    if (error == RD_KAFKA_RESP_ERR__FATAL)
        source->fatal = true;
    outage_note_error(&source->outage, error, reason);
}

static rd_kafka_conf_t *make_conf(struct source *source, const struct source_settings *settings, char *error)
{
    rd_kafka_conf_t *conf = kafka_conf_new(settings->brokers, settings->group, SETTINGS, settings->properties, error);

    if (!conf)
        return NULL;
    rd_kafka_conf_set_opaque(conf, source);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_offset_commit_cb(conf, on_commit_sent);
    rd_kafka_conf_set_error_cb(conf, on_error);
    continuity_watch(&source->continuity, conf);
    return conf;
}

struct source *source_new(const struct source_settings *settings, char error[SOURCE_ERROR_SIZE])
{
    struct source *source = checked(calloc(1, sizeof(*source)));
    struct peek *peek = peek_new(settings->brokers, settings->topic, settings->properties, error);
    rd_kafka_conf_t *conf;

    source->topic = settings->topic;
    source->group = settings->group;
    source->brokers = settings->brokers;
    conf = peek ? make_conf(source, settings, error) : NULL;
    ownership_init(&source->ownership, conf && kafka_conf_is(conf, "group.protocol", "consumer"));
    if (conf)
        source->kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, SOURCE_ERROR_SIZE);
    source->ownership.kafka = source->kafka;
    source->placement = (struct placement){ .kafka = source->kafka, .peek = peek, .topic = source->topic };
    if (conf && source->kafka) {
        rd_kafka_poll_set_consumer(source->kafka);
        return source;
    }
    if (conf)
        rd_kafka_conf_destroy(conf);
    source_free(source);
    return NULL;
}

/* rd_kafka_consumer_close waits for a coordinator that does not answer without an end. False after LEAVE_TIMEOUT_MS. */
static bool leave_group(struct source *source)
{
    int64_t ends_at = monotonic_ms() + LEAVE_TIMEOUT_MS;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(source->kafka);
    rd_kafka_error_t *error = rd_kafka_consumer_close_queue(source->kafka, queue);

    while (!error && !rd_kafka_consumer_closed(source->kafka) && monotonic_ms() < ends_at) {
        rd_kafka_event_t *event = rd_kafka_queue_poll(queue, LEAVE_TIMEOUT_MS / 30);

        if (rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE)
            rd_kafka_assign(source->kafka, NULL);
        rd_kafka_event_destroy(event); /* or a record that nobody wants any more */
    }
    if (error)
        rd_kafka_error_destroy(error);
    rd_kafka_queue_destroy(queue);
    return rd_kafka_consumer_closed(source->kafka);
}

void source_free(struct source *source)
{
    if (!source)
        return;
    FAILPOINT("the group not left");
    source->closing = true;
    if (source->kafka)
        rd_kafka_assign(source->kafka, NULL); /* also the answer to a rebalance that was not answered */
    if (source->kafka && !leave_group(source)) {
        log_warn("source", "left without an answer from the coordinator; the group notices when the session is over");
        return; /* what is left ends with the process */
    }
    FAILPOINT("the group left");
    if (source->kafka)
        kafka_end(source->kafka);
    peek_free(source->placement.peek);
    continuity_release(&source->continuity);
    ownership_release(&source->ownership);
    forget_later(source);
    free(source);
}

bool source_subscribe(struct source *source, char error[SOURCE_ERROR_SIZE])
{
    rd_kafka_topic_partition_list_t *topics = rd_kafka_topic_partition_list_new(1);
    rd_kafka_resp_err_t failed;

    rd_kafka_topic_partition_list_add(topics, source->topic, RD_KAFKA_PARTITION_UA);
    failed = rd_kafka_subscribe(source->kafka, topics);
    rd_kafka_topic_partition_list_destroy(topics);
    source->joining_since = monotonic_ms();
    if (failed)
        snprintf(error, SOURCE_ERROR_SIZE, "cannot subscribe to topic %s: %s", source->topic, rd_kafka_err2str(failed));
    return !failed;
}

/* There is no answer, or not the one that was asked for. */
static void explain_silence(struct source *source, rd_kafka_resp_err_t failed, char *error)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(source->kafka, 0); /* serves on_error: nothing is read yet */

    if (message)
        rd_kafka_message_destroy(message);
    if (kafka_trouble_is_connection(failed))
        kafka_trouble_explain(&source->outage.trouble, source->brokers, error);
    else
        snprintf(error, SOURCE_ERROR_SIZE, "%s topic=%s brokers=%s", rd_kafka_err2str(failed), source->topic,
                 source->brokers);
}

/* How many partitions the topic has; 0 with an error. */
static rd_kafka_resp_err_t count_partitions(const struct source *source, rd_kafka_t *kafka, int *partitions)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, source->topic, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed = rd_kafka_metadata(kafka, 0, topic, &metadata, BROKER_TIMEOUT_MS);

    *partitions = failed ? 0 : metadata->topics[0].partition_cnt;
    if (!failed)
        failed = metadata->topics[0].err;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(topic);
    return failed;
}

int32_t source_count_partitions(const struct source *source)
{
    int partitions;

    count_partitions(source, source->kafka, &partitions);
    return partitions;
}

enum source_lookup source_find_topic(struct source *source, char error[SOURCE_ERROR_SIZE])
{
    int partitions;
    rd_kafka_resp_err_t failed = count_partitions(source, source->kafka, &partitions);

    if (!failed)
        return SOURCE_FOUND;
    if (failed == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || failed == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        return SOURCE_NO_TOPIC;
    if (kafka_access_is_denied(failed)) {
        explain_denied(source, failed, error);
        return SOURCE_REFUSED;
    }
    if (failed == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
        snprintf(error, SOURCE_ERROR_SIZE, "topic %s: %s; check --topic", source->topic, rd_kafka_err2str(failed));
        return SOURCE_REFUSED;
    }
    explain_silence(source, failed, error);
    return kafka_trouble_is_refusal(&source->outage.trouble) ? SOURCE_NO_TRUST : SOURCE_NO_ANSWER;
}

bool source_permits_topic(struct source *source, bool is_compacted_allowed)
{
    return compaction_permits(source->kafka, "source", source->brokers, source->topic, is_compacted_allowed);
}

const struct log_identity *source_identity(const struct source *source)
{
    return &source->placement.identity;
}

void source_pause(struct source *source)
{
    if (!source->paused)
        rd_kafka_pause_partitions(source->kafka, source->ownership.owned);
    source->paused = true;
}

void source_resume(struct source *source)
{
    if (source->paused)
        rd_kafka_resume_partitions(source->kafka, source->ownership.owned);
    source->paused = false;
}

void source_hold(struct source *source)
{
    rd_kafka_topic_partition_list_t *nothing = rd_kafka_topic_partition_list_new(1);

    source_resume(source);
    forget_later(source);
    ownership_read(&source->ownership, nothing);
    rd_kafka_topic_partition_list_destroy(nothing);
    source->reading = false;
}

/* A rebalance goes before a record: the record is read again by whoever owns the partition then. */
static enum source_event take_pending(struct source *source, rd_kafka_message_t *message)
{
    enum source_event event = source->pending;

    if (message)
        rd_kafka_message_destroy(message);
    source->pending = SOURCE_NOTHING;
    source->joining_since = event == SOURCE_ASSIGNED ? 0 : monotonic_ms();
    if (event == SOURCE_ASSIGNED) {
        source_hold(source); /* an unanswered assignment blocks the member */
        source->told = RD_KAFKA_RESP_ERR_NO_ERROR;
        log_info("source", "assigned %d partitions topic=%s group=%s", source->ownership.owned->cnt, source->topic,
                 source->group);
    } else {
        log_info("source", "%d partitions %s topic=%s group=%s", source->ownership.taken->cnt,
                 event == SOURCE_LOST ? "lost: this member was away too long" : "revoked", source->topic,
                 source->group);
    }
    return event;
}

/* Most of what a coordinator answers to a member that joins is tried again by librdkafka, and not told. */
static void note_joining(struct source *source)
{
    const struct kafka_trouble *trouble = &source->outage.trouble;
    bool is_troubled = source->outage.is_away || source->outage.failed_at > source->joining_since;
    int patience_ms =
        is_troubled && trouble->code == RD_KAFKA_RESP_ERR__RESOLVE ? UNRESOLVED_AFTER_MS : UNASSIGNED_AFTER_MS;

    if (source->joining_since == 0 || monotonic_ms() - source->joining_since < patience_ms)
        return;
    source->joining_since = 0;
    if (kafka_access_is_denied(source->told))
        return;
    if (is_troubled)
        log_warn("source", "no partitions from the group for %d s, still asking: %s; %s topic=%s group=%s",
                 patience_ms / 1000, trouble->reason, kafka_trouble_advice(trouble), source->topic, source->group);
    else
        log_warn("source",
                 "no partitions from the group for %d s, still asking: its coordinator is not ready, or other members "
                 "are slow topic=%s group=%s",
                 patience_ms / 1000, source->topic, source->group);
}

/* Errors come of no broker, and are looked at for themselves. */
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
    log_error("source", "librdkafka cannot go on: %s", reason);
    return SOURCE_FATAL;
}

/* What came while partitions are read. *message becomes NULL where the record borrows it. */
static enum source_event take_message(struct source *source, rd_kafka_message_t **message, struct record *record)
{
    rd_kafka_message_t *taken = *message;

    if (!is_continuous(source, taken)) {
        log_debug("source", "a broker came back or another one leads: comparing the logs again");
        return SOURCE_MISPLACED;
    }
    if (taken->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        return SOURCE_MISPLACED;
    if (taken->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        *record = (struct record){ .partition = taken->partition, .offset = taken->offset };
        outage_note_success(&source->outage);
        return SOURCE_END;
    }
    if (taken->err) {
        tell(source, taken);
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
    enum source_event event = SOURCE_NOTHING;

    if (source->fatal || (message && message->err == RD_KAFKA_RESP_ERR__FATAL)) {
        drop(message);
        return tell_fatal(source);
    }
    outage_look(&source->outage, source->kafka, source->reading && !source->paused ? source->ownership.owned : NULL);
    note_joining(source);
    if (source->pending != SOURCE_NOTHING)
        return take_pending(source, message);
    if (source->gone && source->reading)
        event = SOURCE_MISPLACED;
    else if (message && source->reading)
        event = take_message(source, &message, record);
    else if (message && message->err && message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF &&
             message->err != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET)
        tell(source, message);
    else if (!message && source->reading && !source->paused)
        fetch_wake(source->kafka, source->ownership.owned, &source->woken_at);
    drop(message);
    return event;
}

void source_release(struct record *record)
{
    rd_kafka_message_destroy(record->handle);
    *record = (struct record){ 0 };
}

static rd_kafka_resp_err_t first_error(const rd_kafka_topic_partition_list_t *list)
{
    for (int i = 0; i < list->cnt; i++) {
        if (list->elems[i].err)
            return list->elems[i].err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

bool source_assign(struct source *source, const struct known_logs *known, struct start **starts, size_t *start_count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_copy(source->ownership.owned);
    rd_kafka_resp_err_t failed = RD_KAFKA_RESP_ERR_NO_ERROR;

    *start_count = (size_t)list->cnt;
    *starts = checked(calloc(*start_count + 1, sizeof(**starts)));
    if (list->cnt > 0) /* not so in a member more than there are partitions */
        failed = rd_kafka_committed(source->kafka, list, BROKER_TIMEOUT_MS);
    if (!failed)
        failed = first_error(list);
    if (!failed && list->cnt > 0)
        failed = placement_find_starts(&source->placement, list, known, *starts, &source->continuity);
    if (!failed)
        failed = FAILPOINT("positions known, not assigned") ? RD_KAFKA_RESP_ERR__FAIL
                                                            : ownership_read(&source->ownership, list);
    if (!failed)
        ownership_note(&source->ownership, list);
    rd_kafka_topic_partition_list_destroy(list);
    if (!failed) {
        source->reading = true;
        source->gone = source->gone && *start_count == 0;
        return true;
    }
    if (is_missing_topic(failed))
        note_gone(source);
    else if (kafka_access_is_denied(failed))
        tell_denied(source, failed);
    else
        log_warn("source", "where to start is not known: %s; trying again", rd_kafka_err2str(failed));
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
        failed = count_partitions(source, peek_handle(source->placement.peek), &partitions);
    for (int i = 0; i < (is_of_all ? partitions : source->ownership.owned->cnt); i++)
        rd_kafka_topic_partition_list_add(list, source->topic,
                                          is_of_all ? i : source->ownership.owned->elems[i].partition);
    *count = (size_t)list->cnt;
    *logs = checked(calloc(*count + 1, sizeof(**logs)));
    if (!failed && list->cnt > 0)
        failed = placement_find_logs(&source->placement, list, known, *logs, NULL);
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
    forget_later(source);
    source->committing = false; /* an answer may never come for a generation that is over */
    source->reading = false;
    if (ownership_give_up(&source->ownership))
        source->pending = SOURCE_ASSIGNED;
}

int64_t source_end_offset(const struct source *source, int32_t partition)
{
    int64_t low, high;
    rd_kafka_resp_err_t failed = rd_kafka_get_watermark_offsets(source->kafka, source->topic, partition, &low, &high);

    return failed || high < 0 ? OFFSET_UNKNOWN : high;
}

static rd_kafka_topic_partition_list_t *to_list(const struct source *source, const struct partition_offset *offsets,
                                                size_t count)
{
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new((int)count);

    for (size_t i = 0; i < count; i++)
        rd_kafka_topic_partition_list_add(list, source->topic, offsets[i].partition)->offset = offsets[i].offset;
    return list;
}

/* These may be offsets of another topic than the one that is there now, where it was gone meanwhile. */
static size_t committable(const struct source *source, size_t count)
{
    return source->gone ? 0 : count;
}

void source_commit(struct source *source, const struct partition_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = to_list(source, offsets, committable(source, count));

    forget_later(source);
    if (list->cnt > 0)
        source->later = list;
    else
        rd_kafka_topic_partition_list_destroy(list);
    commit_later(source);
}

void source_commit_wait(struct source *source, const struct partition_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = to_list(source, offsets, committable(source, count));
    rd_kafka_queue_t *answers = rd_kafka_queue_new(source->kafka);

    forget_later(source);
    if (list->cnt > 0 &&
        rd_kafka_commit_queue(source->kafka, list, answers, on_commit, source) == RD_KAFKA_RESP_ERR_NO_ERROR &&
        !FAILPOINT("last offsets sent, not answered") && rd_kafka_queue_poll_callback(answers, COMMIT_TIMEOUT_MS) == 0)
        log_warn("source", "offsets not committed: no answer within %d s; they will be redelivered",
                 COMMIT_TIMEOUT_MS / 1000);
    rd_kafka_queue_destroy(answers);
    rd_kafka_topic_partition_list_destroy(list);
}

bool source_has_committed(struct source *source, const struct partition_offset *offsets, size_t count)
{
    rd_kafka_topic_partition_list_t *list = to_list(source, offsets, count);
    bool has =
        list->cnt == 0 || rd_kafka_committed(source->kafka, list, BROKER_TIMEOUT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR;

    for (int i = 0; has && i < list->cnt; i++)
        has = !list->elems[i].err && list->elems[i].offset >= offsets[i].offset;
    rd_kafka_topic_partition_list_destroy(list);
    return has;
}
