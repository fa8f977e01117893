/*
 * fetch_wake.h - makes librdkafka before 2.2 fetch again as soon as its queue has room.
 *
 *     if (!rd_kafka_consumer_poll(…))
 *         fetch_wake(kafka, owned, &woken_at);
 *
 * When queued.max.messages.kbytes is reached, these versions wait for up to a
 * second, even if the queue is empty much sooner, so a consumer that lags is idle
 * for more than half of the time. From 2.2 on, fetch.queue.backoff.ms sets that
 * time, and this module does nothing.
 */
#ifndef FETCH_WAKE_H
#define FETCH_WAKE_H

#include <librdkafka/rdkafka.h>
#include <stdint.h>

/*
 * Call it when there was no record to poll. `owned` contains the partitions that are
 * read. *woken_at is the monotonic time in ms when it last did something, initially 0.
 * Returns within a few milliseconds.
 */
void fetch_wake(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *owned, int64_t *woken_at);

#endif
