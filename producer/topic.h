/*
 * topic.h - finds or creates the topic that events are sent to, and monitors it.
 *
 *     struct topic topic = { .rk = rk, .brokers = brokers, .name = "order-events", .trouble = &trouble };
 *
 *     if ((end = topic_prepare(&topic)) != REPLAY_OK || (end = topic_await(&topic)) != REPLAY_OK)
 *         return end;
 *     printf("%d partitions\n", topic.partitions);
 *     …
 *     if (!topic_grows(&topic, message->partition, message->offset))
 *         …                                        // the topic was recreated, or lost records
 *     topic_release(&topic);
 *
 * Asking for a topic never creates it, even if brokers create topics automatically. Logs errors.
 *
 * A stop ends every wait, but only between two requests to the brokers. While no broker answers, a request takes up to 10 s.
 * For a topic that exists it takes milliseconds.
 */
#ifndef TOPIC_H
#define TOPIC_H

#include "end.h"
#include "kafka_trouble.h"

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>

struct topic {
    rd_kafka_t *rk;
    const char *brokers, *name;
    int64_t create_partitions;           /* number of partitions to create a missing topic with; 0: do not create it */
    bool allow_compacted;                /* use it even if Kafka compacts it */
    const struct kafka_trouble *trouble; /* where the error callback of `rk` notes errors */
    int64_t patience_ms;                 /* how long a broker may take to answer; 0: a short time */
    int partitions;                      /* when the topic was found; 0: it does not exist */
    int64_t *ends;                       /* by partition: one past the last known offset */
    int64_t look_at;                     /* when topic_is_gone asks again */
    int times_missed;                    /* how often in a row it was missing */
};

/* Finds the topic, or creates it if create_partitions is not 0. */
enum replay_end topic_prepare(struct topic *topic);

/* Waits until the topic is available, because a new topic does not reach all brokers at once. Connects to its leaders. */
enum replay_end topic_await(struct topic *topic);

/* Notes the offset of an appended record. False if a later offset is known: the topic was recreated or lost records. */
bool topic_grows(struct topic *topic, int32_t partition, int64_t offset);

/*
 * Whether the topic or some of its partitions are missing. Call it repeatedly while
 * nothing can be appended. It asks the brokers once per second, and waits for up to a
 * second. The answer must be the same twice, because a broker that starts may not have
 * loaded its topics yet.
 */
bool topic_is_gone(struct topic *topic);

void topic_release(struct topic *topic);

#endif
