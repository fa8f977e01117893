/*
 * Uses librdkafka's simple consumer, which is not a member of a group: the producer needs no permission for a group, and
 * does not create one.
 */
#include "topic_tail.h"

#include "kafka_conf.h"
#include "log.h"
#include "monotonic.h"
#include "reason.h"
#include "stop.h"

#include <librdkafka/rdkafka.h>

enum { LIMIT_MS = 2000 /* for the metadata, and for the records */, SLICE_MS = 100 };

static const struct kafka_setting SETTINGS[] = {
    { "enable.partition.eof", "true", KAFKA_FIXED },      { "fetch.wait.max.ms", "10", KAFKA_DEFAULT },
    { "allow.auto.create.topics", "false", KAFKA_FIXED }, { "log_level", "2", KAFKA_DEFAULT },
    { "client.id", "order-producer", KAFKA_DEFAULT },     { 0 },
};

/* A reader that cannot read is no reason not to write. */
static void ignore_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    (void)rk;
    (void)code;
    (void)opaque;
    log_debug("replay", "looking at the end of the topic: %s", reason);
}

static rd_kafka_t *new_reader(const struct publisher_config *config)
{
    char error[REASON_SIZE];
    rd_kafka_conf_t *conf = kafka_conf_new(config->brokers, NULL, SETTINGS, config->properties, error);
    rd_kafka_t *reader;

    if (!conf)
        return NULL;
    rd_kafka_conf_set_error_cb(conf, ignore_error);
    reader = rd_kafka_new(RD_KAFKA_CONSUMER, conf, error, sizeof(error));
    if (!reader)
        rd_kafka_conf_destroy(conf);
    return reader;
}

/* One record of each partition, or word that there is none. */
static bool read_tails(rd_kafka_queue_t *tails, const struct event_form *form, int partitions,
                       char what[EVENT_FOREIGN_SIZE])
{
    int64_t limit = monotonic_ms() + LIMIT_MS;
    bool fits = true;

    while (fits && partitions > 0 && monotonic_ms() < limit && !stop_requested()) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(tails, SLICE_MS);

        if (!message)
            continue;
        if (!message->err)
            fits = !event_json_is_foreign(message->payload, message->len, form, what);
        if (!message->err || message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
            partitions--;
        rd_kafka_message_destroy(message);
    }
    return fits;
}

bool topic_tail_fits(const struct publisher_config *config, int partitions, char what[EVENT_FOREIGN_SIZE])
{
    rd_kafka_t *reader = new_reader(config);
    rd_kafka_queue_t *tails;
    rd_kafka_topic_t *topic;
    const struct rd_kafka_metadata *metadata;
    bool fits;

    if (!reader)
        return true;
    topic = rd_kafka_topic_new(reader, config->topic, NULL);
    tails = rd_kafka_queue_new(reader);
    if (rd_kafka_metadata(reader, 0, topic, &metadata, LIMIT_MS) == RD_KAFKA_RESP_ERR_NO_ERROR)
        rd_kafka_metadata_destroy(
            metadata); /* where the leaders are: asked for an offset before, it waits half a second */
    for (int i = 0; i < partitions; i++)
        rd_kafka_consume_start_queue(topic, i, RD_KAFKA_OFFSET_TAIL(1), tails);
    fits = read_tails(tails, config->form, partitions, what);
    for (int i = 0; i < partitions; i++)
        rd_kafka_consume_stop(topic, i);
    rd_kafka_queue_destroy(tails);
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(reader);
    return fits;
}
