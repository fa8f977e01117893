#include "send_queue.h"

#include "failpoint.h"
#include "kafka_trouble.h"

#include <string.h>

void send_queue_open(struct send_queue *queue, const char *topic, struct round *round)
{
    queue->round = round;
    queue->partitions = rd_kafka_topic_partition_list_new(round->partitions);
    rd_kafka_topic_partition_list_add_range(queue->partitions, topic, 0, round->partitions - 1);
}

void send_queue_let_go(struct send_queue *queue)
{
    if (queue->partitions)
        rd_kafka_topic_partition_list_destroy(queue->partitions);
    queue->partitions = NULL;
}

void send_queue_close(struct send_queue *queue)
{
    send_queue_let_go(queue);
    round_free(queue->round);
}

struct round *send_queue_take(struct send_queue *queue, struct round *next)
{
    struct round *sent = queue->round;

    queue->round = next;
    queue->queued = 0;
    round_clear(sent);
    return sent;
}

static void hold_back(struct send_queue *queue)
{
    rd_kafka_pause_partitions(queue->kafka, queue->partitions);
}

/* The flush does not wait: it wakes librdkafka's threads, and serves delivery reports. */
static void let_go(struct send_queue *queue)
{
    rd_kafka_resume_partitions(queue->kafka, queue->partitions);
    rd_kafka_flush(queue->kafka, 0);
    deliveries_flush(queue->deliveries);
    FAILPOINT("let go, not acknowledged");
}

static rd_kafka_resp_err_t produce(struct send_queue *queue, size_t i)
{
    const struct prepared *prepared = &queue->round->events[i];
    const struct event *event = &prepared->event;
    int failed = rd_kafka_produce(queue->handle, prepared->partition, 0, round_json(queue->round, i), prepared->length,
                                  event->order_id, strlen(event->order_id), deliveries_opaque(event));

    return failed ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR_NO_ERROR;
}

/* Queues events of the round until librdkafka has no room for more, or does not know the topic. */
static void queue_events(struct send_queue *queue)
{
    for (; !send_queue_is_pushed(queue); queue->queued++) {
        rd_kafka_resp_err_t error = produce(queue, queue->queued);

        if (kafka_trouble_is_missing_topic(error) ||
            (error == RD_KAFKA_RESP_ERR__QUEUE_FULL && queue->deliveries->on_its_way > 0))
            return;
        if (error) {
            queue->deliveries->counts.failed++;
            send_errors_note_event(queue->errors, &queue->round->events[queue->queued].event, error);
        } else {
            queue->deliveries->on_its_way++;
        }
    }
}

bool send_queue_push(struct send_queue *queue)
{
    hold_back(queue);
    queue_events(queue);
    let_go(queue);
    return send_queue_is_pushed(queue);
}

bool send_queue_is_pushed(const struct send_queue *queue)
{
    return queue->queued == queue->round->count;
}

size_t send_queue_drop(struct send_queue *queue)
{
    size_t left = queue->round->count - queue->queued;

    queue->queued = queue->round->count;
    return left;
}
