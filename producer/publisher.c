/*
 * Order within an order must survive every retry. So events leave in rounds:
 * what was queued is flushed, and nothing more is queued before all of it is
 * acknowledged; the next round is only prepared meanwhile. A round fits into one
 * batch of a partition, so there is never a second batch that could overtake one
 * which has to be sent again. (To allow one request in flight is not enough:
 * librdkafka has the next one ready by then, and sends it when a broker answers
 * the first with an error.) The idempotent producer would keep the order too, and
 * without writing twice; but in librdkafka before 2.3 it can end in a fatal
 * "sequence desynchronization" after a disconnect (librdkafka#4438), while a
 * record that is written twice costs nothing here: its eventId is the same.
 *
 * What a delivery report needs of its event travels in the message's opaque
 * pointer: the time and the type. The key is the order id, and the three make
 * the event id.
 */
#include "publisher.h"

#include "event_id.h"
#include "event_json.h"
#include "failpoint.h"
#include "kafka_conf.h"
#include "kafka_trouble.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "stop.h"
#include "timestamp.h"

#include <errno.h>
#include <inttypes.h>
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum {
    CONNECT_LIMIT_MS = 10000,
    CREATE_LIMIT_MS = 60000, /* as Kafka's own tools (default.api.timeout.ms) */
    ABANDON_LIMIT_MS = 4000,
    SILENT_AFTER_MS = 10000,
    SLICE_MS = 200,
    LINGER_MS = 5,
    LEAVE_MS = 1,          /* librdkafka sends what it has so long: enough for a round to leave */
    RECORD_OVERHEAD = 128, /* bytes, more than a record needs beside its key and value */
    FAILURES_LOGGED = 10,
    REASON_SIZE = 256,
};

static const struct kafka_setting SETTINGS[] = {
    { "acks", "all", KAFKA_FIXED },
    { "request.required.acks", "all", KAFKA_FIXED }, /* its other name */
    { "enable.idempotence", "false", KAFKA_FIXED },
    { "retries", "2147483647", KAFKA_FIXED },
    { "message.send.max.retries", "2147483647", KAFKA_FIXED }, /* its other name */
    { "message.timeout.ms", "0", KAFKA_FIXED },
    { "delivery.timeout.ms", "0", KAFKA_FIXED }, /* its other name */
    { "partitioner", "murmur2_random", KAFKA_FIXED },
    { "queue.buffering.max.kbytes", "32768", KAFKA_DEFAULT },
    { "linger.ms", "900000", KAFKA_FIXED },              /* until the round is flushed */
    { "queue.buffering.max.ms", "900000", KAFKA_FIXED }, /* its other name */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "compression.codec", "lz4", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* what it would log as errors comes to note_error */
    { "client.id", "order-producer", KAFKA_DEFAULT },
    { 0 },
};

/* An event that is encoded, and not given to librdkafka yet. */
struct prepared {
    struct event event;
    char *json;
    size_t length;
};

struct publisher {
    rd_kafka_t *rk;
    rd_kafka_topic_t *topic;
    struct publisher_config config;
    int partitions;
    struct publisher_counts counts;
    struct {
        struct prepared *events;
        int64_t count, sent, bytes, due; /* due: when it leaves at the latest, unless another one is on its way */
        int64_t max_events, max_bytes;
    } next;                /* the round that is prepared while the one before is on its way */
    bool is_troubled;      /* an error was reported, and nothing was acknowledged since */
    bool is_away;          /* … and events wait: it was logged */
    int64_t waiting_since; /* events wait, and none was acknowledged since; 0: none wait */
    bool is_fatal;
    bool topic_is_gone;
    bool output_failed; /* standard output cannot be written */
    struct kafka_trouble trouble;
};

/* --- what an event's delivery report has to know */

_Static_assert(sizeof(void *) >= sizeof(int64_t), "time and type of an event travel in a pointer");

static void *pack(const struct event *event)
{
    return (void *)((uintptr_t)event->at << 3 | (uintptr_t)event->type);
}

static void unpack(const rd_kafka_message_t *message, struct event *event)
{
    uintptr_t packed = (uintptr_t)message->_private;

    event->type = (enum event_type)(packed & 7);
    event->at = (int64_t)(packed >> 3);
    memcpy(event->order_id, message->key, message->key_len);
    event->order_id[message->key_len] = '\0';
}

/* --- callbacks, all called from rd_kafka_poll */

static void note_output_error(struct publisher *publisher)
{
    if (!publisher->output_failed)
        log_error("publisher", "standard output cannot be written, the replay ends here: %s", strerror(errno));
    publisher->output_failed = true;
}

static void print_event(struct publisher *publisher, const struct event *event, int32_t partition, int64_t offset)
{
    char at[TIMESTAMP_SIZE], id_text[EVENT_ID_SIZE];
    struct event_id id = event_id_make(event->order_id, event->type, event->at);

    timestamp_print(event->at, at);
    event_id_print(&id, id_text);
    if (printf("eventAt=%s eventType=%s orderId=%s eventId=%s partition=%" PRId32 " offset=%" PRId64 "\n", at,
               event_type_name(event->type), event->order_id, id_text, partition, offset) < 0)
        note_output_error(publisher);
}

static void count_failed(struct publisher *publisher, const struct event *event, rd_kafka_resp_err_t error)
{
    publisher->counts.failed++;
    if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
        error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) {
        if (!publisher->topic_is_gone)
            log_error("publisher",
                      "topic %s does not exist any more, the replay ends here; make it (--create-topic) and "
                      "replay again",
                      publisher->config.topic);
        publisher->topic_is_gone = true;
    } else if (publisher->counts.failed <= FAILURES_LOGGED) {
        log_error("publisher", "the event was refused for good: %s orderId=%s eventType=%s", rd_kafka_err2str(error),
                  event->order_id, event_type_name(event->type));
    }
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    struct publisher *publisher = opaque;
    struct event event;

    (void)rk;
    FAILPOINT("in a delivery report");
    unpack(message, &event);
    if (!message->err) {
        tally_add(&publisher->counts.acknowledged, &event);
        if (publisher->config.prints_events)
            print_event(publisher, &event, message->partition, message->offset);
        if (publisher->is_away)
            log_info("publisher", "the broker answers again, the replay goes on");
        publisher->is_away = publisher->is_troubled = false;
        publisher->waiting_since = 0;
    } else if (message->err == RD_KAFKA_RESP_ERR__PURGE_QUEUE || message->err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT) {
        /* One that waits for its retry is in the queue too, but may have been written. */
        if (rd_kafka_message_status(message) == RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
            publisher->counts.not_sent++;
        else
            publisher->counts.unknown++;
    } else {
        count_failed(publisher, &event, message->err);
    }
}

static void note_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    struct publisher *publisher = opaque;

    (void)rk;
    kafka_trouble_note(&publisher->trouble, code, reason);
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        publisher->is_fatal = true;
        log_error("publisher", "librdkafka cannot go on: %s", reason);
    } else if (!publisher->topic) {
        log_debug("publisher", "connecting: %s", reason); /* connect_cluster() sums it up */
    } else {
        publisher->is_troubled = true;
    }
}

/*
 * A connection that breaks while there is nothing to send is no outage yet. What
 * a broker refuses for a while (too few replicas, no leader) librdkafka sends
 * again and again without a word: there only the time tells.
 */
static void note_outage(struct publisher *publisher)
{
    bool is_waiting = rd_kafka_outq_len(publisher->rk) > 0;

    if (!is_waiting)
        publisher->waiting_since = 0;
    else if (publisher->waiting_since == 0)
        publisher->waiting_since = monotonic_ms();
    if (!is_waiting || publisher->is_away)
        return;
    if (publisher->is_troubled)
        log_warn("publisher", "the broker does not answer, waiting for it: %s", publisher->trouble.reason);
    else if (monotonic_ms() - publisher->waiting_since > SILENT_AFTER_MS)
        log_warn("publisher",
                 "no event was acknowledged for %d s, sending them again and again: are there enough replicas, "
                 "and a leader? topic=%s",
                 SILENT_AFTER_MS / 1000, publisher->config.topic);
    else
        return;
    publisher->is_away = true;
}

/* --- the topic */

/*
 * Asks the cluster for its topics (for one by name would create it on clusters
 * with auto-creation). False, and logged, when there is no answer in time.
 */
static bool connect_cluster(struct publisher *publisher, int *status)
{
    int64_t limit = monotonic_ms() + CONNECT_LIMIT_MS;
    char reason[KAFKA_TROUBLE_SIZE];

    do {
        const struct rd_kafka_metadata *metadata;
        rd_kafka_resp_err_t error = rd_kafka_metadata(publisher->rk, 1, NULL, &metadata, SLICE_MS);

        rd_kafka_poll(publisher->rk, 0);
        if (!error) {
            publisher->partitions = 0;
            for (int i = 0; i < metadata->topic_cnt; i++) {
                if (strcmp(metadata->topics[i].topic, publisher->config.topic) == 0)
                    publisher->partitions = metadata->topics[i].partition_cnt;
            }
            rd_kafka_metadata_destroy(metadata);
            return true;
        }
    } while (!stop_requested() && monotonic_ms() < limit);

    *status = stop_requested()                                ? EX_TEMPFAIL
              : kafka_trouble_is_refusal(&publisher->trouble) ? EX_CONFIG
                                                              : EX_UNAVAILABLE;
    kafka_trouble_explain(&publisher->trouble, publisher->config.brokers, reason);
    if (!stop_requested())
        log_error("publisher", "no answer from Kafka within %d s: %s", CONNECT_LIMIT_MS / 1000, reason);
    return false;
}

/* What the answer to CreateTopics says. Existing already, by another's hand, is as good. */
static bool topic_was_created(rd_kafka_event_t *event, char *reason)
{
    const rd_kafka_topic_result_t **results;
    rd_kafka_resp_err_t error;
    size_t count = 0;

    if (!event || rd_kafka_event_error(event)) {
        snprintf(reason, REASON_SIZE, "%s", event ? rd_kafka_event_error_string(event) : "no answer");
        return false;
    }
    results = rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), &count);
    error = count == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR_UNKNOWN;
    if (!error || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return true;
    snprintf(reason, REASON_SIZE, "%s",
             count == 1 && rd_kafka_topic_result_error_string(results[0])
                 ? rd_kafka_topic_result_error_string(results[0])
                 : rd_kafka_err2str(error));
    return false;
}

/* Sends CreateTopics and waits for its answer. */
static bool request_topic(struct publisher *publisher, char *reason)
{
    rd_kafka_queue_t *answers = rd_kafka_queue_new(publisher->rk);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(publisher->rk, RD_KAFKA_ADMIN_OP_CREATETOPICS);
    rd_kafka_NewTopic_t *topic = rd_kafka_NewTopic_new(
        publisher->config.topic, (int)publisher->config.create_partitions, -1, reason, REASON_SIZE);
    rd_kafka_event_t *answer = NULL;
    int64_t limit = monotonic_ms() + CREATE_LIMIT_MS;
    bool created = false;

    if (topic) {
        rd_kafka_AdminOptions_set_request_timeout(options, CREATE_LIMIT_MS, NULL, 0);
        rd_kafka_NewTopic_set_config(topic, "retention.ms", "-1");
        rd_kafka_NewTopic_set_config(topic, "message.timestamp.type", "LogAppendTime");
        rd_kafka_CreateTopics(publisher->rk, &topic, 1, options, answers);
        while (!answer && !stop_requested() && monotonic_ms() < limit)
            answer = rd_kafka_queue_poll(answers, SLICE_MS);
        created = topic_was_created(answer, reason);
        if (answer)
            rd_kafka_event_destroy(answer);
        rd_kafka_NewTopic_destroy(topic);
    }
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_queue_destroy(answers);
    return created;
}

static bool create_topic(struct publisher *publisher, int *status)
{
    const struct publisher_config *config = &publisher->config;
    char reason[REASON_SIZE] = "";
    int64_t limit;

    if (!request_topic(publisher, reason)) {
        *status = stop_requested() ? EX_TEMPFAIL : EX_UNAVAILABLE;
        if (!stop_requested())
            log_error("publisher", "the topic cannot be created: %s topic=%s", reason, config->topic);
        return false;
    }
    FAILPOINT("topic created, not seen");
    log_info("publisher", "topic created topic=%s partitions=%" PRId64, config->topic, config->create_partitions);
    limit = monotonic_ms() + CREATE_LIMIT_MS;
    while (publisher->partitions == 0 && !stop_requested() && monotonic_ms() < limit) { /* brokers hear of it in turn */
        if (!connect_cluster(publisher, status))
            return false;
        if (publisher->partitions == 0)
            rd_kafka_poll(publisher->rk, SLICE_MS / 4);
    }
    if (publisher->partitions > 0)
        return true;
    if (!stop_requested())
        log_error("publisher", "the topic was created but does not appear; try again topic=%s", config->topic);
    *status = EX_TEMPFAIL;
    return false;
}

static bool prepare_topic(struct publisher *publisher, int *status)
{
    const struct publisher_config *config = &publisher->config;

    if (!connect_cluster(publisher, status))
        return false;
    if (publisher->partitions == 0 && config->create_partitions == 0) {
        log_error("publisher", "there is no topic %s on %s; --create-topic makes it, -t takes another", config->topic,
                  config->brokers);
        *status = EX_UNAVAILABLE;
        return false;
    }
    if (publisher->partitions == 0)
        return create_topic(publisher, status);
    if (config->create_partitions > 0 && config->create_partitions != publisher->partitions)
        log_warn("publisher",
                 "the topic exists already, and not with %" PRId64 " partitions: used as it is "
                 "topic=%s partitions=%d",
                 config->create_partitions, config->topic, publisher->partitions);
    return true;
}

/* --- the interface */

static rd_kafka_t *new_producer(struct publisher *publisher, int *status)
{
    char error[KAFKA_ERROR_SIZE];
    rd_kafka_conf_t *conf = kafka_conf_new(publisher->config.brokers, SETTINGS, publisher->config.properties, error);

    if (conf) {
        rd_kafka_t *rk;

        rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
        rd_kafka_conf_set_error_cb(conf, note_error);
        rd_kafka_conf_set_opaque(conf, publisher);
        rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, error, sizeof(error));
        if (rk)
            return rk;
        rd_kafka_conf_destroy(conf);
    }
    log_error("publisher", "Kafka configuration: %s", error);
    *status = EX_CONFIG;
    return NULL;
}

static int64_t number_property(const rd_kafka_conf_t *conf, const char *name)
{
    char text[32] = "";
    size_t size = sizeof(text);

    rd_kafka_conf_get(conf, name, text, &size);
    return strtoll(text, NULL, 10);
}

/*
 * From here on librdkafka knows the topic's partitions. Events of a round that
 * wait for them are given to a partition one by one, while it sends already: in
 * several batches, and one that is sent again comes after the next.
 */
static bool open_topic(struct publisher *publisher, int *status)
{
    publisher->topic = rd_kafka_topic_new(publisher->rk, publisher->config.topic, NULL);
    if (publisher->topic)
        return connect_cluster(publisher, status);
    log_error("publisher", "the topic cannot be used: %s topic=%s", rd_kafka_err2str(rd_kafka_last_error()),
              publisher->config.topic);
    *status = EX_CONFIG;
    return false;
}

/* What fits into one batch, even where all of it belongs to one partition. */
static void measure_round(struct publisher *publisher)
{
    const rd_kafka_conf_t *conf = rd_kafka_conf(publisher->rk);
    int64_t batch = number_property(conf, "batch.size"), message = number_property(conf, "message.max.bytes");

    publisher->next.max_events = number_property(conf, "batch.num.messages");
    publisher->next.max_bytes = batch < message ? batch : message;
    publisher->next.events = checked(calloc((size_t)publisher->next.max_events, sizeof(*publisher->next.events)));
}

struct publisher *publisher_open(const struct publisher_config *config, int *status)
{
    struct publisher *publisher = checked(calloc(1, sizeof(*publisher)));

    publisher->config = *config;
    tally_init(&publisher->counts.acknowledged);
    publisher->rk = new_producer(publisher, status);
    if (publisher->rk && prepare_topic(publisher, status) && open_topic(publisher, status)) {
        measure_round(publisher);
        return publisher;
    }
    publisher_free(publisher);
    return NULL;
}

int publisher_partitions(const struct publisher *publisher)
{
    return publisher->partitions;
}

static enum publisher_result check(struct publisher *publisher)
{
    note_outage(publisher);
    if (publisher->is_fatal)
        return PUBLISHER_FATAL;
    if (publisher->topic_is_gone)
        return PUBLISHER_NO_TOPIC;
    return stop_requested() || publisher->output_failed ? PUBLISHER_STOPPED : PUBLISHER_OK;
}

static void flush_output(struct publisher *publisher)
{
    if (publisher->config.prints_events && fflush(stdout) != 0)
        note_output_error(publisher);
}

static void flush_round(struct publisher *publisher, int timeout_ms)
{
    rd_kafka_flush(publisher->rk, timeout_ms);
    FAILPOINT("flushed, at least for a while");
    flush_output(publisher);
}

static bool is_on_its_way(const struct publisher *publisher)
{
    return rd_kafka_outq_len(publisher->rk) > 0;
}

/* Until all that was sent is acknowledged, or failed. The flush itself would not look at the stop flag for long. */
static enum publisher_result await_round(struct publisher *publisher)
{
    enum publisher_result result = check(publisher);

    while (result == PUBLISHER_OK && is_on_its_way(publisher)) {
        flush_round(publisher, SLICE_MS);
        result = check(publisher);
    }
    return result;
}

/* Gives an event to librdkafka, which sends nothing by itself. */
static enum publisher_result queue_event(struct publisher *publisher, const struct prepared *prepared)
{
    const struct event *event = &prepared->event;
    enum publisher_result result = PUBLISHER_OK;

    while (result == PUBLISHER_OK &&
           rd_kafka_produce(publisher->topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_FREE, prepared->json,
                            prepared->length, event->order_id, strlen(event->order_id), pack(event)) != 0) {
        rd_kafka_resp_err_t error = rd_kafka_last_error();

        if (error != RD_KAFKA_RESP_ERR__QUEUE_FULL || !is_on_its_way(publisher)) {
            count_failed(publisher, event, error);
            free(prepared->json);
            return PUBLISHER_OK;
        }
        FAILPOINT("queue full");
        result = await_round(publisher);
    }
    return result;
}

/* Once the round before is done: nothing else keeps the order when a broker answers with an error. */
static enum publisher_result send_round(struct publisher *publisher)
{
    enum publisher_result result = await_round(publisher);

    while (result == PUBLISHER_OK && publisher->next.sent < publisher->next.count) {
        result = queue_event(publisher, &publisher->next.events[publisher->next.sent]);
        publisher->next.sent += result == PUBLISHER_OK;
    }
    if (result == PUBLISHER_OK) {
        publisher->next.count = publisher->next.sent = publisher->next.bytes = 0;
        flush_round(publisher, LEAVE_MS);
    }
    return result;
}

static bool is_due(const struct publisher *publisher)
{
    return publisher->next.count > 0 && monotonic_ms() >= publisher->next.due && !is_on_its_way(publisher);
}

enum publisher_result publisher_serve(struct publisher *publisher, int timeout_ms)
{
    if (is_due(publisher))
        return send_round(publisher);
    if (publisher->next.count > 0 && timeout_ms > LINGER_MS)
        timeout_ms = LINGER_MS;
    if (timeout_ms > 0 && is_on_its_way(publisher))
        flush_round(publisher, timeout_ms);
    else if (rd_kafka_poll(publisher->rk, timeout_ms) > 0)
        flush_output(publisher);
    return check(publisher);
}

static bool fits_into_round(const struct publisher *publisher, int64_t bytes)
{
    return publisher->next.count < publisher->next.max_events &&
           (publisher->next.count == 0 || publisher->next.bytes + bytes <= publisher->next.max_bytes);
}

enum publisher_result publisher_send(struct publisher *publisher, const struct event *event, const char *payload)
{
    enum publisher_result result = publisher_serve(publisher, 0);
    struct prepared prepared = { .event = *event };
    int64_t bytes;

    if (result != PUBLISHER_OK)
        return result;
    prepared.json = event_json_encode(event, payload, &prepared.length);
    bytes = (int64_t)(prepared.length + strlen(event->order_id) + RECORD_OVERHEAD);
    FAILPOINT("event encoded, not queued");
    if (!fits_into_round(publisher, bytes))
        result = send_round(publisher);
    if (result != PUBLISHER_OK) {
        free(prepared.json);
        return result;
    }
    if (publisher->next.count == 0)
        publisher->next.due = monotonic_ms() + LINGER_MS;
    publisher->next.events[publisher->next.count++] = prepared;
    publisher->next.bytes += bytes;
    return PUBLISHER_OK;
}

enum publisher_result publisher_finish(struct publisher *publisher)
{
    enum publisher_result result = send_round(publisher);

    FAILPOINT("all queued, not acknowledged");
    return result == PUBLISHER_OK ? await_round(publisher) : result;
}

static void drop_next(struct publisher *publisher)
{
    for (int64_t i = publisher->next.sent; i < publisher->next.count; i++, publisher->counts.not_sent++)
        free(publisher->next.events[i].json);
    publisher->next.count = publisher->next.sent = 0;
}

void publisher_abandon(struct publisher *publisher)
{
    int64_t limit = monotonic_ms() + ABANDON_LIMIT_MS;

    FAILPOINT("stopped, queue not dropped");
    drop_next(publisher);
    rd_kafka_purge(publisher->rk, RD_KAFKA_PURGE_F_QUEUE);
    while (rd_kafka_outq_len(publisher->rk) > 0 && monotonic_ms() < limit && !publisher->is_fatal)
        rd_kafka_poll(publisher->rk, SLICE_MS / 4);
    if (rd_kafka_outq_len(publisher->rk) > 0) {
        rd_kafka_purge(publisher->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        limit = monotonic_ms() + (int64_t)SLICE_MS * 5;
        while (rd_kafka_outq_len(publisher->rk) > 0 && monotonic_ms() < limit)
            rd_kafka_poll(publisher->rk, SLICE_MS / 4);
    }
    if (publisher->counts.unknown > 0)
        log_warn("publisher",
                 "no answer to %" PRIu64 " events that were sent: they may or may not be in the topic; "
                 "replaying them is safe",
                 publisher->counts.unknown);
    flush_output(publisher);
}

const struct publisher_counts *publisher_counts(const struct publisher *publisher)
{
    return &publisher->counts;
}

bool publisher_printed(const struct publisher *publisher)
{
    return !publisher->output_failed;
}

void publisher_free(struct publisher *publisher)
{
    if (!publisher)
        return;
    if (publisher->topic)
        rd_kafka_topic_destroy(publisher->topic);
    if (publisher->rk) {
        rd_kafka_purge(publisher->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_destroy(publisher->rk);
    }
    drop_next(publisher);
    free(publisher->next.events);
    free(publisher);
}
