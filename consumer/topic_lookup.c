#include "topic_lookup.h"

#include "kafka_access.h"

#include <stdio.h>

enum { ANSWER_MS = 5000 };

rd_kafka_resp_err_t topic_lookup_count(const struct topic_lookup *lookup, rd_kafka_t *kafka, int *partitions)
{
    rd_kafka_topic_t *topic = rd_kafka_topic_new(kafka, lookup->topic, NULL);
    const struct rd_kafka_metadata *metadata = NULL;
    rd_kafka_resp_err_t failed = rd_kafka_metadata(kafka, 0, topic, &metadata, ANSWER_MS);

    *partitions = failed ? 0 : metadata->topics[0].partition_cnt;
    if (!failed)
        failed = metadata->topics[0].err;
    rd_kafka_metadata_destroy(metadata);
    rd_kafka_topic_destroy(topic);
    return failed;
}

/* The broker did not answer, or not with what was asked for. */
static void explain_silence(const struct topic_lookup *lookup, rd_kafka_resp_err_t failed, char *error)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(lookup->kafka, 0); /* serves on_error: nothing is read yet */

    if (message)
        rd_kafka_message_destroy(message);
    if (kafka_trouble_is_connection(failed))
        kafka_trouble_explain(lookup->trouble, lookup->brokers, error);
    else
        snprintf(error, SOURCE_ERROR_SIZE, "%s topic=%s brokers=%s", rd_kafka_err2str(failed), lookup->topic,
                 lookup->brokers);
}

enum source_lookup topic_lookup_find(const struct topic_lookup *lookup, char error[SOURCE_ERROR_SIZE])
{
    int partitions;
    rd_kafka_resp_err_t failed = topic_lookup_count(lookup, lookup->kafka, &partitions);

    if (!failed)
        return SOURCE_FOUND;
    if (failed == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || failed == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        return SOURCE_NO_TOPIC;
    if (kafka_access_is_denied(failed)) {
        refusals_explain(lookup->refusals, failed, error);
        return SOURCE_REFUSED;
    }
    if (failed == RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION) {
        snprintf(error, SOURCE_ERROR_SIZE, "topic %s: %s; check --topic", lookup->topic, rd_kafka_err2str(failed));
        return SOURCE_REFUSED;
    }
    explain_silence(lookup, failed, error);
    return kafka_trouble_is_refusal(lookup->trouble) ? SOURCE_NO_TRUST : SOURCE_NO_ANSWER;
}
