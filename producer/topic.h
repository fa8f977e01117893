/*
 * topic.h - the topic that events go to: found or created, and watched.
 *
 *     struct topic topic = { .rk = rk, .brokers = brokers, .name = "order-events", .trouble = &trouble };
 *
 *     if ((end = topic_prepare(&topic)) != REPLAY_OK || (end = topic_await(&topic)) != REPLAY_OK)
 *         return end;
 *     printf("%d partitions\n", topic.partitions);
 *     …
 *     if (!topic_grows(&topic, message->partition, message->offset))
 *         …                                        // it is another one by now
 *     topic_release(&topic);
 *
 * Asking for a topic never creates it, even where brokers would do that. Logs what is wrong.
 *
 * A stop ends every wait, but only between two questions to the brokers. A question takes up to 10 s while none of them
 * answers; a topic that exists is asked for in milliseconds.
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
    int64_t create_partitions;           /* create it with so many when it is missing; 0: do not */
    bool allow_compacted;                /* use it although Kafka compacts it */
    const struct kafka_trouble *trouble; /* where the error callback of `rk` notes what it is told */
    int64_t patience_ms;                 /* how long a broker may take to answer; 0: a short time */
    int partitions;                      /* when it was found; 0: there is no such topic */
    int64_t *ends;                       /* by partition: the offset behind the last record that is known */
    int64_t look_at;                     /* … when topic_is_gone asks again */
    int times_missed;                    /* … and how often in a row it was not there */
};

/* Finds it, or has it created where create_partitions says so. */
enum replay_end topic_prepare(struct topic *topic);

/* Waits until it is there, because brokers learn of a new one one after the other. Connects to its leaders. */
enum replay_end topic_await(struct topic *topic);

/* Notes the offset of a record that was appended. False when there was a later one before: it was recreated or lost records. */
bool topic_grows(struct topic *topic, int32_t partition, int64_t offset);

/*
 * Whether the topic or some of its partitions are missing. To be called again and
 * again while nothing can be appended. It asks the brokers once a second, which
 * takes up to a second. The answer has to be the same twice, because a broker that
 * starts may not know its topics yet.
 */
bool topic_is_gone(struct topic *topic);

void topic_release(struct topic *topic);

#endif
