/*
 * Retries must not change the sequence of an order's events. So events are sent in
 * rounds (send_queue.h), and nothing more is queued until the whole round is
 * acknowledged. Meanwhile the next round is prepared, but not queued. Each partition
 * has at most one batch in a round, so no second batch can overtake one that has to be
 * sent again. (Limiting librdkafka to one request in flight is not enough: it already
 * has the next request ready, and sends it when a broker answers the first with an
 * error.) The publisher chooses the partition, from those that exist at the start. With
 * a partition that is added later, the next events of an order could be in a different
 * partition than its earlier events.
 *
 * librdkafka fails the events that are queued for a deleted topic, except in partitions
 * that were ever paused: it keeps their events until the partitions exist again, even
 * as partitions of a new topic with the same name. So the publisher checks whether the
 * topic exists.
 *
 * The idempotent producer would also keep the order within a partition, without writing
 * twice. But in librdkafka before 2.3 it can fail with a fatal "sequence
 * desynchronization" after a disconnect (librdkafka#4438). Here a record that is written
 * twice does no harm, because its eventId is the same.
 */
#include "publisher.h"

#include "deliveries.h"
#include "failpoint.h"
#include "kafka_conf.h"
#include "kafka_trouble.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "reason.h"
#include "round.h"
#include "send_errors.h"
#include "send_queue.h"
#include "silence.h"
#include "stop.h"
#include "topic.h"

#include <stdlib.h>
#include <string.h>

enum {
    ABANDON_LIMIT_MS = 4000,
    LOOK_AFTER_MS = 1000,
    SLICE_MS = 200,
    LINGER_MS = 5,
    SERVED_EVERY = 64, /* events: to look for deliveries at each one costs more than the event's id */
};

static const struct kafka_setting SETTINGS[] = {
    { "acks", "all", KAFKA_FIXED },
    { "enable.idempotence", "false", KAFKA_FIXED },
    { "retries", "2147483647", KAFKA_FIXED },
    { "message.timeout.ms", "0", KAFKA_FIXED },
    { "partitioner", "murmur2_random", KAFKA_FIXED },
    { "queuing.strategy", "fifo", KAFKA_FIXED },
    { "delivery.report.only.error", "false", KAFKA_FIXED },
    { "allow.auto.create.topics", "false", KAFKA_FIXED },
    { "queue.buffering.max.kbytes", "32768", KAFKA_DEFAULT },
    { "linger.ms", "0", KAFKA_FIXED }, /* a round leaves as soon as it may */
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "compression.codec", "lz4", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT }, /* what it would log as errors comes to note_error */
    { "client.id", "order-producer", KAFKA_DEFAULT },
    { 0 },
};

struct publisher {
    rd_kafka_t *rk;
    struct topic topic;
    rd_kafka_topic_t *handle; /* of the topic */
    struct publisher_config config;
    struct deliveries deliveries;
    struct send_queue queue; /* has the round that is on its way */
    struct round *next;      /* is being prepared */
    int64_t next_is_due;     /* when it leaves at the latest, unless another one is on its way */
    struct kafka_trouble trouble;
    struct silence silence;
    struct send_errors errors;
    bool is_fatal;
};

static bool is_on_its_way(const struct publisher *publisher)
{
    return publisher->deliveries.on_its_way > 0;
}

/* --- callbacks, all called from rd_kafka_poll */

static void note_acknowledged(struct publisher *publisher, const rd_kafka_message_t *message)
{
    silence_end(&publisher->silence);
    if (!topic_grows(&publisher->topic, message->partition, message->offset))
        send_errors_note_other_topic(&publisher->errors);
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *message, void *opaque)
{
    struct publisher *publisher = opaque;
    struct event event;

    (void)rk;
    FAILPOINT("in a delivery report");
    switch (deliveries_settle(&publisher->deliveries, message, &event)) {
    case DELIVERY_ACKNOWLEDGED:
        note_acknowledged(publisher, message);
        break;
    case DELIVERY_FAILED:
        send_errors_note_event(&publisher->errors, &event, message->err);
        break;
    case DELIVERY_DROPPED:
        break;
    }
}

static void note_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    struct publisher *publisher = opaque;

    (void)rk;
    kafka_trouble_note(&publisher->trouble, code, reason);
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        publisher->is_fatal = true;
        log_error("publisher", "librdkafka reports a fatal error: %s", reason);
    } else if (!publisher->handle) {
        log_debug("publisher", "connecting: %s", reason); /* topic.c sums it up */
    } else {
        silence_note_error(&publisher->silence);
    }
}

/* --- the interface */

static rd_kafka_t *new_producer(struct publisher *publisher)
{
    char error[REASON_SIZE];
    rd_kafka_conf_t *conf =
        kafka_conf_new(publisher->config.brokers, NULL, SETTINGS, publisher->config.properties, error);

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
 * The handle comes first: then librdkafka learns the partitions from the answers
 * that topic_await waits for. If it had to hold events until it knows the partitions,
 * it would later hand them to their partition one by one, while that partition is
 * already sending. They would leave in several batches, and a batch that is sent again
 * would arrive after the next one.
 */
static enum replay_end open_topic(struct publisher *publisher)
{
    const struct publisher_config *config = &publisher->config;
    enum replay_end end;

    publisher->topic = (struct topic){
        .rk = publisher->rk,
        .brokers = config->brokers,
        .name = config->topic,
        .create_partitions = config->create_partitions,
        .allow_compacted = config->allow_compacted,
        .trouble = &publisher->trouble,
    };
    end = topic_prepare(&publisher->topic);
    if (end != REPLAY_OK)
        return end;
    publisher->handle = rd_kafka_topic_new(publisher->rk, config->topic, NULL);
    if (publisher->handle)
        return topic_await(&publisher->topic);
    log_error("publisher", "the topic cannot be used: %s topic=%s", rd_kafka_err2str(rd_kafka_last_error()),
              config->topic);
    return REPLAY_WRONG_PROPERTIES;
}

static void open_rounds(struct publisher *publisher)
{
    const rd_kafka_conf_t *conf = rd_kafka_conf(publisher->rk);
    int64_t batch = number_property(conf, "batch.size"), message = number_property(conf, "message.max.bytes");
    int64_t events = number_property(conf, "batch.num.messages"), bytes = batch < message ? batch : message;
    int partitions = publisher->topic.partitions;

    publisher->next = round_new(partitions, events, bytes);
    publisher->queue = (struct send_queue){ .kafka = publisher->rk,
                                            .handle = publisher->handle,
                                            .deliveries = &publisher->deliveries,
                                            .errors = &publisher->errors };
    send_queue_open(&publisher->queue, publisher->topic.name, round_new(partitions, events, bytes));
}

struct publisher *publisher_open(const struct publisher_config *config, enum replay_end *end)
{
    struct publisher *publisher = checked(calloc(1, sizeof(*publisher)));

    publisher->config = *config;
    deliveries_init(&publisher->deliveries, config->form, config->prints_events);
    publisher->silence = (struct silence){ .topic = config->topic, .trouble = &publisher->trouble };
    publisher->rk = new_producer(publisher);
    publisher->errors = (struct send_errors){ .kafka = publisher->rk, .topic = config->topic };
    *end = publisher->rk ? open_topic(publisher) : REPLAY_WRONG_PROPERTIES;
    if (*end == REPLAY_OK) {
        open_rounds(publisher);
        return publisher;
    }
    publisher_free(publisher);
    return NULL;
}

int publisher_partitions(const struct publisher *publisher)
{
    return publisher->topic.partitions;
}

static void note_silence(struct publisher *publisher)
{
    struct silence *silence = &publisher->silence;

    silence_watch(silence, is_on_its_way(publisher) || !send_queue_is_pushed(&publisher->queue));
    if (silence_ms(silence) > LOOK_AFTER_MS && topic_is_gone(&publisher->topic))
        send_errors_note_missing_topic(&publisher->errors);
    silence_report(silence);
}

static enum publisher_result check(struct publisher *publisher)
{
    note_silence(publisher);
    if (publisher->is_fatal)
        return PUBLISHER_FATAL;
    if (publisher->errors.is_topic_gone)
        return PUBLISHER_NO_TOPIC;
    return stop_requested() || publisher->deliveries.output_failed ? PUBLISHER_STOPPED : PUBLISHER_OK;
}

static void serve(struct publisher *publisher, int timeout_ms)
{
    if (rd_kafka_poll(publisher->rk, timeout_ms) > 0)
        deliveries_flush(&publisher->deliveries);
}

/* Waits until all that librdkafka has is acknowledged or failed. */
static enum publisher_result await_round(struct publisher *publisher)
{
    enum publisher_result result = check(publisher);

    while (result == PUBLISHER_OK && is_on_its_way(publisher)) {
        serve(publisher, SLICE_MS);
        result = check(publisher);
    }
    return result;
}

/* Lets the next round go once the one before is done: nothing else keeps the order when a broker answers with an error. */
static enum publisher_result send_round(struct publisher *publisher)
{
    enum publisher_result result = await_round(publisher);

    if (result != PUBLISHER_OK)
        return result;
    publisher->next = send_queue_take(&publisher->queue, publisher->next);
    while (!send_queue_push(&publisher->queue)) {
        FAILPOINT("queue full");
        serve(publisher, SLICE_MS / 4);
        result = await_round(publisher);
        if (result != PUBLISHER_OK)
            return result;
    }
    return PUBLISHER_OK;
}

static bool is_due(const struct publisher *publisher)
{
    return publisher->next->count > 0 && monotonic_ms() >= publisher->next_is_due && !is_on_its_way(publisher);
}

enum publisher_result publisher_serve(struct publisher *publisher, int timeout_ms)
{
    if (is_due(publisher))
        return send_round(publisher);
    if (publisher->next->count > 0 && timeout_ms > LINGER_MS)
        timeout_ms = LINGER_MS;
    serve(publisher, timeout_ms);
    return check(publisher);
}

enum publisher_result publisher_send(struct publisher *publisher, const struct event *event, const char *payload)
{
    int32_t partition = rd_kafka_msg_partitioner_murmur2_random(
        publisher->handle, event->order_id, strlen(event->order_id), publisher->topic.partitions, NULL, NULL);
    enum publisher_result result = PUBLISHER_OK;

    if (publisher->next->count % SERVED_EVERY == 0 || stop_requested())
        result = publisher_serve(publisher, 0);
    if (result == PUBLISHER_OK && !round_add(publisher->next, partition, event, payload)) {
        result = send_round(publisher);
        if (result == PUBLISHER_OK)
            round_add(publisher->next, partition, event, payload);
    }
    if (result == PUBLISHER_OK && publisher->next->count == 1)
        publisher->next_is_due = monotonic_ms() + LINGER_MS;
    FAILPOINT("event encoded, not queued");
    return result;
}

enum publisher_result publisher_finish(struct publisher *publisher)
{
    enum publisher_result result = send_round(publisher);

    FAILPOINT("all queued, not acknowledged");
    return result == PUBLISHER_OK ? await_round(publisher) : result;
}

/* The events that librdkafka never got. */
static void drop_rounds(struct publisher *publisher)
{
    publisher->deliveries.counts.not_sent += send_queue_drop(&publisher->queue) + publisher->next->count;
    round_clear(publisher->next);
}

void publisher_abandon(struct publisher *publisher)
{
    int64_t limit = monotonic_ms() + ABANDON_LIMIT_MS;

    FAILPOINT("stopped, queue not dropped");
    drop_rounds(publisher);
    rd_kafka_purge(publisher->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_NON_BLOCKING);
    while (is_on_its_way(publisher) && monotonic_ms() < limit && !publisher->is_fatal)
        serve(publisher, SLICE_MS / 4);
    if (is_on_its_way(publisher)) {
        rd_kafka_purge(publisher->rk,
                       RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT | RD_KAFKA_PURGE_F_NON_BLOCKING);
        limit = monotonic_ms() + (int64_t)SLICE_MS * 5;
        while (is_on_its_way(publisher) && monotonic_ms() < limit)
            serve(publisher, SLICE_MS / 4);
    }
    deliveries_give_up(&publisher->deliveries);
}

const struct publisher_counts *publisher_counts(const struct publisher *publisher)
{
    return &publisher->deliveries.counts;
}

bool publisher_printed(const struct publisher *publisher)
{
    return !publisher->deliveries.output_failed;
}

void publisher_free(struct publisher *publisher)
{
    if (!publisher)
        return;
    send_queue_let_go(&publisher->queue);
    if (publisher->handle)
        rd_kafka_topic_destroy(publisher->handle);
    if (publisher->rk) {
        rd_kafka_purge(publisher->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
        rd_kafka_destroy(publisher->rk);
    }
    topic_release(&publisher->topic);
    send_queue_close(&publisher->queue);
    round_free(publisher->next);
    free(publisher);
}
