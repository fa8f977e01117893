#include "topic_id.h"

#include <stdio.h>
#include <string.h>

#if RD_KAFKA_VERSION >= 0x020c00ff

static const char NO_ID[] = "AAAAAAAAAAAAAAAAAAAAAA"; /* zero */

static void take(rd_kafka_event_t *answer, char id[KAFKA_ID_SIZE])
{
    const rd_kafka_DescribeTopics_result_t *result = answer ? rd_kafka_event_DescribeTopics_result(answer) : NULL;
    const rd_kafka_TopicDescription_t **topics = NULL;
    const char *text;
    size_t count = 0;

    if (result && !rd_kafka_event_error(answer))
        topics = rd_kafka_DescribeTopics_result_topics(result, &count);
    if (count != 1 || rd_kafka_error_code(rd_kafka_TopicDescription_error(topics[0])))
        return;
    text = rd_kafka_Uuid_base64str(rd_kafka_TopicDescription_topic_id(topics[0]));
    if (text && strcmp(text, NO_ID) != 0)
        snprintf(id, KAFKA_ID_SIZE, "%s", text);
}

void topic_id_find(rd_kafka_t *kafka, const char *topic, int timeout_ms, char id[KAFKA_ID_SIZE])
{
    rd_kafka_TopicCollection_t *topics = rd_kafka_TopicCollection_of_topic_names(&topic, 1);
    rd_kafka_AdminOptions_t *options = rd_kafka_AdminOptions_new(kafka, RD_KAFKA_ADMIN_OP_DESCRIBETOPICS);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(kafka);
    rd_kafka_event_t *answer;

    id[0] = '\0';
    rd_kafka_AdminOptions_set_request_timeout(options, timeout_ms, NULL, 0);
    rd_kafka_DescribeTopics(kafka, topics, options, queue);
    answer = rd_kafka_queue_poll(queue, timeout_ms);
    take(answer, id);
    if (answer)
        rd_kafka_event_destroy(answer);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AdminOptions_destroy(options);
    rd_kafka_TopicCollection_destroy(topics);
}

#else

void topic_id_find(rd_kafka_t *kafka, const char *topic, int timeout_ms, char id[KAFKA_ID_SIZE])
{
    (void)kafka;
    (void)topic;
    (void)timeout_ms;
    id[0] = '\0';
}

#endif
