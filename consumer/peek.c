/*
 * Uses librdkafka's simple consumer, which is not in a group. Whole batches of the producer are fetched with the record.
 * (With queued.min.messages=1 there would be fewer, but librdkafka 2.0.2 may then wait for a second between two fetches.)
 *
 * The topic's handle is used for only one call of peek_read: with a permanent handle, librdkafka 2.8.0 crashes if a broker
 * answers a request for metadata with an error.
 */
#include "peek.h"

#include "kafka_conf.h"
#include "kafka_end.h"
#include "kafka_record.h"
#include "log.h"
#include "memory.h"
#include "monotonic.h"
#include "reason.h"
#include "stop.h"

#include <stdlib.h>

enum { SLICE_MS = 100 };

static const struct kafka_setting SETTINGS[] = {
    { "client.id", "order-consumer", KAFKA_DEFAULT },
    { "auto.offset.reset", "error", KAFKA_FIXED },
    { "enable.partition.eof", "true", KAFKA_FIXED },
    { "isolation.level", "read_committed", KAFKA_FIXED },
    { "enable.auto.commit", "false", KAFKA_FIXED },
    { "allow.auto.create.topics", "false", KAFKA_FIXED },
    { "queued.max.messages.kbytes", "8192", KAFKA_DEFAULT },
    { "fetch.message.max.bytes", "65536", KAFKA_DEFAULT },
    { "fetch.wait.max.ms", "10", KAFKA_DEFAULT },
    { "fetch.queue.backoff.ms", "10", KAFKA_IF_KNOWN },
    { "reconnect.backoff.max.ms", "1000", KAFKA_DEFAULT },
    { "log_level", "2", KAFKA_DEFAULT },
    { 0 },
};

struct peek {
    rd_kafka_t *kafka;
    const char *topic;
};

/* What keeps it from reading keeps the source from reading too, which says so. */
static void ignore_error(rd_kafka_t *kafka, int code, const char *reason, void *opaque)
{
    (void)kafka;
    (void)code;
    (void)opaque;
    log_debug("peek", "%s", reason);
}

struct peek *peek_new(const char *brokers, const char *topic, const struct option_values *properties,
                      char error[REASON_SIZE])
{
    rd_kafka_conf_t *conf = kafka_conf_new(brokers, NULL, SETTINGS, properties, error);
    struct peek *peek;
    rd_kafka_t *kafka;

    if (!conf)
        return NULL;
    rd_kafka_conf_set_error_cb(conf, ignore_error);
    kafka = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, REASON_SIZE);
    if (!kafka) {
        rd_kafka_conf_destroy(conf);
        return NULL;
    }
    peek = checked(calloc(1, sizeof(*peek)));
    peek->kafka = kafka;
    peek->topic = topic;
    return peek;
}

void peek_free(struct peek *peek)
{
    if (!peek)
        return;
    kafka_end(peek->kafka);
    free(peek);
}

rd_kafka_t *peek_handle(struct peek *peek)
{
    return peek->kafka;
}

static struct peek_request *find(struct peek_request *requests, size_t count, int32_t partition)
{
    for (size_t i = 0; i < count; i++) {
        if (requests[i].partition == partition)
            return &requests[i];
    }
    return NULL;
}

/* The first thing that comes of a partition says what is at the offset. False when it says that nobody can read there. */
static bool take(struct peek_request *request, rd_kafka_message_t *message)
{
    const struct record record = kafka_record(message);

    if (message->err)
        return message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF || message->err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
    request->found = message->offset == request->offset;
    request->seam = seam_of(&record);
    request->broker = rd_kafka_message_broker_id(message);
    return true;
}

/* Without it the handle learns where the leaders are half a second later. */
static bool find_leaders(struct peek *peek, rd_kafka_topic_t *topic, int timeout_ms)
{
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed = rd_kafka_metadata(peek->kafka, 0, topic, &metadata, timeout_ms);

    rd_kafka_metadata_destroy(metadata);
    return !failed;
}

bool peek_read(struct peek *peek, struct peek_request *requests, size_t count, int timeout_ms)
{
    int64_t ends_at = monotonic_ms() + timeout_ms;
    rd_kafka_topic_t *topic;
    rd_kafka_queue_t *queue;
    bool *answered, failed = false;
    size_t left = count;

    if (count == 0)
        return true;
    topic = rd_kafka_topic_new(peek->kafka, peek->topic, NULL);
    if (!find_leaders(peek, topic, timeout_ms)) {
        rd_kafka_topic_destroy(topic);
        return false;
    }
    queue = rd_kafka_queue_new(peek->kafka);
    answered = checked(calloc(count, sizeof(*answered)));
    for (size_t i = 0; i < count; i++) {
        requests[i].found = false;
        requests[i].broker = -1;
        rd_kafka_consume_start_queue(topic, requests[i].partition, requests[i].offset, queue);
    }
    while (left > 0 && !failed && monotonic_ms() < ends_at && !stop_requested()) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(queue, SLICE_MS);
        struct peek_request *request = message ? find(requests, count, message->partition) : NULL;

        rd_kafka_poll(peek->kafka, 0); /* serves ignore_error */
        if (request && !answered[request - requests]) {
            failed = !take(request, message);
            answered[request - requests] = true;
            left--;
        }
        if (message)
            rd_kafka_message_destroy(message);
    }
    for (size_t i = 0; i < count; i++)
        rd_kafka_consume_stop(topic, requests[i].partition);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_destroy(topic);
    free(answered);
    return left == 0 && !failed;
}
