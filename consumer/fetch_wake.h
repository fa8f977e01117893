/*
 * fetch_wake.h - makes librdkafka before 2.2 fetch again as soon as its queue has room.
 *
 *     if (!rd_kafka_consumer_poll(…))
 *         fetch_wake(kafka, owned, &woken_at);
 *
 * When queued.max.messages.kbytes are reached, these versions look again after
 * up to a second, however soon the queue is empty, so that a consumer that lags
 * stands still for more than half of the time. From 2.2 on the setting
 * fetch.queue.backoff.ms says after what time they look, and this does nothing.
 */
#ifndef FETCH_WAKE_H
#define FETCH_WAKE_H

#include <librdkafka/rdkafka.h>
#include <stdint.h>

/*
 * To be called when there was no record to poll. `owned` are the partitions that
 * are read. *woken_at, 0 to begin with, is the monotonic time in ms of the last
 * time that it did something. Returns within some milliseconds.
 */
void fetch_wake(rd_kafka_t *kafka, const rd_kafka_topic_partition_list_t *owned, int64_t *woken_at);

#endif
